"""The command line: a thin layer over the engine's operations, for the operator.

Each command imports what it needs when it runs, so that a small one starts quickly.
"""

from web.cli import definitions, exporting, organisations, people, running, upkeep
from web.cli.context import command_line

__all__ = [
    "command_line",
    "definitions",
    "exporting",
    "organisations",
    "people",
    "running",
    "upkeep",
]
