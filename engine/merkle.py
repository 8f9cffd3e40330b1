"""Merkle trees as in RFC 6962 2.1: one hash for many leaves, and short proofs of each.

Leaves and nodes are hashed with different first bytes, so that nobody can pass a node off as a
leaf. Nothing here knows what a leaf means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
#: A proof longer than this belongs to no tree that anybody could have made.
LONGEST_PROOF: Final = 64


def leaf_hash(leaf: bytes) -> bytes:
    """Give the hash of one leaf."""
    return hashlib.sha256(_LEAF + leaf).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the hash over `leaves` in their order; of none it is the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    return _levels(leaves)[-1][0]


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Give the hashes that lead from the leaf at `index` up to the root, the lowest first.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path = []
    for level in _levels(leaves)[:-1]:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        index //= 2
    return path


def holds(leaf: bytes, index: int, count: int, path: Sequence[bytes], wanted: bytes) -> bool:
    """Say whether `path` proves that `leaf` is at `index` of the `count` leaves under a root."""
    if not 0 <= index < count or len(path) > LONGEST_PROOF:
        return False
    found, left = leaf_hash(leaf), list(path)
    last = count - 1
    while last > 0:
        # The last of an odd level has nobody beside it and goes up as it is.
        if index % 2 or index < last:
            if not left:
                return False
            beside = left.pop(0)
            found = _node(beside, found) if index % 2 else _node(found, beside)
        index, last = index // 2, last // 2
    return not left and found == wanted


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Give the hashes of the tree, level by level, the leaves first and the root last."""
    levels = [[leaf_hash(leaf) for leaf in leaves]]
    while len(level := levels[-1]) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [_node(left, right) for left, right in pairs]
        levels.append(above + level[len(level) & ~1 :])
    return levels


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
