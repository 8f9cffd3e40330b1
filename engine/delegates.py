"""What service tasks do, one function each. A diagram names them by operator.

A delegate gets the step, its parameters (already evaluated) and the data, and gives back what to
merge into the data. It records events and never commits; whatever has an effect goes through the
step, so that a trial, whose step has none, runs the very same functions. If it raises, what it
recorded is taken back and the service task waits as a job (engine/derived.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

from engine import history
from engine.actors import TASK_ROLES, Actor
from engine.cases import Case
from engine.clock import local_date
from engine.errors import DelegateError
from engine.hazards import numbers
from engine.hazards.rewards import given


class Step(Protocol):
    """What a delegate may use of the step it runs in."""

    case: Case
    actor: Actor

    @property
    def at(self) -> datetime:
        """The moment of the step."""

    def record(self, tag: str, *, by_system: bool = False, **data: Any) -> history.Event:
        """Put an event into the history."""

    def queue(self, kind: str, /, **payload: Any) -> None:
        """Leave work to a job that is written with the step and runs after it."""

    def next_number(self, series: str) -> int:
        """Give the next number of one of the organisation's series."""

    def tell_reporter(self, key: str, facts: Mapping[str, Any]) -> None:
        """Leave the reporter the words of `key`; DelegateError when they cannot be made."""

    def notify(self, roles: Sequence[str], key: str) -> None:
        """Tell members the words of `key`; DelegateError when they cannot be made."""


Data = Mapping[str, Any]
Delegate = Callable[[Step, Data, Data], dict[str, Any] | None]
_registry: dict[str, Delegate] = {}
#: Operator name → function.
DELEGATES: Final[Mapping[str, Delegate]] = _registry


def delegate(function: Delegate) -> Delegate:
    """Make a function available to diagrams under its own name."""
    _registry[function.__name__] = function
    return function


def run(step: Step, operator: str, params: Data, data: Data) -> dict[str, Any] | None:
    """Run the delegate `operator`; DelegateError when there is none of that name."""
    found = _registry.get(operator)
    if found is None:
        raise DelegateError(
            f"没有名为“{operator}”的服务。", f"There is no delegate named '{operator}'."
        )
    return found(step, params, data)


@delegate
def register_hazard(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Put a verified hazard on the books 上账: it gets its ledger number (R-49)."""
    year = local_date(step.at).year
    count = step.next_number(f"hazard-{year}")
    number = numbers.hazard_number(step.case.organisation.code, year, count)
    step.record(
        "hazard:registered",
        number=number,
        level=data.get("level") or "general",
        category=data.get("category"),
        finding=data.get("finding"),
    )
    return {"hazard_no": number, "registered_at": step.at.isoformat()}


@delegate
def dismiss_report(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """End a report that is no hazard 不予上账, with its documented finding."""
    step.record("report:dismissed", finding=data.get("finding"))
    return {}


@delegate
def close_hazard(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Strike a hazard off 销号 and have its closure certificate made (R-51)."""
    year = local_date(step.at).year
    count = step.next_number(f"closure-{year}")
    number = numbers.closure_number(step.case.organisation.code, year, count)
    step.record("hazard:closed", number=number)
    step.queue("issue_certificate", kind="closure")
    return {"closure_no": number, "closed_at": step.at.isoformat()}


@delegate
def propose_reward(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Open a line in the reward ledger with the amount the rule gives (R-29).

    Reads `amount_fen`, `reward_rule` and the decision's trace from the data.
    """
    amount = _fen(data.get("amount_fen"))
    year = local_date(step.at).year
    count = step.next_number(f"reward-{year}")
    number = numbers.reward_number(step.case.organisation.code, year, count)
    version = data.get("reward_amount_version")
    step.record(
        "reward:proposed",
        number=number,
        rule=data.get("reward_rule"),
        rule_version=None if version is None else f"reward_amount v{version}",
        computed_fen=amount,
        computation={
            "decision": "reward_amount",
            "rules": data.get("reward_amount_rules") or [],
            "rule": data.get("reward_rule"),
        },
    )
    return {"reward_no": number, "amount": amount}


@delegate
def approve_reward(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note the approved amount; `automatic` when the enterprise's limit made approval needless."""
    step.record(
        "reward:approved",
        number=data.get("reward_no"),
        approved_fen=_fen(data.get("amount")),
        automatic=bool(params.get("automatic")),
        reason=data.get("change_reason"),
    )
    return {}


@delegate
def refuse_reward(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note that no reward is given, and why."""
    reason = data.get("refusal_reason") or data.get("change_reason")
    step.record("reward:refused", number=data.get("reward_no"), reason=reason)
    return {}


@delegate
def record_payment(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note what finance has paid or given instead, and have the reward certificate made."""
    step.record(
        "reward:paid",
        number=data.get("reward_no"),
        **given(_fen(data.get("amount")), data),
        paid_on=data.get("paid_on"),
        funding_line=data.get("funding_line"),
        voucher=data.get("voucher"),
    )
    step.queue("issue_certificate", kind="reward")
    return {}


@delegate
def record_receipt(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note that the reporter has received the reward."""
    step.record("reward:received", number=data.get("reward_no"))
    return {}


@delegate
def tell_reporter(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Leave the reporter a message on their page; a report never ends without one (R-70)."""
    key = _text(params, "message")
    step.tell_reporter(key, data)
    step.record("reporter:told", by_system=True, message=key)
    return {"feedback_at": step.at.isoformat()}


@delegate
def notify(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Tell the members who hold one of the roles in `to`."""
    _notify(step, params, "people:notified")
    return {}


@delegate
def escalate(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Tell those above: `to` names enterprise roles, or "department"."""
    _notify(step, params, "case:escalated")
    return {"escalated_at": step.at.isoformat()}


@delegate
def issue_certificate(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Have a certificate of the given `kind` made."""
    step.queue("issue_certificate", kind=_text(params, "kind"))
    return {}


def _notify(step: Step, params: Data, tag: str) -> None:
    roles = [role.strip() for role in _text(params, "to").split(",") if role.strip()]
    unknown = [role for role in roles if role not in TASK_ROLES and role != "department"]
    if unknown:
        raise DelegateError(
            f"通知对象“{unknown[0]}”不是岗位。", f"'{unknown[0]}' is not a role to notify."
        )
    key = _text(params, "message")
    step.notify(roles, key)
    step.record(tag, by_system=True, to=roles, message=key)


def day_in(data: Data, key: str) -> date:
    """Give the day that a field holds; DelegateError where it holds none."""
    try:
        return date.fromisoformat(text_in(data, key)[:10])
    except ValueError as error:
        raise DelegateError(
            f"字段“{key}”不是日期。", f"The field '{key}' holds no date."
        ) from error


def text_in(data: Data, key: str) -> str:
    """Give the text that a field or parameter holds; DelegateError where it is missing."""
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise DelegateError(f"缺少“{key}”。", f"'{key}' is missing.")
    return value


def _text(params: Data, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise DelegateError(
            f"服务任务缺少参数“{name}”。", f"The service task lacks the parameter '{name}'."
        )
    return value


def _fen(value: object) -> int:
    """Give an amount in fen as a whole number, not below nought."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise DelegateError(
            f"奖励金额应为不小于零的整数（分），现在是 {value!r}。",
            f"A reward's amount is a whole number of fen, at least 0, not {value!r}.",
        )
    return value
