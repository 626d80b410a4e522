"""One difference, many readings: redline, side by side, changes only, worded blocks, terminal, unified patch."""

from tosmonitor.diff.render.patch import unified
from tosmonitor.diff.render.worded import WordedBlock, worded_blocks

__all__ = ["WordedBlock", "unified", "worded_blocks"]
