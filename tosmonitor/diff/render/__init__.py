"""One difference, many readings: redline, side by side, changes only, worded blocks, terminal, unified patch."""

from tosmonitor.diff.render.html import changes_only, legend_html, redline_html, side_by_side
from tosmonitor.diff.render.patch import unified
from tosmonitor.diff.render.terminal import terminal
from tosmonitor.diff.render.worded import WordedBlock, worded_blocks

__all__ = [
    "WordedBlock",
    "changes_only",
    "legend_html",
    "redline_html",
    "side_by_side",
    "terminal",
    "unified",
    "worded_blocks",
]
