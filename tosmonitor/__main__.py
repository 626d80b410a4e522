"""`python -m tosmonitor` is the command line."""

from tosmonitor.cli import main

main()
