"""Two versions of a legal text become a Difference: what changed, only what changed, and what it means. Pure."""

from tosmonitor.diff.carry import carry, untouched
from tosmonitor.diff.comparison import changed_text, compare
from tosmonitor.diff.forms import apply, as_json, from_dict, to_dict
from tosmonitor.diff.meaning import stated
from tosmonitor.diff.sentence import sentence

__all__ = [
    "apply",
    "as_json",
    "carry",
    "changed_text",
    "compare",
    "from_dict",
    "sentence",
    "stated",
    "to_dict",
    "untouched",
]
