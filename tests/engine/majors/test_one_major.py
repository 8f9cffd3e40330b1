"""One major on the register: what its steps answered, what was entered, and its two ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments, audit, commands, majors
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.majors import MajorFilters
from engine.majors.standing import entries, reports_of, supervised
from engine.majors.told import Told
from engine.statistics import recount
from engine.store import Attachment
from engine.store.tables import MajorReport, Supervision
from tests.cast import Cast
from tests.engine.majors.major_stories import Major
from tests.engine.stories import tags
from tests.pictures import photo
from web.config import Config

TODAY = date(2026, 11, 2)


@pytest.fixture
def major(session: Session, cast: Cast, config: Config, clock: time_machine.Traveller) -> Major:
    return Major(session, cast, config).determined()


def missing(case: Major) -> list[str]:
    """Give what the register misses of it."""
    row = majors.get_major(case.session, case.id, actor=case.cast.officer)
    return list(majors.missing_of(row))


def listed(case: Major, actor: Actor, **filters: str) -> list[UUID]:
    page = majors.register(case.session, actor=actor, filters=MajorFilters(**filters))
    return [row.id for row in page.items]


def test_what_the_steps_answer_is_not_entered_again(major: Major) -> None:
    cast, session = major.cast, major.session
    assert missing(major) == ["authority", "congress", "interim", "plan"]
    with pytest.raises(Conflict, match="not twice"):
        commands.execute(
            session, majors.report, major.id, addressee="authority", name="区应急管理局",
            method="system", reported_on=TODAY, note="回执 7", actor=cast.verifier,
        )  # fmt: skip
    major.reported(authority_files=[major._photo()])
    assert missing(major) == ["interim", "plan"]
    commands.execute(session, majors.guard, major.id, text="停用，派人看守", actor=cast.rectifier)
    assert missing(major) == ["plan"]
    major.planned()
    assert missing(major) == []
    row = majors.get_major(session, major.id, actor=cast.verifier)
    said = majors.told(session, [row], actor=cast.verifier)[major.id]
    (determination,) = said.determinations
    assert (determination.by, determination.level) == (cast.verifier.user_id, "major")
    assert determination.criterion == "应急管理部令第10号 第三条（一）"
    assert said.plan["plan_safety"] == "见方案"
    assert [one.text for one in said.interim] == ["停用，派人看守", "拉警戒，停用"]
    assert [(one.addressee, one.method, len(one.files)) for one in said.reports] == [
        ("authority", "system", 1),
        ("congress", "congress", 0),
    ]
    assert recount(session).differences == []


def test_a_later_report_is_entered_with_its_proof(major: Major) -> None:
    cast, session = major.cast, major.session
    major.reported()
    later = {
        "addressee": "congress", "name": "职工代表大会", "method": "written",
        "reported_on": TODAY, "actor": cast.union,
    }  # fmt: skip
    with pytest.raises(InvalidAnswers) as refused:
        commands.execute(session, majors.report, major.id, **later)
    assert list(refused.value.errors) == ["files"]
    commands.execute(session, majors.report, major.id, **later, files=[major._photo()])
    row = majors.get_major(session, major.id, actor=cast.union)
    said = majors.told(session, [row], actor=cast.union)[major.id]
    found = reports_of(said, entries(session, MajorReport, [row])[major.id])
    assert [(one.name, one.is_from_process) for one in found][-1] == ("职工代表大会", False)
    assert tags(session, major.id)[-1] == "major:reported"


def test_those_above_see_it_and_strangers_do_not(major: Major) -> None:
    cast, session = major.cast, major.session
    for above in (cast.officer, cast.town, cast.group, cast.office, cast.verifier):
        assert listed(major, above) == [major.id]
    assert listed(major, cast.stranger) == []
    with pytest.raises(NotFound):
        majors.get_major(session, major.id, actor=cast.stranger)
    with pytest.raises(NotAllowed):
        majors.register(session, actor=cast.reporter)
    with pytest.raises(NotAllowed):
        commands.execute(session, majors.guard, major.id, text="…", actor=cast.union)


def notice(case: Major, actor: Actor) -> str:
    """Upload the authority's notice as `actor`."""
    upload = attachments.receive(
        case.session.info["files"], photo("brown"), "通知书.png", only_photos=False
    )
    row: Attachment = commands.execute(case.session, attachments.add, upload, actor=actor)
    return str(row.id)


def supervise(case: Major, actor: Actor, **more: object) -> UUID:
    """Let an authority's listing be entered by `actor`."""
    given = {
        "authority": "区应急管理局", "case_number": "长安督〔2026〕3号", "listed_on": TODAY,
        "due_on": TODAY + timedelta(days=30), **more,
    }  # fmt: skip
    entry: Supervision = commands.execute(
        case.session, majors.put_under_supervision, case.id, **given, actor=actor
    )
    return entry.id


def test_closed_inside_it_stays_until_the_authority_strikes_it_off(
    major: Major, clock: time_machine.Traveller
) -> None:
    cast, session = major.cast, major.session
    major.reported().planned()
    document = notice(major, cast.officer)
    supervision = supervise(major, cast.officer, files=[document])
    kept = session.scalars(select(Attachment).where(Attachment.id == UUID(document))).one()
    assert (kept.organisation_id, kept.instance_id) == (cast.enterprise_id, major.id)
    with pytest.raises(Conflict, match="supervises it already"):
        supervise(major, cast.office)
    major.put_right()
    row = majors.get_major(session, major.id, actor=cast.verifier)
    assert (row.state, majors.closed_inside(row)) == ("closed", True)
    assert listed(major, cast.officer) == [major.id]
    assert listed(major, cast.officer, standing="open") == []
    clock.shift(timedelta(days=3))
    commands.execute(
        session, majors.apply_for_check, major.id, supervision,
        applied_on=TODAY + timedelta(days=1), actor=cast.principal,
    )  # fmt: skip
    end = {"cancelled_on": TODAY + timedelta(days=2), "cancelled_by": "长安督核〔2026〕1号"}
    with pytest.raises(InvalidAnswers) as refused:
        commands.execute(
            session, majors.strike_off, major.id, supervision, **end, actor=cast.principal
        )
    assert list(refused.value.errors) == ["files"]
    with pytest.raises(NotAllowed, match="Another authority"):
        commands.execute(session, majors.strike_off, major.id, supervision, **end, actor=cast.town)
    commands.execute(session, majors.strike_off, major.id, supervision, **end, actor=cast.officer)
    assert listed(major, cast.officer) == []
    assert listed(major, cast.officer, standing="closed") == [major.id]
    with pytest.raises(Conflict, match="struck it off"):
        commands.execute(
            session, majors.strike_off, major.id, supervision, **end, actor=cast.officer
        )
    entered = [tag for tag in tags(session, major.id) if tag.startswith("supervision:")]
    assert entered == ["supervision:listed", "supervision:applied", "supervision:cancelled"]
    assert list(audit.verify(session)) == []
    assert recount(session).differences == []


def test_a_group_supervises_nothing(major: Major) -> None:
    with pytest.raises(NotAllowed, match="by law"):
        supervise(major, major.cast.group)


def test_the_day_given_at_the_signature_ends_what_the_report_named(major: Major) -> None:
    cast, session = major.cast, major.session
    major.reported(supervised=True, supervised_by="区应急管理局", case_no="督3").planned()
    row = majors.get_major(session, major.id, actor=cast.officer)
    assert row.supervised_on == TODAY
    major.put_right(authority_cancelled_on=TODAY.isoformat())
    row = majors.get_major(session, major.id, actor=cast.officer)
    said = majors.told(session, [row], actor=cast.officer)[major.id]
    (one,) = supervised(row, said, entries(session, Supervision, [row])[major.id])
    assert (one.authority, one.case_number, one.cancelled_on) == ("区应急管理局", "督3", TODAY)
    assert not majors.closed_inside(row)
    assert recount(session).differences == []


def test_what_is_listed_at_night_is_listed_on_that_day_in_china() -> None:
    at = datetime(2026, 11, 4, 17, 30, tzinfo=UTC)
    said = Told(
        answers={"supervised": True, "supervised_by": "区应急管理局", "case_no": "督3"},
        said={"supervised_by": (at, None)},
    )
    (one,) = supervised(None, said, [])
    assert one.listed_on == date(2026, 11, 5)
