"""Measures the public door against its peers, side by side in one run on one machine."""
