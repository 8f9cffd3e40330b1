"""Which fields a process will have, and which it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.decisions import Decision
from engine.errors import ExpressionError
from engine.expressions import compile_expression, compile_script
from engine.forms import Form
from engine.spiff import Model

#: Fields the engine and its delegates put into every case.
_GIVEN: Final = frozenset(
    {
        "report_no", "reported_at", "sector", "identity_mode", "reward_limit_fen", "hazard_no",
        "registered_at", "closure_no", "closed_at", "reward_no", "amount", "feedback_at",
        "escalated_at", "checklist_level", "checklist_version",
        "source", "channel", "source_note", "entered_by",
        # Of a guidance visit.
        "visit_no", "opinion_no", "enterprise", "enterprise_name", "visitor_names", "round",
        "has_follow_ups", "all_settled", "recheck_by",
        # Of a complaint.
        "complaint_no", "letter_no", "referral_no", "judge_by", "handler", "handler_code",
        "district", "report", "barred", "evidence",
    }
)  # fmt: skip
#: What an expression may read about a repeated activity.
_COUNTS: Final = frozenset(
    {"nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances", "loopCounter"}
)
#: Fields kept by their names for ledgers, statistics or the record of a case (domain.md C1, C4).
_KEPT: Final = frozenset(
    {
        "amount", "approved", "authority_method", "category", "channel", "checklist_item",
        "checklist_level",
        "control_type", "due_on", "finding", "fixed_on_spot", "funding_line", "gift",
        "identity_mode", "imminent", "kind", "level", "method", "paid_on", "place", "points_rate",
        "received", "reporter_type", "plan_kind", "result", "risk_types", "signed", "source",
        "union_method", "voucher",
    }
)  # fmt: skip
#: How the fields begin by which a guidance visit asks its checklist, item by item.
_ITEMS: Final = ("found_", "check_")


def given(model: Model, forms: Mapping[str, Form], decisions: Mapping[str, Decision]) -> set[str]:
    """Give every field that may be in the data of a case."""
    found = set(_GIVEN | _COUNTS)
    for key in model.forms() & forms.keys():
        found |= {field.key for field in forms[key].fields if field.key}
    for name in model.decisions() & decisions.keys():
        found |= {output.name for output in decisions[name].outputs}
        found |= {f"{name}_rules", f"{name}_version"}
    return found | set(_made(model))


def people_in(model: Model, forms: Mapping[str, Form]) -> set[str]:
    """Give the fields that hold a person."""
    asked = model.forms() & forms.keys()
    return {field.key for key in asked for field in forms[key].fields if field.people}


def _made(model: Model) -> Iterator[str]:
    """Give what scripts assign, services return and repetitions name."""
    for site in model.expressions():
        if site.is_script:
            try:
                yield from compile_script(site.source, {"due_in"}).assigned
            except ExpressionError:
                continue
    yield from model.variables()


def read_by(model: Model, decisions: Mapping[str, Decision]) -> set[tuple[str, str]]:
    """Give (element, field) for everything that expressions, scripts and tables read."""
    found: set[tuple[str, str]] = set()
    for site in model.expressions():
        if site.source.strip() and "defined(" not in site.source:
            try:
                read = compile_script if site.is_script else compile_expression
                found |= {(site.element, name) for name in read(site.source, {"due_in"}).names}
            except ExpressionError:
                continue
    for element in model.elements.values():
        table = decisions.get(element.decision or "")
        found |= {(element.id, name) for name in (table.names if table else ())}
    return found


def is_kept(field: str) -> bool:
    """Say whether a field of that name is kept by ledgers, statistics or the record of a case."""
    return field in _KEPT or field.startswith(_ITEMS)
