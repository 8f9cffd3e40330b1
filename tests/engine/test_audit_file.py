"""A signed audit file proves a history without the database, and gives nobody away."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import audit_check, audit_file, audit_lines, commands, history, instances, sealing
from engine.errors import NotAllowed
from engine.secrets import Secrets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do


@pytest.fixture
def cases(session: Session, cast: Cast, clock: time_machine.Traveller) -> list[UUID]:
    """Three cases over two sealed days; the first ended today, which is not sealed yet."""
    deploy(session, cast)
    cases = [begin(session, cast.reporter, "line") for _ in range(3)]
    clock.shift(timedelta(days=1))
    for case in cases:
        do(session, cast.verifier, case, "first", note="一")
    clock.shift(timedelta(days=1))
    commands.execute(session, sealing.seal_next, cast.enterprise_id)
    do(session, cast.verifier, cases[0], "second", note="二")
    return cases


def made(session: Session, cases: list[UUID], actor: Any) -> bytes:
    session.rollback()
    rows = [instances.get_instance(session, case, actor=actor) for case in cases]
    return audit_file.build(session, rows, actor=actor)


def problems(content: bytes, **kwargs: Any) -> list[str]:
    found = audit_check.check(content.splitlines(keepends=True), **kwargs)
    return [problem.en for problem in found.problems]


def resigned(session: Session, lines: list[dict[str, Any]]) -> bytes:
    """Give the file with a signature that fits, as if its makers had lied."""
    import hashlib

    content = b"".join(orjson.dumps(one) + b"\n" for one in lines if one["kind"] != "signature")
    digest = hashlib.sha256(content).digest()
    keys = session.info["secrets"].seal_keys
    key, signature = keys.sign(audit_lines.SIGNED_AS + digest)
    rest = {"key": key, "sha256": digest.hex(), "signature": signature.hex()}
    return content + audit_lines.line("signature", **rest)


def parsed(content: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in content.splitlines()]


def test_a_file_holds_by_itself(session: Session, cast: Cast, cases: list[UUID]) -> None:
    content = made(session, cases, cast.officer)
    public = session.info["secrets"].seal_keys.public()
    found = audit_check.check(content.splitlines(keepends=True), trusted=public)
    assert found.problems == []
    assert set(found.cases) == set(cases)
    first, second, _ = (found.cases[case] for case in cases)
    assert 0 < first.sealed < first.count
    assert second.sealed == second.count
    assert len(found.seals) == 2
    events = session.scalars(select(t.Event)).all()
    assert found.events == len(events)
    assert found.withheld < found.events


def test_nobody_else_gets_one(session: Session, cast: Cast, cases: list[UUID]) -> None:
    with pytest.raises(NotAllowed):
        made(session, cases[:1], cast.verifier)


def test_the_reporter_is_nowhere_in_it(session: Session, cast: Cast, cases: list[UUID]) -> None:
    text = made(session, cases, cast.officer).decode()
    assert cast.reporter.name not in text
    assert str(cast.reporter.user_id) not in text
    assert cast.reporter.user_id.hex not in text  # type: ignore[union-attr]


def test_what_is_withheld_keeps_the_chain(session: Session, cast: Cast, cases: list[UUID]) -> None:
    """A refusal that would name the reporter is told without who and what."""
    event = history.Event(tag="command:denied", data={"command": "complete"}, role="reporter")
    row = instances.get_instance(session, cases[0], actor=cast.officer)
    commands.execute(
        session, history.append, row.organisation_id, row.id, [event], actor=cast.verifier
    )
    content = made(session, cases[:1], cast.officer)
    (hidden,) = [one for one in parsed(content) if one.get("tag") == "command:denied"]
    assert (hidden["role"], hidden["data"], hidden["withheld"]) == ("", "{}", True)
    found = audit_check.check(content.splitlines(keepends=True))
    assert (found.problems, found.withheld >= 1) == ([], True)


def test_any_changed_byte_is_found(session: Session, cast: Cast, cases: list[UUID]) -> None:
    content = made(session, cases[:1], cast.officer)
    dice = random.Random(20261102)
    for _ in range(150):
        at = dice.randrange(len(content) - 1)
        changed = bytearray(content)
        changed[at] = dice.choice([one for one in b'0fx\n\xff"' if one != content[at]])
        assert problems(bytes(changed)), content[at - 20 : at + 20]


def test_any_missing_doubled_or_swapped_line_is_found(
    session: Session, cast: Cast, cases: list[UUID]
) -> None:
    lines = made(session, cases[:1], cast.officer).splitlines(keepends=True)
    for at in range(len(lines)):
        assert problems(b"".join(lines[:at] + lines[at + 1 :]))
        assert problems(b"".join([*lines[:at], lines[at], *lines[at:]]))
        if at:
            swapped = [*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]]
            assert problems(b"".join(swapped))
    assert problems(b"")
    assert problems(b'{}\n[1]\nnull\n"x"\n{"kind": []}\n')


def test_a_lie_under_a_right_signature_is_found(
    session: Session, cast: Cast, cases: list[UUID]
) -> None:
    """Even who holds the key cannot change what a day was sealed with before."""
    lines = parsed(made(session, cases[:1], cast.officer))
    assert problems(resigned(session, lines)) == []

    def lie(kind: str, at: int = 0, **fields: Any) -> list[str]:
        told = [dict(one) for one in lines]
        [one for one in told if one["kind"] == kind][at].update(fields)
        return problems(resigned(session, told))

    number = next(one["number"] for one in lines if one["kind"] == "case")
    whole = next(
        n
        for n, one in enumerate(one for one in lines if one["kind"] == "event")
        if "withheld" not in one
    )
    assert any(f"event {whole + 1} was altered" in one for one in lie("event", whole, role="x"))
    assert any("out of its order" in one for one in lie("event", whole, sequence=9))
    assert any("not the one that was sealed" in one for one in lie("event", 0, hash="00" * 32))
    assert any("was altered" in one for one in lie("seal", root="00" * 32))
    assert any("does not follow" in one for one in lie("seal", 1, previous="00" * 32))
    assert any("unknown key" in one for one in lie("seal", key="00"))
    assert any("wrong signature" in one for one in lie("seal", signature="00" * 64))
    assert any("does not cover" in one for one in lie("proof", hash="00" * 32))
    assert any("does not cover" in one for one in lie("proof", index=2))
    assert any(f"{number}: the history is not complete" in one for one in lie("case", events=99))
    assert any("another version" in one for one in lie("file", format=2))
    for kind in ("event", "seal", "proof", "case", "key"):
        fields = next(one for one in lines if one["kind"] == kind).keys() - {"kind", "withheld"}
        for key in fields:
            for odd in (None, -1, 2**63 - 1, "", [], "2026-11-02T00:00:00"):
                problems(
                    resigned(
                        session,
                        [{**one, key: odd} if one["kind"] == kind else one for one in lines],
                    )
                )


def test_a_history_written_anew_is_told_against_its_seal(
    session: Session, cast: Cast, cases: list[UUID]
) -> None:
    previous = history.GENESIS
    for event in session.scalars(
        select(t.Event).where(t.Event.instance_id == cases[0]).order_by(t.Event.sequence)
    ).all():
        if event.sequence == 2:
            event.data = '{"told":"otherwise"}'
        row = {column.key: getattr(event, column.key) for column in t.Event.__table__.columns}
        event.hash = previous = history.event_hash(row, previous)
    session.execute(update(t.Instance).where(t.Instance.id == cases[0]).values(head_hash=previous))
    session.commit()
    found = problems(made(session, cases[:1], cast.officer))
    assert found
    assert all("altered afterwards" in one for one in found)


def test_another_key_is_told(
    session: Session, cast: Cast, cases: list[UUID], tmp_path: Any
) -> None:
    content = made(session, cases[:1], cast.officer)
    theirs = Secrets.open(b"the secret key of somebody else, 32", tmp_path / "theirs")
    (told,) = problems(content, trusted=theirs.seal_keys.public())
    assert "signed with another key" in told
