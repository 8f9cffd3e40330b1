"""Commands that keep an installation healthy."""

from __future__ import annotations

import click

from web.cli.context import command_line, opened_database, opened_session, tell
from web.config import Config


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
def doctor() -> None:
    """Compare what is derived with what it derives from; exits 1 when something differs."""
    from engine import doctor as engine_doctor

    with opened_session() as session:
        tell(str(finding) for finding in engine_doctor.check(session))


@command_line.group()
def audit() -> None:
    """The history."""


@audit.command()
def verify() -> None:
    """Check every chain; name the first broken row of each, and exit 1."""
    from engine import history

    with opened_session() as session:
        tell(
            f"organisation {one.organisation_id} instance {one.instance_id} "
            f"event {one.sequence}: {one.fault}"
            for one in history.verify(session)
        )


@command_line.group()
def stats() -> None:
    """The monthly figures."""


@stats.command()
@click.option("--month", metavar="YYYY-MM", help="This month only.")
def recount(month: str | None) -> None:
    """Count again from the history and compare with what is kept; exits 1 when it differs."""
    from engine import statistics

    with opened_session() as session:
        tell(str(difference) for difference in statistics.differences(session, month))


@command_line.command()
@click.option("--run", "run_now", is_flag=True, help="First run what is due now.")
def jobs(run_now: bool) -> None:
    """List the jobs that wait or have failed: kind, state, how many, the earliest."""
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
