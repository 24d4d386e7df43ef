"""The public door: checks, seals and stores a letter, hands out a receipt; never opens one."""
