"""Wiring only: the settings and addresses of the desk, and the commands."""
