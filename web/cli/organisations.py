"""Commands about organisations."""

from __future__ import annotations

import click

from engine.actors import SYSTEM
from web.cli.context import command_line, opened_session, organisation_of


@command_line.group()
def organisation() -> None:
    """Enterprises, departments, towns, groups, offices."""


@organisation.command("create")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(["office", "department", "town", "group", "enterprise"]),
)
@click.option("--code", required=True, help="2 to 16 capital letters and digits.")
@click.option("--name", required=True)
@click.option("--uscc", help="Unified social credit code.")
@click.option("--sector", default="general", show_default=True)
@click.option("--parent", metavar="CODE", help="The office of a department or town.")
@click.option("--department", metavar="CODE", help="Of an enterprise.")
@click.option("--town", metavar="CODE", help="Of an enterprise.")
@click.option("--group", metavar="CODE", help="Of an enterprise.")
def create_organisation(
    kind: str, code: str, name: str, uscc: str | None, sector: str, **above: str | None
) -> None:
    """Enter an organisation."""
    from engine import organisations
    from engine.commands import execute

    with opened_session() as session:
        links = {
            f"{axis}_id": organisation_of(session, other).id if other else None
            for axis, other in above.items()
        }
        made = execute(
            session,
            organisations.create,
            kind=kind,
            name=name,
            code=code,
            uscc=uscc,
            sector=sector,
            parent_id=links["parent_id"],
            department_id=links["department_id"],
            town_id=links["town_id"],
            group_id=links["group_id"],
            actor=SYSTEM,
        )
    click.echo(made.code)
