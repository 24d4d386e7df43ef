"""The domain: stories, comments, their states, the ledger."""
