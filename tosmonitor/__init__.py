"""tosmonitor: see how the terms of major online services change, and prove it."""

__version__ = "0.1.0"
