"""Envelopes: sealing, epoch keys, receipts, and the spool where envelopes wait."""
