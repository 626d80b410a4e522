"""Owns a difference as a unified patch, which `patch` and `git apply` take."""

import difflib


def unified(
    before: str, after: str, *, before_name: str = "before", after_name: str = "after", context: int = 3
) -> str:
    """Return a unified patch from `before` to `after`; empty when they are equal."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), before_name, after_name, n=context
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
