"""Commands about processes, forms and decision tables."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.actors import SYSTEM
from web.cli.context import command_line, opened_session, organisation_of

if TYPE_CHECKING:
    from engine.definitions import Bundle

#: Where processes/ and forms/ lie: the checkout, or bihuan/_app in an installation.
SUPPLIED = Path(__file__).resolve().parents[2]


@command_line.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path), default=SUPPLIED)
@click.option("--organisation", required=True, metavar="CODE")
@click.option("--reason", help="Why, for the record.")
@click.option(
    "--set-aside",
    "set_aside",
    multiple=True,
    metavar="RULE=REASON",
    help="A legal rule that does not apply here, and why; kept with the version.",
)
def deploy(folder: Path, organisation: str, reason: str | None, set_aside: tuple[str, ...]) -> None:
    """Store new versions of processes and forms.

    Everything in FOLDER/processes and FOLDER/forms is checked first; it is all or nothing. A pack
    that was exported as a ZIP is taken as well.

    Without FOLDER it is the processes that come with Bihuan.
    """
    from engine import definitions
    from engine.commands import execute
    from engine.spiff.lint import Override

    with opened_session() as session:
        made = execute(
            session,
            definitions.deploy,
            _bundle(folder),
            organisation_id=organisation_of(session, organisation).id,
            actor=SYSTEM,
            reason=reason,
            overrides=[Override(*said.partition("=")[::2]) for said in set_aside],
        )
    for definition in made:
        click.echo(f"{definition.key}\t{definition.version}")


def _bundle(path: Path) -> Bundle:
    from engine import definitions
    from engine.definitions import packing

    if path.is_dir():
        return definitions.read_folder(path)
    return packing.opened(path.read_bytes()).bundle


@command_line.command()
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a file.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules for diagrams instead.")
def lint(files: tuple[Path, ...], as_json: bool, list_rules: bool) -> None:
    """Check diagrams, tables and forms; exits 1 if refused.

    Diagrams given together are seen together: what one calls is looked for in the others.
    """
    from web.cli.linting import check, rules

    if list_rules:
        for line in rules():
            click.echo(line)
        return
    if not files:
        raise click.UsageError("Missing argument 'FILES...'.")
    findings = [check(path, files) for path in files]
    for finding in findings:
        click.echo(
            json.dumps(finding.as_json(), ensure_ascii=False) if as_json else finding.as_text()
        )
    sys.exit(0 if all(finding.ok for finding in findings) else 1)
