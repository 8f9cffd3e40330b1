"""What those above do with 甲, and a self-check of its own, for who knocks at the doors."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments, commands, documents, selfcheck
from engine.clock import local_date
from engine.practices import nominating, press, rules, vetting
from engine.scoring import schemes, sheets
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.guidance_story import Visiting
from tests.loop import Loop
from tests.pictures import photo
from tests.web.access_table import ROUTES
from tests.web.house_campaigns import campaigns


def self_check(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the verifier begin to look at one item of the list."""
    code = min(selfcheck.items(session, actor=cast.verifier))
    session.rollback()
    said = ("一号车间", [code])
    check = commands.execute(session, selfcheck.begin, *said, actor=cast.verifier)
    return {"check_id": check, **{f"{route} code": code for route in ROUTES if "/checks/" in route}}


def published(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the department publish a document that everybody may read."""
    upload = attachments.receive(
        session.info["files"], photo("brown"), "notice.webp", only_photos=False
    )
    file = commands.execute(session, attachments.add, upload, actor=cast.officer).id
    facts = documents.Facts(
        kind="policy", title="转发实施方案", issuer="区应急管理局", issued_on=local_date(),
        files=[str(file)], is_public=True,
    )  # fmt: skip
    row = commands.execute(session, documents.publish, facts, actor=cast.officer)
    routes = [route for route in ROUTES if "/documents/" in route]
    return {"document_id": row.id, **{f"{route} file_id": file for route in routes}}


def visited(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the department visit 甲 and ask something of it."""
    visiting = Visiting(session, cast, is_deployed=True)
    visiting.goes(rewards_paid="no")
    visiting.advises()
    asked = session.scalars(select(t.FollowUp.id)).one()
    session.rollback()
    return {"visit_id": visiting.id, "follow_up_id": asked, "enterprise_id": cast.enterprise_id}


def practice(session: Session, cast: Cast, loop: Loop) -> dict[str, Any]:
    """Let the hazard that went round become a published case."""
    story = {"background": "柜内进水", "action": "加罩", "effect": "不再进水"}
    said: dict[str, Any] = {"title": "配电柜加防水罩", "dimensions": ["machine"], "story": story}
    row = commands.execute(session, nominating.nominate, loop.id, **said, actor=cast.verifier)
    consent: dict[str, Any] = {"is_named": False, "photos": [loop.photo]}
    commands.execute(session, nominating.consent, row.id, **consent, actor=cast.principal)
    commands.execute(session, vetting.check_secrecy, row.id, **said, actor=cast.officer)
    scores = {one.key: one.most for one in rules.criteria()}
    commands.execute(session, vetting.vet, row.id, scores, actor=cast.town)
    commands.execute(session, vetting.publish, row.id, level="district", actor=cast.office)
    slug = session.scalars(select(t.Practice.slug)).one()
    session.rollback()
    given = commands.execute(
        session, press.give, "区融媒体中心", practice_id=row.id, actor=cast.office
    )
    route = "GET /practices/public/<slug>/photos/<int:number>"
    found = campaigns(session, cast, row.id)
    return {
        "practice_id": row.id,
        "export_id": given.id,
        "slug": slug,
        f"{route} number": 1,
        **found,
    }


def scores(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the office score the department, and sign."""
    year = local_date().year
    said = ("district", "department", year)
    scheme = commands.execute(session, schemes.adopt, *said, actor=cast.office)
    commands.execute(session, sheets.compute, scheme.id, actor=cast.office)
    scored = cast.department_id
    commands.execute(session, sheets.sign, scheme.id, scored, actor=cast.office)
    return {"scheme_id": scheme.id, "scored_id": scored, "value": "visited_rate"}
