"""A closed hazard becomes a typical case: consented to, checked, vetted, published, used."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import accounts, answers, commands, membership
from engine.actors import SYSTEM, Actor
from engine.definitions import drafts
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound, SeparationOfDuties
from engine.filestore import FileStore
from engine.practices import finding, nominating, rules, using, vetting
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.processes.player import REPORT

STORY = {
    "background": "配电柜上方管道漏水",
    "action": "改道并加防水罩",
    "effect": "再没有进水",
    "data": "三个月零报警",
}
FULL = {"innovation": "20", "effect": "28", "replicable": "25", "clarity": "12"}

#: The others say nothing that a database could say otherwise.
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Telling:
    """One closed hazard of 甲, and the people who make a typical case of it."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        loop = Loop(session, cast, owner=cast.office_id)
        loop.goes_round()
        self.instance_id = loop.id
        self.photo = loop.photo
        self.second = self._member("second", "石科", "officer")
        self.director = self._member("chief", "江局", "director")

    def does(self, operation: Any, *args: Any, **kwargs: Any) -> Any:
        return commands.execute(self.session, operation, *args, **kwargs)

    def nominate(self, **other: Any) -> UUID:
        said = {"title": "配电柜防水改造", "dimensions": ["machine", "management"], "story": STORY}
        actor = other.pop("actor", self.cast.verifier)
        row = self.does(nominating.nominate, self.instance_id, **{**said, **other}, actor=actor)
        return UUID(str(row.id))

    def check(self, case: UUID, actor: Actor | None = None, **other: Any) -> None:
        words = {"title": "配电柜防水改造", "dimensions": ["machine", "management"], "story": STORY}
        said = {**words, **other}
        self.does(vetting.check_secrecy, case, **said, actor=actor or self.cast.officer)

    def published(self, *, is_named: bool = False, photos: list[str] | None = None) -> UUID:
        case = self.nominate()
        self.does(
            nominating.consent, case, is_named=is_named, photos=photos or [],
            actor=self.cast.principal,
        )  # fmt: skip
        self.check(case)
        self.does(vetting.vet, case, FULL, actor=self.second)
        self.does(vetting.publish, case, level="district", actor=self.director)
        return case

    def _member(self, login: str, name: str, role: str) -> Actor:
        user = self.does(
            accounts.add_user, login=login, name=name, password=None,
            organisation_id=self.cast.department_id, roles=[role], actor=SYSTEM,
        )  # fmt: skip
        found = membership.actor_for(self.session, user.id, self.cast.department_id)
        assert found is not None
        self.session.rollback()
        return found


@pytest.fixture
def telling(session: Session, cast: Cast, tmp_path: Path) -> Telling:
    session.info["files"] = FileStore(tmp_path)
    return Telling(session, cast)


def row(telling: Telling, case: UUID) -> t.Practice:
    telling.session.rollback()
    telling.session.expire_all()
    return telling.session.scalars(select(t.Practice).where(t.Practice.id == case)).one()


def test_it_goes_from_nomination_to_everybody(telling: Telling, cast: Cast) -> None:
    case = telling.published(photos=[telling.photo, "not-a-photo"])
    found = row(telling, case)
    assert (found.state, found.scores["total"], found.photos) == ("published", 85, [telling.photo])
    tags = stories.tags(telling.session, telling.instance_id)
    assert [tag for tag in tags if tag.startswith("practice:")] == [
        "practice:nominated", "practice:consented", "practice:checked", "practice:vetted",
        "practice:published",
    ]  # fmt: skip
    # Everybody signed in reads it, in whatever organisation.
    seen = finding.get(telling.session, case, actor=cast.stranger)
    assert finding.owner_name(seen) == "某单位"
    listed = finding.published(telling.session, filters=finding.Filters())
    assert [one.id for one in listed.items] == [case]


@on_sqlite
def test_the_proposal_tells_of_the_hazard_and_of_no_person(telling: Telling, cast: Cast) -> None:
    told = nominating.proposal(telling.session, telling.instance_id, actor=cast.verifier)
    assert told["background"] == REPORT["description"]
    assert "包晓" not in "".join(told.values())


@on_sqlite
def test_nobody_makes_both_checks(telling: Telling, cast: Cast) -> None:
    case = telling.nominate(actor=telling.second)
    with pytest.raises(Conflict):
        telling.check(case)
    telling.does(nominating.consent, case, is_named=True, photos=[], actor=cast.principal)
    with pytest.raises(Conflict):
        telling.does(vetting.vet, case, FULL, actor=telling.director)
    telling.check(case, cast.officer)
    with pytest.raises(Conflict):
        telling.check(case, telling.director)
    for checked_or_nominated in (cast.officer, telling.second):
        with pytest.raises(SeparationOfDuties):
            telling.does(vetting.vet, case, FULL, actor=checked_or_nominated)
    with pytest.raises(InvalidAnswers) as wrong:
        telling.does(vetting.vet, case, {**FULL, "effect": "31"}, actor=telling.director)
    assert set(wrong.value.errors) == {"effect"}
    poor = {one.key: 5 for one in rules.criteria()}
    telling.does(vetting.vet, case, poor, actor=telling.director)
    with pytest.raises(Conflict):
        telling.does(vetting.publish, case, level="city", actor=telling.director)


@on_sqlite
def test_a_name_that_was_not_consented_to_is_not_published(telling: Telling, cast: Cast) -> None:
    case = telling.nominate()
    telling.does(nominating.consent, case, is_named=False, photos=[], actor=cast.principal)
    with pytest.raises(InvalidAnswers) as named:
        telling.check(case, title="甲机械有限公司的配电柜")
    assert set(named.value.errors) == {"title"}


@on_sqlite
def test_who_may_do_what(telling: Telling, cast: Cast) -> None:
    for other in (cast.reporter, cast.finance):
        with pytest.raises(NotAllowed):
            telling.nominate(actor=other)
    with pytest.raises(NotFound):
        telling.nominate(actor=cast.stranger)
    case = telling.nominate()
    with pytest.raises(Conflict):
        telling.nominate()
    with pytest.raises(NotAllowed):
        telling.does(nominating.consent, case, is_named=True, photos=[], actor=cast.verifier)
    for other in (cast.stranger, cast.sole):
        with pytest.raises(NotFound):
            telling.does(nominating.consent, case, is_named=True, photos=[], actor=other)
        with pytest.raises(NotFound):
            finding.get(telling.session, case, actor=other)
    assert finding.get(telling.session, case, actor=cast.town).title == "配电柜防水改造"


@on_sqlite
def test_only_a_closed_hazard_is_nominated(telling: Telling, cast: Cast) -> None:
    open_one = stories.begin(telling.session, cast.reporter, "hazard_report", answers=dict(REPORT))
    with pytest.raises(Conflict):
        telling.does(
            nominating.nominate, open_one, title="还没销号", dimensions=["human"], story=STORY,
            actor=cast.verifier,
        )  # fmt: skip


@on_sqlite
def test_the_enterprise_takes_it_back_at_any_time(telling: Telling, cast: Cast) -> None:
    case = telling.published()
    slug = row(telling, case).slug
    assert slug is not None
    telling.does(nominating.withdraw, case, reason="工艺保密", actor=cast.principal)
    with pytest.raises(NotFound):
        finding.by_slug(telling.session, slug)
    with pytest.raises(NotFound):
        finding.get(telling.session, case, actor=cast.stranger)
    # It may be nominated anew.
    telling.nominate()


def test_it_is_found_by_dimension_sector_size_and_words(telling: Telling) -> None:
    telling.published()
    for found, filters in [
        (1, finding.Filters(dimension="machine", size="small", words="防水罩")),
        (0, finding.Filters(dimension="culture")),
        (0, finding.Filters(size="large")),
        (0, finding.Filters(sector="gas")),
        (0, finding.Filters(words="脚手架")),
    ]:
        assert len(finding.published(telling.session, filters=filters).items) == found, filters


def test_others_take_over_its_item_and_its_process(telling: Telling, cast: Cast) -> None:
    case = telling.published()
    telling.does(using.study, case, actor=cast.sole)
    telling.does(using.study, case, actor=cast.sole)
    code = telling.does(using.apply_checklist, case, actor=cast.sole)
    items = answers.items_in_force(telling.session, cast.one_person_firm_id)
    assert items[code]["precaution"] == STORY["action"]
    assert code not in answers.items_in_force(telling.session, cast.enterprise_id)
    with pytest.raises(Conflict):
        telling.does(using.apply_checklist, case, actor=cast.sole)
    draft = telling.does(using.apply_process, case, actor=cast.sole)
    drawn = drafts.get(telling.session, draft, actor=cast.sole)
    assert drawn.key == "hazard_report"
    uses = finding.uses(telling.session, row(telling, case))
    assert uses == {"studied": 1, "checklist": 1, "process": 1}
    with pytest.raises(NotAllowed):
        telling.does(using.apply_process, case, actor=telling.director)


@on_sqlite
def test_a_process_of_somebody_unnamed_is_not_given_away(telling: Telling, cast: Cast) -> None:
    case = telling.published()
    ran = select(t.Instance.definition_id).where(t.Instance.id == telling.instance_id)
    own = update(t.Definition).values(organisation_id=cast.enterprise_id)
    telling.session.execute(own.where(t.Definition.id == ran.scalar_subquery()))
    telling.session.commit()
    with pytest.raises(Conflict):
        telling.does(using.apply_process, case, actor=cast.sole)


@on_sqlite
def test_it_is_handed_to_the_city_once(telling: Telling) -> None:
    case = telling.published()
    assert telling.does(vetting.hand_over, [case], actor=telling.director) == 1
    assert telling.does(vetting.hand_over, [case], actor=telling.director) == 0
    assert row(telling, case).reported_by == telling.director.user_id
