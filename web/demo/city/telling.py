"""An enterprise's cases told from moulds: which, when, under which numbers, by whom."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random
from typing import Final
from uuid import UUID, uuid5

import zstandard

from engine import clock, reporters
from engine.hazards import numbers
from engine.hazards.ledger import Projection
from engine.secrets import Secrets
from engine.spiff.codec import VERSION
from engine.store import Base
from engine.store import tables as t
from web.demo.city.counts import Person, Tally, effects
from web.demo.city.lines import NULL, line
from web.demo.city.moulds import Key, Mould, day
from web.demo.city.plan import DAYS_TOLD

#: Of a thousand cases so many are of each kind.
_MIX: Final = (("open", 36), ("open major", 1), ("major", 9), ("dismissed", 60), ("closed", 894))
_OPEN: Final = ("open", "open major")
_WEEK: Final = 7
_A_DAY_US: Final = 86_400_000_000
#: So many people report in an enterprise of a hundred cases.
_REPORTERS: Final = 30
Lines = dict[type[Base], list[str]]


@dataclass(frozen=True)
class Owner:
    """One enterprise of which cases are told."""

    id: UUID
    code: str
    sector: str
    #: Of the department, the town and the group; None where there is none.
    above: Mapping[str, UUID | None]
    #: In the order of the moulds' people; the last of them reports.
    people: Sequence[UUID]
    cases: int
    #: For so many days at least nobody has reported.
    quiet_days: int


@dataclass
class Told:
    """What is told of one enterprise."""

    lines: Lines = field(default_factory=lambda: defaultdict(list))
    counters: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class Narrator:
    """Tells cases from moulds; the same seed tells the same."""

    def __init__(self, moulds: Sequence[Mould], keys: Secrets, today: int) -> None:
        self._kinds: dict[str, list[Mould]] = defaultdict(list)
        for mould in moulds:
            self._kinds[mould.model.kind].append(mould)
        self._keys = keys
        self._today = today
        self._packer = zstandard.ZstdCompressor(level=1, write_checksum=True)
        self._effects: Callable[[int, int], Projection] = cache(
            lambda at, days: effects(moulds[at].model, days)
        )
        self._places = {id(mould): at for at, mould in enumerate(moulds)}
        # Who has the same name has the same envelope: nobody tells them apart by it.
        self._sealed: Callable[[str], bytes] = cache(
            lambda name: reporters.sealed(keys, reporters.Identity(mode="named", name=name))
        )

    def tell(self, owner: Owner, rng: Random) -> tuple[Told, Tally]:
        """Tell all cases of an enterprise, in the order in which they were reported."""
        told, tally = Told(), Tally(owner.id)
        chosen = sorted(
            (self._choose(owner, rng) for _ in range(owner.cases)),
            key=lambda one: one[0].began + one[1],
        )
        for mould, days in chosen:
            case = _Case(self, owner, mould, days, rng, told)
            person = case.tell()
            projection = self._effects(self._places[id(mould)], days)
            tally.add(case.id, projection, person)
        self._close(owner, told, tally)
        return told, tally

    def _choose(self, owner: Owner, rng: Random) -> tuple[Mould, int]:
        """Give a mould, and how many days later than the model the case is told."""
        kind = rng.choices([kind for kind, _ in _MIX], [share for _, share in _MIX])[0]
        if (kind in _OPEN and owner.quiet_days) or kind not in self._kinds:
            kind = "closed"
        mould = rng.choice(self._kinds[kind])
        if kind in _OPEN:
            return mould, 0
        latest = (self._today - mould.ended) // _WEEK
        if owner.quiet_days:
            latest = min(latest, (self._today - owner.quiet_days - mould.began) // _WEEK)
        earliest = (self._today - DAYS_TOLD - mould.began) // _WEEK
        return mould, rng.randint(min(earliest, latest), latest) * _WEEK

    def blob(self, text: str) -> str:
        """Give a state as the database keeps it."""
        return bytes([VERSION, *self._packer.compress(text.encode())]).hex()

    def vault(self, owner: Owner, case: UUID, mould: Mould, rng: Random) -> tuple[str, Person]:
        """Give the line of a case's reporter, and as whom they are counted."""
        mode, who = mould.model.mode, rng.randrange(min(_REPORTERS, 2 + owner.cases // 3))
        identity = reporters.Identity(
            mode=mode,
            reporter_type=mould.model.reporter_type,
            user_id=owner.people[-1] if who == 0 else None,
            name="" if mode == "anonymous" else f"职工{who:02d}",
        )
        digests = reporters.digests(self._keys, owner.id, case, identity)
        row = {
            "organisation_id": owner.id,
            "instance_id": case,
            "mode": mode,
            "reporter_type": identity.reporter_type,
            "sealed": None if identity.is_anonymous else self._sealed(identity.name),
            **digests,
        }
        person = (digests["payee_digest"] or b"", identity.is_anonymous)
        return line(t.Reporter.__table__, row), person

    def _close(self, owner: Owner, told: Told, tally: Tally) -> None:
        """Write what is kept of the enterprise as a whole."""
        counters = (
            {"organisation_id": owner.id, "name": name, "value": value}
            for name, value in told.counters.items()
        )
        rows = ((t.Month, tally.month_rows()), (t.MonthPerson, tally.person_rows()))
        for table, found in (*rows, (t.Counter, counters)):
            told.lines[table].extend(line(table.__table__, row) for row in found)


class _Case:
    """One case of one enterprise, poured from a mould."""

    def __init__(
        self,
        narrator: Narrator,
        owner: Owner,
        mould: Mould,
        days: int,
        rng: Random,
        told: Told,
    ) -> None:
        self._narrator = narrator
        self._owner = owner
        self._mould = mould
        self._days = days
        self._rng = rng
        self._told = told
        milliseconds = (mould.began + days) * 86_400_000 + rng.randrange(86_400_000)
        upper = milliseconds << 80 | 0x7 << 76 | rng.getrandbits(12) << 64
        self.id = UUID(int=upper | 0b10 << 62 | rng.getrandbits(62))
        # As engine.spiff.ids makes one.
        self._origin = (milliseconds << 16 | 8 << 12 | rng.getrandbits(12)) << 32
        self._origin |= 0b10 << 30 | rng.getrandbits(30)
        self._given: dict[Key, str] = {}

    def tell(self) -> Person:
        """Write the rows of the case; gives as whom its reporter is counted."""
        mould, lines = self._mould, self._told.lines
        values = [self._value(key) for key in mould.keys]
        head = ""
        for event in mould.events:
            content = f'{event.content.fill(values)}{head}"]'
            head = hashlib.sha256(content.encode()).hexdigest()
            lines[t.Event].append(f"{event.line.fill(values)}\t\\\\x{head}\n")
        blob = self._narrator.blob(mould.blob.fill(values))
        instance = mould.instance.fill(values)
        lines[t.Instance].append(f"{instance}\t\\\\x{blob}\t\\\\x{head}\n")
        for table, texts in mould.others.items():
            lines[table].extend([text.fill(values) for text in texts])
        vault, person = self._narrator.vault(self._owner, self.id, mould, self._rng)
        lines[t.Reporter].append(vault)
        return person

    def _value(self, key: Key) -> str:
        """Give what stands in a hole of this kind."""
        kind, which = key
        match kind:
            case "day":
                return _day_text(which + self._days)
            case "moment":
                return str(which + self._days * _A_DAY_US)
            case "task" | "task hex":
                return _written(UUID(int=self._origin << 32 | which), kind)
            case "origin":
                return f"{self._origin:024x}"
            case "owner" | "owner hex":
                return _written(self._owner.id, kind)
            case "case" | "case hex":
                return _written(self.id, kind)
            case "person" | "person hex":
                return _written(self._owner.people[which], kind)
            case "department" | "town" | "group":
                found = self._owner.above[kind]
                return NULL if found is None else str(found)
            case "file" | "file hex":
                return _written(uuid5(self.id, f"file {which}"), kind)
            case "sector":
                sector = self._owner.sector
                return (
                    f'"sector":"{sector}"',
                    f'\\"sector\\":\\"{sector}\\"',
                    f"\t{sector}\n",
                    f"\t{sector}\t",
                )[which]
            case "reward_id":
                return str(uuid5(self.id, self._value(("reward", which))))
        return self._number(key)

    def _number(self, key: Key) -> str:
        """Give a number of the case, the next of its series."""
        if key not in self._given:
            self._given[key] = self._next(*key)
        return self._given[key]

    def _next(self, kind: str, which: int) -> str:
        (hazard,), code = self._mould.model.rows[t.Hazard], self._owner.code
        later = timedelta(days=self._days)
        match kind:
            case "report":
                on = clock.local_date(hazard["reported_at"] + later)
                return numbers.report_number(code, on, self._count(f"report-{on:%Y%m%d}"))
            case "number":
                year = clock.local_date(hazard["registered_at"] + later).year
                return numbers.hazard_number(code, year, self._count(f"hazard-{year}"))
            case "closure_number":
                year = clock.local_date(hazard["closed_at"] + later).year
                return numbers.closure_number(code, year, self._count(f"closure-{year}"))
        proposed = self._mould.model.rows[t.Reward][which]["proposed_at"]
        year = clock.local_date(proposed + later).year
        return numbers.reward_number(code, year, self._count(f"reward-{year}"))

    def _count(self, series: str) -> int:
        self._told.counters[series] += 1
        return self._told.counters[series]


@cache
def _day_text(number: int) -> str:
    return str(day(number))


def _written(id_: UUID, kind: str) -> str:
    return id_.hex if kind.endswith("hex") else str(id_)
