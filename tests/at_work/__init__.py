"""Runs the product as its people do, by its command line and over HTTP, for the long tests."""
