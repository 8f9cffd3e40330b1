"""Whatever is sent to the forms of majors and training, the answer says what is wrong."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, training
from engine.store.tables import Attendance, MajorReport, Supervision, TrainingSession
from tests.cast import Cast
from tests.engine.majors.major_stories import Major
from tests.web.visits import Client
from web.config import Config

LONG = "长" * 30_000
VALUES = ("", " ", LONG, "0000-00-00", "9999-12-31", "0001-01-01", "=1+1", "\u202e", "-1", "1e9",
          "'; drop table hazard; --", "<script>", "\ud83d\ude00".encode("utf-16", "surrogatepass")
          .decode("utf-16"), "00000000-0000-0000-0000-000000000000")  # fmt: skip
#: These take any text: a paper is drawn with it, which takes longer than to refuse it.
_VALUES_OF = {
    "guard": ("", " ", LONG),
    **dict.fromkeys(("authority", "acceptance"), ("", LONG, "\u202e<script>")),
}
FIELDS = ("name", "method", "reported_on", "note", "files", "certificate_number", "text",
          "authority", "case_number", "listed_on", "due_on", "addressed_to", "state_and_cause",
          "harm_and_difficulty", "evaluation", "conclusion", "resumption_on", "actual_goal",
          "topic", "audience", "sectors", "held_on", "hours", "place", "materials", "enterprise",
          "position", "action")  # fmt: skip


def test_nothing_that_is_sent_breaks_a_page_or_is_kept(
    session: Session, cast: Cast, config: Config, client: Client, clock: time_machine.Traveller
) -> None:
    major = Major(session, cast, config).determined().reported()
    facts = training.Facts(topic="专题", audience="staff", held_on=date(2026, 11, 1), minutes=60)
    lesson = commands.execute(session, training.plan, facts, actor=cast.officer)
    code = commands.execute(session, training.open_sheet, lesson.id, actor=cast.officer)
    here, there = f"/majors/{major.id}", f"/training/{lesson.id}"
    sent = {
        cast.principal: [f"{here}/{tail}" for tail in
                         ("report/congress", "guard", "supervision", "papers/authority",
                          "papers/acceptance")],
        cast.officer: [f"{here}/supervision", "/training/new", f"{there}/edit", f"{there}/list",
                       f"/t/{code}"],
    }  # fmt: skip
    for actor, paths in sent.items():
        client.sign_in(actor)
        for path in paths:
            for value in _VALUES_OF.get(path.rpartition("/")[2], VALUES):
                answer = client.submit(path, dict.fromkeys(FIELDS, value))
                # A report says what one writes; a list is only looked at.
                fine = {303} if "papers" in path else {200} if path == f"{there}/list" else set()
                assert answer.status_code in fine | {422}, (path, value[:20], answer.status_code)
        for file in (b"PK\x03\x04 no book", b"\xff\xfe\x00", b"a,\x00b\r\n" * 3, b""):
            answer = client.submit(f"{there}/list", {"file": (BytesIO(file), "a.xlsx")})
            assert answer.status_code in (200, 403, 422)
        for query in ("standing=x", "missing=x", "age=x", "month=2026-13", "dated=x", "after=x"):
            assert client.get(f"/majors?{query}").status_code == 422
        for query in ("year=x", "year=99999", "after=x.y", "year=0000"):
            assert client.get(f"/training?{query}").status_code in (200, 422)
    session.rollback()
    for table in (MajorReport, Supervision, Attendance):
        assert session.scalars(select(table)).all() == []
    assert len(session.scalars(select(TrainingSession)).all()) == 1
