"""The published tree: its paths, lists, signature, how it is switched, checked, and handed out."""
