"""Rows of a sheet as they are kept: in pieces, so that a page or a job unpacks only its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from struct import Struct
from typing import Any, Final

import orjson
import zstandard

#: What becomes of a good row, in the order in which they are kept; the bad ones come last.
GOOD: Final = ("new", "changed", "same")
BAD: Final = "bad"
#: In front of each piece.
_LENGTH: Final = Struct(">I")
_Row = dict[str, Any]


def pack(rows: Sequence[_Row], size: int) -> bytes:
    """Give rows in pieces of at most `size`, after one that says how many there are of each kind.

    Args:
        rows: what `matching.matched` gave; each says at "is" what becomes of it.
    """
    sorted_in: dict[str, list[_Row]] = {kind: [] for kind in (*GOOD, BAD)}
    for row in rows:
        sorted_in[row["is"]].append(row)
    counts = {kind: len(found) for kind, found in sorted_in.items()}
    good = [row for kind in GOOD for row in sorted_in[kind]]
    pieces = [
        part[at : at + size] for part in (good, sorted_in[BAD]) for at in range(0, len(part), size)
    ]
    packed = [zstandard.compress(orjson.dumps(one)) for one in ([size, counts], *pieces)]
    return b"".join(_LENGTH.pack(len(piece)) + piece for piece in packed)


class Pieces:
    """What `pack` made, read where it is asked for."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._places = list(self._found())
        size, counts = self._unpacked(0)
        self._size = int(size)
        self.counts: Counter[str] = Counter({kind: n for kind, n in counts.items() if n})

    def of(self, kind: str, start: int = 0, limit: int | None = None) -> Iterator[_Row]:
        """Yield the rows of a kind from the one at `start` on, at most `limit` of them."""
        count = max(0, self.counts[kind] - start)
        at = self._begin(kind) + start
        wanted = count if limit is None else min(count, limit)
        yield from islice(self._from(at), wanted)

    def good(self, number: int) -> list[_Row]:
        """Give the good rows of one piece, counted from 0."""
        kinds = frozenset(GOOD)
        return [row for row in self._unpacked(number + 1) if row["is"] in kinds]

    def _begin(self, kind: str) -> int:
        """Give where the rows of a kind begin, counted in places of pieces that are all full."""
        if kind == BAD:
            good = sum(self.counts[one] for one in GOOD)
            return -(-good // self._size) * self._size
        before = GOOD[: GOOD.index(kind)]
        return sum(self.counts[one] for one in before)

    def _from(self, at: int) -> Iterator[_Row]:
        skipped = at % self._size
        for number in range(at // self._size + 1, len(self._places)):
            yield from self._unpacked(number)[skipped:]
            skipped = 0

    def _found(self) -> Iterator[slice]:
        at = 0
        while at < len(self._content):
            (length,) = _LENGTH.unpack_from(self._content, at)
            at += _LENGTH.size + length
            yield slice(at - length, at)

    def _unpacked(self, number: int) -> Any:
        return orjson.loads(zstandard.decompress(self._content[self._places[number]]))
