"""Sector packs installed: by an enterprise for itself, by a department for one of its sectors."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, definitions, mechanism
from engine.actors import SYSTEM, Actor
from engine.definitions import drafts, packs
from engine.definitions.packs import installing
from engine.errors import Conflict, NotAllowed, NotFound
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.studio_story import notices, publish


@pytest.fixture
def general(session: Session, cast: Cast) -> None:
    """The general flow, deployed by the district's office for all; 甲 is a gas firm."""
    session.get_one(t.Organisation, cast.enterprise_id).sector = "gas"
    session.get_one(t.Organisation, cast.one_person_firm_id).sector = "construction"
    session.commit()
    commands.execute(
        session, definitions.deploy, packs.bundle_of("general"),
        organisation_id=cast.office_id, actor=SYSTEM,
    )  # fmt: skip


def head_of(cast: Cast) -> Actor:
    """Somebody of the department who may deploy."""
    return replace(cast.officer, roles=frozenset({"administrator"}))


def install(session: Session, key: str, actor: Actor) -> list[t.Definition]:
    return commands.execute(
        session, installing.install, key, organisation_id=actor.organisation_id, actor=actor
    )


def runs(session: Session, organisation_id: object, key: str = "hazard_report") -> str | None:
    """Give the pack that new cases of an organisation begin with."""
    session.rollback()
    organisation = session.get_one(t.Organisation, organisation_id)
    return definitions.get_latest(session, organisation, key).pack


def test_an_enterprise_installs_its_sector_s_pack_once(
    session: Session, cast: Cast, general: None
) -> None:
    made = install(session, "gas", cast.administrator)
    assert {row.key: row.pack for row in made} == {"hazard_report": "gas 1", "suggestion": "gas 1"}
    assert made[0].reason == "安装行业包“燃气”第 1 版"
    assert runs(session, cast.enterprise_id) == "gas 1"
    assert runs(session, cast.one_person_firm_id) is None
    assert install(session, "gas", cast.administrator) == []
    pinned = definitions.load(session, made[0].id).forms
    assert {"make_safe", "written_notice"} <= pinned.keys()


def test_what_runs_already_is_not_installed_again(
    session: Session, cast: Cast, general: None
) -> None:
    assert install(session, "education", cast.administrator) == []
    assert install(session, "general", cast.administrator) == []
    assert runs(session, cast.enterprise_id) is None


def test_a_department_installs_for_one_sector_and_the_others_keep_theirs(
    session: Session, cast: Cast, general: None
) -> None:
    head = head_of(cast)
    install(session, "gas", head)
    assert runs(session, cast.enterprise_id) == "gas 1"
    assert runs(session, cast.one_person_firm_id) is None
    install(session, "construction", head)
    assert runs(session, cast.enterprise_id) == "gas 1"
    assert runs(session, cast.one_person_firm_id) == "construction 1"
    assert install(session, "gas", head) == []
    own = session.get_one(t.Organisation, cast.enterprise_id)
    line = definitions.lineage(session, own, "hazard_report")
    assert {row.pack for row in line} == {"gas 1", None}
    told = " ".join(notices(session, cast.administrator))
    assert "燃气事故隐患报告与闭环" in told
    assert "建筑施工" not in told


def test_what_a_department_makes_of_a_pack_stays_for_that_sector(
    session: Session, cast: Cast, general: None
) -> None:
    head = head_of(cast)
    with pytest.raises(Conflict):
        commands.execute(session, installing.adapt, "gas", actor=head)
    (made,) = [row for row in install(session, "gas", head) if row.key == "hazard_report"]
    draft = commands.execute(session, installing.adapt, "gas", actor=head)
    assert draft.base_id == made.id
    bundle = drafts.bundle_of(session, draft)
    changed = bundle.of("bpmn")["hazard_report"].replace("切断气源".encode(), "关阀".encode())
    bpmn = {**bundle.of("bpmn"), "hazard_report": changed}
    published = publish(
        session, head, definitions.Bundle({**bundle.contents, "bpmn": bpmn}), base_id=made.id
    )
    assert published.state == "published"
    assert runs(session, cast.enterprise_id) == "gas 1"
    assert runs(session, cast.one_person_firm_id) is None
    own = session.get_one(t.Organisation, cast.enterprise_id)
    loaded = definitions.load(session, definitions.get_latest(session, own, "hazard_report").id)
    assert loaded.model.elements["make_safe"].name == "关阀"


def test_an_enterprise_adapts_without_installing_first(
    session: Session, cast: Cast, general: None
) -> None:
    draft = commands.execute(session, installing.adapt, "gas", actor=cast.administrator)
    bundle = drafts.bundle_of(session, draft)
    assert draft.key == "hazard_report"
    assert "make_safe" in bundle.of("form")
    assert "suggestion" not in bundle.of("bpmn")
    assert "gas_customer" in bundle.of("scenario")
    assert runs(session, cast.enterprise_id) is None


def test_a_newer_pack_is_told_with_what_differs(
    session: Session, cast: Cast, general: None
) -> None:
    install(session, "gas", cast.administrator)
    organisation = session.get_one(t.Organisation, cast.enterprise_id)
    now = installing.standing(session, organisation, packs.get_pack("gas"))
    assert now.is_same
    assert now.version == 1
    other = installing.standing(session, organisation, packs.get_pack("general"))
    assert other.version is None
    assert set(other.differing) == {
        ("bpmn", "hazard_report"),
        ("form", "make_safe"),
        ("form", "verify"),
        ("form", "written_notice"),
        ("dmn", "deadline"),
    }


def test_who_may_not(session: Session, cast: Cast, general: None) -> None:
    with pytest.raises(NotAllowed):
        install(session, "gas", cast.verifier)
    with pytest.raises(NotFound):
        install(session, "steam", cast.administrator)
    with pytest.raises(NotFound):
        commands.execute(
            session, installing.install, "gas",
            organisation_id=cast.strange_enterprise_id, actor=cast.administrator,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        mechanism.read(session, actor=cast.reporter)


def test_a_mechanism_is_read_from_what_runs(session: Session, cast: Cast, general: None) -> None:
    found = mechanism.read(session, actor=cast.officer, sector="construction")
    assert (found.sector, found.definition.pack) == ("construction", None)
    install(session, "construction", head_of(cast))
    found = mechanism.read(session, actor=cast.officer, sector="construction")
    assert found.definition.pack == "construction 1"
    assert next(iter(found.diagrams)) == "hazard_report"
    assert {item["code"][:2] for item in found.items} == {"CO", "GE"}
    assert mechanism.read(session, actor=cast.officer, sector="gas").definition.pack is None
    own = mechanism.read(session, actor=cast.principal, sector="construction")
    assert (own.sector, own.people["verifier"]) == ("gas", ["何核"])
    assert "reporter" not in own.people
    with pytest.raises(NotFound):
        mechanism.read(session, actor=cast.group)


def test_the_checklists_of_a_pack_are_kept_where_nobody_above_has_them(
    session: Session, cast: Cast
) -> None:
    install(session, "heritage", replace(cast.stranger, roles=frozenset({"administrator"})))
    sectors = session.scalars(
        select(t.ChecklistItem.sector)
        .where(t.ChecklistItem.organisation_id == cast.strange_enterprise_id)
        .distinct()
    ).all()
    assert set(sectors) == {"heritage", "general"}
