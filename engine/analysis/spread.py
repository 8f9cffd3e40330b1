"""How long things took: median and 90th percentile in bounded memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

#: So many values are kept as they are; past that they are counted in classes.
EXACT: Final = 1_000
#: Neighbouring classes differ by this factor, so a figure is off by at most one percent.
_WIDTH: Final = math.log(1.02)


@dataclass(frozen=True)
class Mark:
    """A percentile, as a line that some values lie beyond."""

    seconds: int
    is_exact: bool

    def is_passed(self, seconds: int) -> bool:
        """Say whether a value lies beyond; near ones in the same class as the line do not."""
        seconds = max(0, seconds)
        if self.is_exact:
            return seconds > self.seconds
        return _class_of(seconds) > _class_of(self.seconds)


class Spread:
    """Seconds, from which any percentile can be told: exactly for few, within 1 % for many."""

    __slots__ = ("_classes", "_values", "count", "longest", "total")

    def __init__(self, values: Iterable[int] = ()) -> None:
        self.count = 0
        #: The sum of all values.
        self.total = 0
        self.longest = 0
        self._values: list[int] = []
        self._classes: Counter[int] = Counter()
        for value in values:
            self.add(value)

    def add(self, seconds: int) -> None:
        """Count one value; what took less than nothing took nothing."""
        seconds = max(0, seconds)
        self.count += 1
        self.total += seconds
        self.longest = max(self.longest, seconds)
        if self._classes:
            self._classes[_class_of(seconds)] += 1
            return
        self._values.append(seconds)
        if len(self._values) > EXACT:
            self._classes.update(map(_class_of, self._values))
            self._values = []

    def merge(self, other: Spread) -> None:
        """Count all values of another one too."""
        if not other._classes:
            for value in other._values:
                self.add(value)
            return
        if not self._classes:
            self._classes.update(map(_class_of, self._values))
            self._values = []
        self._classes.update(other._classes)
        self.count += other.count
        self.total += other.total
        self.longest = max(self.longest, other.longest)

    @property
    def is_exact(self) -> bool:
        """Say whether the percentiles are those of the values themselves."""
        return not self._classes

    @property
    def median(self) -> int | None:
        """Give the value that half stays under, None when there is none."""
        return self.at(0.5)

    @property
    def p90(self) -> int | None:
        """Give the value that nine of ten stay under, None when there is none."""
        return self.at(0.9)

    def at(self, share: float) -> int | None:
        """Give the value under which that share lies, between two values by their distance."""
        if not self.count:
            return None
        place = share * (self.count - 1)
        if not self._classes:
            values = sorted(self._values)
            low, high = values[math.floor(place)], values[math.ceil(place)]
            return round(low + (high - low) * (place - math.floor(place)))
        passed = 0
        for number in sorted(self._classes):
            passed += self._classes[number]
            if passed > place:
                return _middle_of(number)
        raise AssertionError("unreachable: the classes hold every value")

    def mark(self, share: float) -> Mark | None:
        """Give the line at a share, None when there is no value."""
        seconds = self.at(share)
        return None if seconds is None else Mark(seconds, self.is_exact)

    def beyond(self, share: float) -> int:
        """Count the values beyond the line at a share."""
        line = self.mark(share)
        if line is None:
            return 0
        if line.is_exact:
            return sum(map(line.is_passed, self._values))
        last = _class_of(line.seconds)
        return sum(count for number, count in self._classes.items() if number > last)

    def dump(self) -> list[Any]:
        """Give it as plain data; `load` reads it back."""
        classes = sorted(self._classes.items())
        return [self.count, self.total, self._values, classes, self.longest]

    @classmethod
    def load(cls, data: list[Any]) -> Spread:
        """Read what `dump` gave."""
        made = cls()
        made.count, made.total = data[0], data[1]
        made.longest = data[4]
        made._values = list(data[2])
        made._classes = Counter({int(number): count for number, count in data[3]})
        return made


def _class_of(seconds: int) -> int:
    return round(math.log(seconds + 1) / _WIDTH)


def _middle_of(number: int) -> int:
    return round(math.exp(number * _WIDTH) - 1)
