"""The command line: the only code that prints, reads the environment, handles signals and exits.

program.py   the group, its options and how errors end: one sentence on stderr, a documented exit code
tracking.py  run, check, serve, export, demo
reading.py   changes, show, blame, search, status
comparing.py diff, normalise
declaring.py services check|list|add|preview, doctor
keeping.py   backup, verify, rebuild, compact, retract, withhold, renormalise, replay
say.py       tables, progress and JSON
"""

from tosmonitor.cli.program import main, program

__all__ = ["main", "program"]
