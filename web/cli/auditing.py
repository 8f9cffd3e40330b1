"""What the commands of `bihuan audit` find and print."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.errors import Message
from web.cli.context import say
from web.config import Config

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from engine.audit_check import Found


def broken_chains(session: Session, organisation_id: UUID | None) -> Iterator[str]:
    """Yield the first broken row of each history."""
    from engine import audit

    for one in audit.verify(session, organisation_id=organisation_id):
        yield (
            f"organisation {one.organisation_id} instance {one.instance_id} "
            f"event {one.sequence}: {one.fault}"
        )


def broken_seals(session: Session, organisation_id: UUID | None) -> Iterator[str]:
    """Yield the first broken seal of each organisation."""
    from engine import seal_check

    for one in seal_check.verify(session, organisation_id=organisation_id):
        where = f" instance {one.instance_id}" if one.instance_id else ""
        yield f"organisation {one.organisation_id} seal {one.day}{where}: {one.fault}"


def lost_seals(session: Session, published: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a published list that the database no longer bears out."""
    from engine import seal_check

    for number, line in enumerate(published, start=1):
        words = line.split()
        if not words:
            continue
        try:
            code, day, sealed = words[0], date.fromisoformat(words[1]), words[2]
        except (IndexError, ValueError):
            yield say(
                Message(
                    f"公布的清单第 {number} 行读不懂，应为：单位代码、日期、封存指纹。",
                    f"Line {number} of the published list cannot be read; it has an "
                    "organisation's code, a day and a hash.",
                )
            )
            continue
        if not seal_check.is_kept(session, code, day, sealed):
            yield f"organisation {code} seal {day}: published"


def verify_file(file: Path, key: str | None) -> None:
    """Check an audit file; say what it holds, or what is wrong and exit 1."""
    from engine import audit_check

    trusted = _key(key) if key is not None else None
    with file.open("rb") as lines:
        found = audit_check.check(lines, trusted=trusted)
    for problem in found.problems:
        click.echo(say(problem))
    if found.problems:
        sys.exit(1)
    click.echo("ok")
    for line in _told(found, is_trusted=trusted is not None):
        click.echo(say(line))


def print_key(config: Config) -> None:
    """Print the public key of the seals."""
    from engine.seal_keys import key_id, pem
    from engine.secrets import Secrets

    keys = Secrets.open(config.secret_key.encode(), config.data_dir).seal_keys
    public = keys.public()
    click.echo(f"{key_id(public)}\t{public.hex()}\n{pem(public)}", nl=False)


def exported(session: Session, numbers: Sequence[str]) -> bytes:
    """Give the audit file of the cases with these numbers."""
    from engine import audit_file, instances
    from engine.actors import SYSTEM

    cases = [
        instances.get_instance(session, _instance(session, number), actor=SYSTEM)
        for number in dict.fromkeys(numbers)
    ]
    return audit_file.build(session, cases, actor=SYSTEM)


def _instance(session: Session, number: str) -> UUID:
    from sqlalchemy import select

    from engine.store import Instance

    found: UUID | None = session.scalar(select(Instance.id).where(Instance.number == number))
    if found is None:
        raise click.ClickException(
            say(
                Message(
                    f"没有编号为 {number} 的事项。",
                    f"There is no case with the number {number}.",
                )
            )
        )
    return found


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise click.ClickException(
            say(
                Message(
                    "公钥应为 64 位十六进制数字，可由 bihuan audit key 得到。",
                    "The public key has 64 hexadecimal digits; `bihuan audit key` prints it.",
                )
            )
        )
    return key


def _told(found: Found, *, is_trusted: bool) -> Iterator[Message]:
    """Say what a file holds in which nothing is wrong."""
    for case in found.cases.values():
        yield Message(
            f"事项 {case.number}：{case.count} 条记录，前 {case.sealed} 条已封存。",
            f"Case {case.number}: {case.count} events, sealed up to event {case.sealed}.",
        )
    if found.withheld:
        yield Message(
            f"{found.withheld} 条记录有内容未给出，这几条只能由签名证明。",
            f"Something is withheld of {found.withheld} events; the signature alone proves these.",
        )
    last = {owner: (day, row["hash"]) for (owner, day), row in found.seals.items()}
    for day, sealed in last.values():
        yield Message(f"最近一份封存 {day}：{sealed.hex()}", f"Newest seal {day}: {sealed.hex()}")
    if not is_trusted:
        yield Message(
            f"签名密钥 {found.key}：请与制作单位公布的密钥对照，或用 --key 给出公钥。",
            f"Signed with the key {found.key}: compare it with the one that its makers publish, "
            "or give the public key with --key.",
        )
