"""Commands about people and their keys."""

from __future__ import annotations

import click

from engine.actors import SYSTEM
from engine.errors import Message
from web.cli.context import command_line, opened_session, organisation_of, say


@command_line.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.argument("login")
@click.option("--name", required=True)
@click.option("--organisation", required=True, metavar="CODE")
@click.option("--role", "roles", required=True, multiple=True)
@click.password_option()
def add(login: str, name: str, organisation: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person to an organisation; may be given several roles."""
    from engine import accounts
    from engine.commands import execute

    with opened_session() as session:
        made = execute(
            session,
            accounts.add_user,
            login=login,
            name=name,
            password=password,
            organisation_id=organisation_of(session, organisation).id,
            roles=roles,
            actor=SYSTEM,
        )
    click.echo(made.login)


@command_line.group()
def token() -> None:
    """Keys for the API."""


@token.command()
@click.option("--user", "login", required=True, metavar="LOGIN")
@click.option("--organisation", metavar="CODE", help="Needed when the person has several.")
@click.option("--name", default="command line", show_default=True)
def create(login: str, organisation: str | None, name: str) -> None:
    """Make a key that acts as the person; it is shown only once."""
    from engine import membership, tokens
    from engine.commands import execute

    with opened_session() as session:
        person = membership.find_by_login(session, login)
        seats = membership.memberships(session, person.id) if person else []
        if organisation is not None:
            wanted = organisation_of(session, organisation).id
            seats = [seat for seat in seats if seat.organisation_id == wanted]
        if person is None or len(seats) != 1:
            raise click.ClickException(_which(login, bool(seats)))
        actor = membership.actor_for(session, person.id, seats[0].organisation_id)
        click.echo(execute(session, tokens.create_token, name=name, actor=actor))


def _which(login: str, several: bool) -> str:
    if several:
        return say(
            Message(
                f"{login} 属于多个单位。请用 --organisation 选一个。",
                f"{login} belongs to several organisations; choose one with --organisation.",
            )
        )
    return say(
        Message(
            f"没有 {login} 这个人，或不属于这个单位。",
            f"There is no {login}, or not in this organisation.",
        )
    )
