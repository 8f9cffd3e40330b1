"""The furnished house's related parties: 丙 works for 甲, and somebody is invited."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import attachments, clock, commands, registry
from engine.relations import answering, codes, concerning, passing, proposing, templates
from engine.relations.passing import Words
from tests.cast import Cast
from tests.engine import stories
from tests.engine.registry.sheets import code
from tests.engine.relations.working_together import in_force, proposed, terms
from tests.pictures import photo
from tests.processes.player import CONFIRMED, REPORT

_ONE = "/relations/<uuid:relation_id>"


def relations(session: Session, cast: Cast) -> dict[str, Any]:
    """Give what of them stands in addresses."""
    working = in_force(session, cast)
    paper = attachments.receive(session.info["files"], photo("green"), "a.webp", only_photos=False)
    file_id = commands.execute(session, attachments.add, paper, actor=cast.principal).id
    commands.execute(
        session, answering.sign, working, signed_on=clock.local_date(), files=[str(file_id)],
        actor=cast.principal,
    )  # fmt: skip
    asked = proposed(session, cast, subject="门窗更换")
    values = {"name": "已登记公司", "uscc": code(71), "sector": "general"}
    commands.execute(session, registry.enter, values, actor=cast.office)
    invited = commands.execute(
        session, proposing.invite, "已登记公司", code(71), terms(), actor=cast.principal
    )
    case = stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    stories.do(session, cast.verifier, case, "acknowledge")
    stories.do(session, cast.verifier, case, "verify", **CONFIRMED)
    commands.execute(session, concerning.say, case, working, actor=cast.verifier)
    words = Words(place="屋面", description="没有系安全带", wanted="停工整改", is_checked=True)
    passed = commands.execute(session, passing.pass_on, case, words, actor=cast.verifier)
    template = commands.execute(
        session, templates.publish, "甲的机制", "related", actor=cast.principal
    )
    invitation = codes.code_of(session, invited)
    return {
        "relation_id": working,
        **{f"POST {_ONE}/{step} relation_id": asked for step in ("answer", "withdraw")},
        f"GET {_ONE}/invitation.pdf relation_id": invited.id,
        f"GET {_ONE}/files/<uuid:file_id> file_id": file_id,
        "POST /registry/invited/<uuid:relation_id>/bind relation_id": invited.id,
        **{f"{method} /invited/<code> code": invitation for method in ("GET", "POST")},
        **{
            f"{method} /relations/cases/<uuid:instance_id>{step} instance_id": case
            for method, step in (("GET", ""), ("POST", ""), ("POST", "/pass"),
                                 ("POST", "/call-back"))
        },
        **{
            f"GET {room}/<uuid:organisation_id>/relations organisation_id": cast.enterprise_id
            for room in ("/registry", "/api/v1/organisations")
        },
        "passed_id": passed,
        "template_id": template.id,
    }  # fmt: skip
