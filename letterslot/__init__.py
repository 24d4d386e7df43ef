"""Letterslot: the comment section of a newsroom that reads every letter before printing it."""

__version__ = "0.1.0"
