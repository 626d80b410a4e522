"""The way from bytes to canonical Markdown."""
