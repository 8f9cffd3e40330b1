"""Commands that keep an installation healthy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from web.cli import auditing
from web.cli.context import (
    command_line,
    opened_database,
    opened_session,
    organisation_of,
    tell,
)
from web.config import Config

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

_ORGANISATION = click.option("--organisation", metavar="CODE", help="Only this organisation.")


def _still(session: Session, code: str | None) -> UUID | None:
    """Give the id of the only organisation to look at; all is read as it is at this moment."""
    from engine.store import hold_still

    only = organisation_of(session, code).id if code else None
    hold_still(session)
    return only


@command_line.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    from engine import store

    with opened_database(Config.from_environ()) as database:
        store.upgrade(database)


@command_line.command()
@_ORGANISATION
def doctor(organisation: str | None) -> None:
    """Check that everything derived is as it should be; exits 1 if not, and says what to do."""
    from engine import doctor as engine_doctor

    with opened_session() as session:
        only = _still(session, organisation)
        found = list(engine_doctor.examine(session, organisation_id=only))
    subjects = dict.fromkeys(one.subject for one in found)
    tell(
        [
            *(
                f"organisation {one.organisation_id} instance {one.instance_id} "
                f"{one.subject}: {one.text}"
                for one in found
            ),
            *(f"what to do, {one}: {engine_doctor.advice_on(one)}" for one in subjects),
        ]
    )


@command_line.group()
def audit() -> None:
    """The history."""


@audit.command()
@_ORGANISATION
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Check this audit file instead; needs no database.",
)
@click.option(
    "--published",
    type=click.File(encoding="utf-8"),
    help="Also check that the seals in this list are still the same.",
)
@click.option("--key", metavar="HEX", help="The public key that has to have signed the file.")
def verify(
    organisation: str | None, file: Path | None, key: str | None, published: TextIO | None
) -> None:
    """Check every chain of events and every seal; exits 1 and names the first broken of each."""
    if file is not None:
        auditing.verify_file(file, key)
        return
    with opened_session() as session:
        only = _still(session, organisation)
        tell(
            [
                *auditing.broken_chains(session, only),
                *auditing.broken_seals(session, only),
                *auditing.lost_seals(session, published or ()),
            ]
        )


@audit.command()
@_ORGANISATION
def seals(organisation: str | None) -> None:
    """Print each organisation's newest seal, to be published where nobody can change it.

    A line is the organisation's code, the day and the seal's hash, with tabs between them.
    """
    from engine import seal_check

    with opened_session() as session:
        only = _still(session, organisation)
        for code, day, sealed in seal_check.newest(session, organisation_id=only):
            click.echo(f"{code}\t{day}\t{sealed}")


@audit.command("key")
def public_key() -> None:
    """Print the public key of the seals: its id, the key, and the same as OpenSSL reads it."""
    auditing.print_key(Config.from_environ())


@audit.command()
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER…")
@click.option(
    "--to",
    "to",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="The file to write.",
)
def export(numbers: tuple[str, ...], to: Path) -> None:
    """Write the histories of some cases into one signed audit file."""
    with opened_session() as session:
        to.write_bytes(auditing.exported(session, numbers))


@command_line.group()
def stats() -> None:
    """The monthly figures."""


@stats.command()
@click.option("--month", metavar="YYYY-MM", help="Compare this month only.")
@_ORGANISATION
def recount(month: str | None, organisation: str | None) -> None:
    """Count again from the history; exits 1 and names what is kept otherwise."""
    from engine.statistics.recount import recount as count_again

    with opened_session() as session:
        counted = count_again(session, organisation_id=_still(session, organisation), month=month)
    tell(
        f"organisation {one.organisation_id} {one.table} {one.key}: "
        f"{one.column} is {one.kept}, counted {one.counted}"
        for one in counted.differences
    )


@command_line.command()
@click.option("--run", "run_now", is_flag=True, help="First run what is due now.")
def jobs(run_now: bool) -> None:
    """Count the jobs that wait or have failed, by kind and state.

    Prints kind, state, how many, and when the first is or was due.
    """
    from engine import backlog
    from engine import jobs as engine_jobs
    from web import create_app
    from web import db as web_db

    with create_app(Config.from_environ()).app_context():
        session = web_db.session()
        if run_now:
            engine_jobs.run_due(session)
        for line in backlog.summary(session):
            click.echo(f"{line.kind}\t{line.state}\t{line.count}\t{line.earliest.isoformat()}")
