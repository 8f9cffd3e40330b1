"""Bihuan 闭环: the installed name of the application.

The code lives in the folders `engine` and `web`. A wheel carries them inside `bihuan/_app`, so
that an installation puts only `bihuan` into site-packages; a checkout has them side by side.
"""

from __future__ import annotations

import sys
from pathlib import Path

#: The one place where the version is written.
__version__ = "0.1.0"

_carried = Path(__file__).with_name("_app")
if _carried.is_dir():
    sys.path.insert(0, str(_carried))


def main() -> None:
    """Run the command line."""
    import click

    from web.cli import command_line

    click.version_option(__version__)(command_line)(prog_name="bihuan")
