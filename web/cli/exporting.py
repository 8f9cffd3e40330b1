"""Commands that write files for other systems."""

from __future__ import annotations

from pathlib import Path

import click

from engine.errors import Message
from web.cli.context import command_line, opened_session, organisation_of, say


@command_line.group("export")
def export() -> None:
    """Files for other systems."""


@export.command("platform")
@click.option(
    "--out",
    "out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which each drop gets a folder of its own.",
)
@click.option("--organisation", metavar="CODE", help="Only what this office or node sees.")
@click.option(
    "--since",
    metavar="MOMENT",
    help="Only what changed since then; `last`: since the last drop in the folder.",
)
@click.option("--format", "kind", type=click.Choice(["csv", "jsonl"]), default="csv")
@click.option(
    "--profiles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with mapping files of your own.",
)
def platform(
    out: Path, organisation: str | None, since: str | None, kind: str, profiles: Path | None
) -> None:
    """Write enterprises and open hazards for a risk-monitoring platform; print where.

    Nothing in it names a person. A drop is there whole, with a manifest of digests, or not at all.
    """
    from engine import clock
    from engine.actors import SYSTEM, acting_for
    from engine.outbound import mapping, rows
    from engine.store import hold_still
    from web import drops

    read = mapping.read_folder(profiles or mapping.SHIPPED)
    asked = {"register": rows.enterprises, "hazard": rows.hazards}
    with opened_session() as session:
        actor = acting_for(organisation_of(session, organisation)) if organisation else SYSTEM
        moment = None
        if since == "last":
            moment = drops.last_since(out, organisation)
        elif since:
            moment = rows.read_since(since)
        hold_still(session)

        def pages(what: str) -> drops.Pages:
            return lambda after: asked[what](session, actor=actor, since=moment, after=after)

        wanted = drops.Wanted(
            parts={what: (profile, pages(what)) for what, profile in read.items()},
            kind=kind,
            since=moment,
            organisation=organisation,
        )
        try:
            made = drops.write(out, wanted, clock.now())
        except OSError as error:
            raise click.ClickException(
                say(
                    Message(
                        f"写不进文件夹 {out}：{error.strerror}。",
                        f"The folder {out} cannot be written to: {error.strerror}.",
                    )
                )
            ) from error
    for file in made.manifest["files"]:
        click.echo(f"{file['name']}\t{file['rows']}\t{file['sha256']}")
    click.echo(made.folder)
