"""How far a report has come, as its reporter may know it: stations, roles and dates, no names.

A reporter follows a case in the few stations that everybody understands, however finely its
diagram is drawn: that a finding is checked a second time, or by whom, is not told. Tasks a
modeller invented keep their own names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine import casefile, clock, definitions, instances, reporters
from engine.actors import ROLES, Actor
from engine.errors import Message, NotFound
from engine.hazards.deadlines import Overrides, overdue_days
from engine.settings import setting
from engine.store import tables as t

#: Station → its name, the tasks it stands for, and the answer meant for the reporter.
_STATIONS: Final[Mapping[str, tuple[Message, frozenset[str], str]]] = {
    "acknowledge": (Message("受理", "Acknowledgement"), frozenset({"acknowledge"}), "ack_note"),
    "verify": (
        Message("核查", "Verification"),
        frozenset({"verify", "determine", "second_opinion"}),
        "",
    ),
    "consider": (Message("研究建议", "Consideration"), frozenset({"consider"}), "reply"),
    "rectify": (
        Message("整改", "Rectification"),
        frozenset({"plan", "rectify", "report_authority", "report_union"}),
        "",
    ),
    "accept": (
        Message("验收销号", "Acceptance and closure"),
        frozenset({"accept", "sign_closure"}),
        "",
    ),
    "approve_reward": (
        Message("审批奖励", "Approval of the reward"),
        frozenset({"approve_reward"}),
        "",
    ),
    "pay_reward": (Message("发放奖励", "Payment of the reward"), frozenset({"pay_reward"}), ""),
    "confirm_reward": (
        Message("您确认收到奖励", "Your confirmation of the reward"),
        frozenset({"confirm_reward"}),
        "",
    ),
}
_STATION_OF: Final = {task: key for key, (_, tasks, _) in _STATIONS.items() for task in tasks}
_REWARD: Final = ("approve_reward", "pay_reward", "confirm_reward")
_ORDER: Final = tuple(_STATIONS)
_HAZARD_ORDER: Final = tuple(key for key in _ORDER if key not in _REWARD)
#: After these nothing more is to come on the way of the hazard itself.
_SETTLED: Final = ("closed", "dismissed", "cancelled")
_END_OF_DAY: Final = time(23, 59, 59)


@dataclass(frozen=True)
class Station:
    """One station of a case on its way."""

    key: str
    name: Message
    #: done, now or next
    state: str
    #: The roles that have to act now, or acted last.
    roles: tuple[Message, ...] = ()
    #: When it was passed, or since when it waits.
    at: datetime | None = None
    due_at: datetime | None = None
    #: Working days left until `due_at`, negative when overdue; None when hours count.
    working_days: int | None = None
    #: What was written there for the reporter.
    note: str = ""

    @property
    def is_late(self) -> bool:
        """Say whether it should have been passed by now."""
        return self.state == "now" and self.due_at is not None and self.due_at < clock.now()

    @property
    def hours(self) -> int | None:
        """Give the hours left, begun ones counted; None when working days count, or none are."""
        if self.due_at is None or self.working_days is not None:
            return None
        return max(0, ceil((self.due_at - clock.now()).total_seconds() / 3600))


@dataclass(frozen=True)
class OwnTask:
    """Something the reporter has to do."""

    id: UUID
    name: str
    due_at: datetime | None
    working_days: int | None


@dataclass(frozen=True)
class Progress:
    """What a reporter sees of their report."""

    instance: Row[Any]
    #: hazard or suggestion
    kind: str
    #: The state of the ledger's line: reported, verified, rectified, closed, dismissed, cancelled.
    outcome: str
    hazard_number: str | None
    imminent: bool
    stations: Sequence[Station]
    reward_stations: Sequence[Station]
    rewards: Sequence[t.Reward]
    own_tasks: Sequence[OwnTask]
    #: Ids of the pictures of what was put right, once it was accepted.
    photos_after: Sequence[str]


def of_report(session: Session, instance_id: UUID, *, actor: Actor) -> Progress:
    """Give how far a report has come, to the one who reported it.

    Anonymous reports open to their receipt code alone, whoever is signed in.

    Raises:
        NotFound: there is none, or the actor did not report it.
    """
    row = get_own(session, instance_id, actor=actor)
    tasks = _tasks(session, row)
    data = instances.read_data(session, row)
    hazard = casefile.hazard(session, row)
    calendar = _calendar(casefile.owner(session, row))
    stations = _stations(session, row, tasks, data, hazard.state if hazard else "", calendar)
    return Progress(
        instance=row,
        kind=hazard.kind if hazard else "hazard",
        outcome=hazard.state if hazard else "",
        hazard_number=hazard.number if hazard else None,
        imminent=bool(hazard and hazard.imminent),
        stations=[one for one in stations if one.key not in _REWARD],
        reward_stations=[one for one in stations if one.key in _REWARD and one.state != "next"],
        rewards=casefile.rewards(session, row),
        own_tasks=[
            OwnTask(task.id, task.name, task.due_at, _working_days_left(task.due_at, calendar))
            for task in tasks
            if task.state == "open" and task.candidate_group == "reporter"
        ],
        photos_after=_photos_after(data) if hazard and hazard.accepted_at else (),
    )


def get_own(session: Session, instance_id: UUID, *, actor: Actor) -> Row[Any]:
    """Give a case to the one who reported it; NotFound to everybody else."""
    row = instances.get_instance(session, instance_id, actor=actor)
    if not _is_own(session, row, actor):
        raise NotFound()
    return row


def _is_own(session: Session, row: Row[Any], actor: Actor) -> bool:
    if actor.receipt_for is not None:
        return bool(actor.receipt_for == row.id)
    if actor.user_id is None or row.identity_mode == "anonymous":
        return False
    return reporters.is_reporter(session, row.organisation_id, row.id, actor.user_id)


def _tasks(session: Session, row: Row[Any]) -> Sequence[Any]:
    task = t.Task
    return session.execute(
        select(
            task.id,
            task.key,
            task.name,
            task.candidate_group,
            task.state,
            task.created_at,
            task.due_at,
            task.completed_at,
        )
        .where(
            task.organisation_id == row.organisation_id,
            task.instance_id == row.id,
            task.state != "cancelled",
        )
        .order_by(task.created_at, task.id)
    ).all()


def _stations(
    session: Session,
    row: Row[Any],
    tasks: Sequence[Row[Any]],
    data: Mapping[str, Any],
    outcome: str,
    calendar: Overrides,
) -> list[Station]:
    passed: dict[str, list[Row[Any]]] = {}
    for task in tasks:
        passed.setdefault(_STATION_OF.get(task.key, task.key), []).append(task)
    keys = list(passed)
    if row.state == "active" and outcome not in _SETTLED:
        keys += [key for key in _drawn(session, row) if key not in passed]
    found = [_station(key, passed.get(key, ()), data, calendar) for key in _in_order(keys)]
    return _forward_only(_without_skipped(found))


def _drawn(session: Session, row: Row[Any]) -> set[str]:
    """Give the stations that the diagram can still lead to."""
    elements = definitions.load(session, row.definition_id).model.elements.values()
    return {_STATION_OF[one.id] for one in elements if one.id in _STATION_OF}


def _in_order(keys: Iterable[str]) -> list[str]:
    """Sort the known stations by the way a report takes; others follow the one before them."""
    place, sorted_keys = 0, []
    for key in keys:
        place = _ORDER.index(key) if key in _ORDER else place
        sorted_keys.append((place, key))
    return [key for _place, key in sorted(sorted_keys, key=lambda pair: pair[0])]


def _without_skipped(stations: Sequence[Station]) -> list[Station]:
    """Leave out the stations this case has gone past without a stop."""
    reached = max((at for at, one in enumerate(stations) if one.state != "next"), default=0)
    return [one for at, one in enumerate(stations) if at > reached or one.state != "next"]


def _forward_only(stations: Sequence[Station]) -> list[Station]:
    """Say of what was passed, but has to be passed again, that it is still to come."""
    current = next((at for at, one in enumerate(stations) if one.state == "now"), len(stations))
    return [
        Station(one.key, one.name, "next")
        if at > current and one.state == "done" and one.key in _HAZARD_ORDER
        else one
        for at, one in enumerate(stations)
    ]


def _station(
    key: str, tasks: Sequence[Row[Any]], data: Mapping[str, Any], calendar: Overrides
) -> Station:
    name, _keys, note = _STATIONS.get(key) or (_own_name(tasks), frozenset(), "")
    waiting = [task for task in tasks if task.state == "open"]
    if waiting:
        due_at = min((task.due_at for task in waiting if task.due_at), default=None)
        since = min(task.created_at for task in waiting)
        left = _working_days_left(due_at, calendar)
        return Station(key, name, "now", _roles(waiting), since, due_at, left)
    if tasks:
        last = max(tasks, key=lambda task: task.completed_at)
        said = data.get(note) if note else None
        return Station(
            key, name, "done", _roles([last]), last.completed_at, note=said if said else ""
        )
    return Station(key, name, "next")


def _own_name(tasks: Sequence[Row[Any]]) -> Message:
    return Message(tasks[0].name, tasks[0].name)


def _roles(tasks: Iterable[Row[Any]]) -> tuple[Message, ...]:
    groups = dict.fromkeys(task.candidate_group for task in tasks)
    return tuple(ROLES[group] for group in groups if group in ROLES)


def _calendar(owner: t.Organisation) -> Overrides:
    days: Mapping[str, bool] = setting(owner, "calendar")
    return {date.fromisoformat(day): works for day, works in days.items()}


def _working_days_left(due_at: datetime | None, calendar: Overrides) -> int | None:
    """Give the working days left until a deadline that ends with its day."""
    local = due_at.astimezone(clock.LOCAL_ZONE) if due_at else None
    if local is None or local.time() != _END_OF_DAY:
        return None
    today, due_on = clock.local_date(), local.date()
    if due_on < today:
        return -overdue_days(due_on, today, calendar)
    return overdue_days(today, due_on, calendar)


def _photos_after(data: Mapping[str, Any]) -> Sequence[str]:
    cited = data.get("photos_after")
    return [str(one) for one in cited] if isinstance(cited, list) else ()
