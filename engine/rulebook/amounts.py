"""Other amounts for the reward table: a draft in the studio, checked and published there.

Nothing here changes what is paid: the draft does so once somebody who may publishes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import mechanism
from engine.actors import Actor
from engine.coverage.evidence import own_enterprise
from engine.decisions import Decision, parse
from engine.decisions.rewriting import with_outputs
from engine.definitions import Bundle, drafts
from engine.definitions.drafts import copying
from engine.definitions.scenarios import run_in, scenarios_of
from engine.errors import Conflict, InvalidAnswers, Message, ModelError
from engine.mechanism import Mechanism
from engine.permissions import require
from engine.rulebook import answers
from engine.store import tables as t

AMOUNT: Final = "amount_fen"
_RULE: Final = "reward_rule"
#: As the limit without approval: no single reward comes near it (domain.md B5).
_HIGHEST_FEN: Final = 100_000_000
#: What scenarios expect of the amount, under either name.
_EXPECTED: Final = ("amount", AMOUNT)
_TITLE: Final = "奖励标准（制度向导）"


def table_of(found: Mechanism) -> Decision | None:
    """Give the reward table of what runs."""
    for decision in found.loaded.decisions.values():
        if decision.rules and any(one.name == AMOUNT for one in decision.outputs):
            return decision
    return None


def amounts_of(found: Mechanism) -> dict[str, tuple[int, int]]:
    """Give rule key → (its number, its amount in fen), as far as the amount is a plain number."""
    return _plain_amounts(table_of(found))


def _plain_amounts(table: Decision | None) -> dict[str, tuple[int, int]]:
    if table is None:
        return {}
    names = [column.name for column in table.outputs]
    at, named = (len(table.inputs) + names.index(name) if name in names else None
                 for name in (AMOUNT, _RULE))  # fmt: skip
    known: dict[str, tuple[int, int]] = {}
    for rule in table.rules:
        text = rule.texts[at].strip() if at is not None else ""
        key = rule.texts[named].strip().strip('"') if named is not None else str(rule.number)
        if text.isascii() and text.isdecimal() and len(text) < 12 and key not in known:
            known[key] = (rule.number, int(text))
    return known


def proposed(session: Session, found: Mechanism) -> dict[str, int]:
    """Give the amounts that the wizard's draft has and that are not what runs: rule key → fen.

    The draft itself is asked, so that what somebody changes or discards in the studio counts.
    """
    table, draft = table_of(found), _open_draft(session, found)
    if table is None or draft is None:
        return {}
    content = drafts.bundle_of(session, draft).of("dmn").get(found.loaded.tables.get(table.id, ""))
    try:
        drawn = parse(content)[table.id] if content is not None else None
    except (ModelError, KeyError):
        return {}
    return _differing(found, {key: fen for key, (_, fen) in _plain_amounts(drawn).items()})


def propose(session: Session, given: Mapping[str, Any], *, actor: Actor) -> UUID | None:
    """Put other amounts into a draft of the enterprise's own reward table; give the draft's id.

    The draft that the wizard began is used again while it is being edited, so that two clicks
    make one draft. None when all amounts are what runs already.

    Args:
        given: rule key → amount in fen.

    Raises:
        NotAllowed: the actor may not draw. InvalidAnswers: rule by rule, as `amount-KEY`.
        Conflict: somebody else saved the draft just now.
    """
    own_enterprise(actor, "rulebook:write")
    require(actor, "definition:deploy")
    found = mechanism.read(session, actor=actor)
    wanted = _cleaned(found, given)
    changed = _differing(found, wanted)
    answers.propose(session, changed, actor=actor)
    if not changed:
        return None
    draft = _open_draft(session, found)
    if draft is not None and draft.state != "editing":
        raise Conflict(
            "奖励标准的草稿已经提交，正等另一人同意；退回以后才能再改。",
            "The draft of the reward table waits for a second person; it can be changed once it "
            "is declined.",
        )
    if draft is None:
        bundle = _with(found, copying.files_of(session, found.definition), changed)
        made = drafts.create(
            session, title=_TITLE, bundle=bundle, base_id=found.definition.id,
            key=found.definition.key, actor=actor,
        )  # fmt: skip
        return made.id
    kept = drafts.bundle_of(session, draft)
    bundle = _with(found, kept, wanted)
    if bundle.contents != kept.contents:
        drafts.save(
            session, draft.id, revision=draft.revision, bundle=bundle,
            overrides=draft.overrides, title=draft.title, actor=actor,
        )  # fmt: skip
    return draft.id


def open_draft_id(session: Session, found: Mechanism) -> UUID | None:
    """Give the wizard's draft of the reward table that waits in the studio."""
    row = _open_draft(session, found)
    return row.id if row else None


def _open_draft(session: Session, found: Mechanism) -> t.DefinitionDraft | None:
    draft = t.DefinitionDraft
    return session.scalars(
        select(draft)
        .where(
            draft.organisation_id == found.organisation.id,
            draft.title == _TITLE,
            draft.base_id == found.definition.id,
            draft.state.in_(drafts.OPEN),
        )
        .order_by(draft.created_at)
        .limit(1)
    ).first()


def _differing(found: Mechanism, amounts: Mapping[str, int]) -> dict[str, int]:
    now = amounts_of(found)
    return {key: fen for key, fen in amounts.items() if key in now and now[key][1] != fen}


def _cleaned(found: Mechanism, given: Mapping[str, Any]) -> dict[str, int]:
    known = amounts_of(found)
    wrong = {
        f"amount-{key}": [
            Message("请填 0 至 100 万元的金额。", "Give an amount from 0 to 1,000,000 yuan.")
        ]
        for key, fen in given.items()
        if key in known
        and (not isinstance(fen, int) or isinstance(fen, bool) or not 0 <= fen <= _HIGHEST_FEN)
    }
    if wrong:
        raise InvalidAnswers(wrong)
    return {key: fen for key, fen in given.items() if key in known}


def _with(found: Mechanism, bundle: Bundle, amounts: Mapping[str, int]) -> Bundle:
    """Give the files with other amounts in the reward table, and scenarios that expect them."""
    table = table_of(found)
    known = amounts_of(found)
    file = found.loaded.tables.get(table.id, "") if table else ""
    content = bundle.of("dmn").get(file)
    if table is None or content is None:
        raise Conflict(
            "现行流程的奖励表不能在这里改，请到“设计”里修改。",
            "The reward table in force cannot be changed here; change it in the studio.",
        )
    values = {known[key][0]: str(fen) for key, fen in amounts.items()}
    dmn = {**bundle.of("dmn"), file: with_outputs(content, table.id, AMOUNT, values)}
    changed = Bundle({**bundle.contents, "dmn": dmn})
    return Bundle({**changed.contents, "scenario": _expecting(changed)})


def _expecting(bundle: Bundle) -> dict[str, bytes]:
    """Give the scenarios; one that fails by its amount alone expects the new one from now on."""
    kept = dict(bundle.of("scenario"))
    try:
        read = scenarios_of(bundle)
    except ModelError:
        return kept
    for key, scenario in read.items():
        result = run_in(bundle, scenario)
        if result.passed or result.played is None:
            continue
        fields = dict(scenario.expect.fields)
        came: dict[str, Any] = {
            name: result.played.data.get(name) for name in _EXPECTED if name in fields
        }
        mended = replace(scenario, expect=replace(scenario.expect, fields={**fields, **came}))
        if run_in(bundle, mended).passed:
            kept[key] = mended.content()
    return kept
