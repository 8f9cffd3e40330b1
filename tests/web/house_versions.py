"""The versions of the furnished house: one of its own, a newer one above, one proposed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, commands, migrations
from engine.definitions import Bundle, drafts
from engine.definitions.deploy import Terms, keep
from engine.definitions.drafts import blank, copying
from engine.store import tables as t
from tests.cast import Cast

_ACTIONS = "<key>/<int:version>/<any(suspend,resume,restore):action>"


def versions(session: Session, cast: Cast) -> dict[str, Any]:
    """Let 甲 adapt the office's process, the office publish anew, a draft wait."""
    base = session.scalars(select(t.Definition).where(t.Definition.key == "hazard_report")).one()
    renamed(session, base, cast.enterprise_id, "甲的闭环")
    renamed(session, base, cast.office_id, "新的闭环")
    session.commit()
    batch = _moving(session, cast, base)
    draft_id = _proposed(session, cast)
    session.commit()
    waiting = "/studio/drafts/<uuid:draft_id>/"
    newest = session.scalars(
        select(t.Definition.id)
        .where(t.Definition.organisation_id == cast.office_id, t.Definition.key == base.key)
        .order_by(t.Definition.version.desc())
    ).first()
    return {
        "migration_id": batch,
        "GET /definitions/<key>/<int:version>/move query": f"?to={newest}",
        f"GET {waiting}publish draft_id": draft_id,
        f"GET {waiting}diagram.json draft_id": draft_id,
        f"POST {waiting}approve draft_id": draft_id,
        f"POST {waiting}decline draft_id": draft_id,
        f"GET {waiting}diagram.json query": "",
        f"GET /definitions/{_ACTIONS} action": "suspend",
        f"POST /definitions/{_ACTIONS} action": "suspend",
    }


def renamed(session: Session, base: t.Definition, owner: UUID, name: str) -> None:
    """Store a version that was checked when its base was: only its name differs."""
    files = copying.files_of(session, base)
    text = files.of("bpmn")[base.key]
    changed = text.replace(base.name.encode(), name.encode(), 1)
    assert changed != text
    bundle = Bundle({**files.contents, "bpmn": {**files.of("bpmn"), base.key: changed}})
    terms = Terms(created_by=None, reason="改名", base_id=base.id)
    assert keep(session, session.get_one(t.Organisation, owner), bundle, terms)


def _moving(session: Session, cast: Cast, base: t.Definition) -> UUID:
    """Have the cases of the office's version moved to 甲's own."""
    wanted = select(t.Definition.id).where(
        t.Definition.key == base.key, t.Definition.organisation_id == cast.enterprise_id
    )
    own = session.scalars(wanted).one()
    return commands.execute(
        session, migrations.start, base.id, own, {}, reason="按新制度", actor=cast.administrator
    )


def _proposed(session: Session, cast: Cast) -> UUID:
    row: t.DefinitionDraft = commands.execute(
        session, drafts.create, title="等同意的流程", bundle=blank.blank("等同意的流程"),
        base_id=None, actor=cast.administrator,
    )  # fmt: skip
    row.state, row.reason = "proposed", "按新制度"
    row.proposed_at, row.proposed_by = clock.now(), cast.administrator.user_id
    return row.id
