"""Harbour desk."""
__version__ = "0.7.2"
