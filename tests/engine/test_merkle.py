"""Merkle trees: whatever is changed, removed, swapped or passed off is found."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import merkle

LEAVES = st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=40, unique=True)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def by_the_rfc(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1 word for word: split at the largest power of two below the count."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    return node(by_the_rfc(leaves[:cut]), by_the_rfc(leaves[cut:]))


@given(st.lists(st.binary(max_size=20), max_size=40))
def test_the_root_is_that_of_the_standard(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == by_the_rfc(leaves)


@given(LEAVES, st.data())
def test_each_leaf_is_proved_at_its_own_place_alone(
    leaves: list[bytes], data: st.DataObject
) -> None:
    root, count = merkle.root(leaves), len(leaves)
    index = data.draw(st.integers(0, count - 1))
    path = merkle.proof(leaves, index)
    assert len(path) <= (count - 1).bit_length()
    assert merkle.holds(leaves[index], index, count, path, root)
    elsewhere = data.draw(st.integers(-2, count + 2))
    if elsewhere != index:
        assert not merkle.holds(leaves[index], elsewhere, count, path, root)
    assert not merkle.holds(leaves[index] + b"x", index, count, path, root)
    assert not merkle.holds(leaves[index], index, count, [*path, bytes(32)], root)
    for at in range(len(path)):
        assert not merkle.holds(leaves[index], index, count, path[:at] + path[at + 1 :], root)


@given(LEAVES, st.data())
def test_any_changed_removed_or_swapped_leaf_gives_another_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    root = merkle.root(leaves)
    at = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:at], leaves[at] + b"x", *leaves[at + 1 :]]
    assert merkle.root(changed) != root
    assert merkle.root(leaves[:at] + leaves[at + 1 :]) != root
    assert merkle.root([*leaves, leaves[at]]) != root
    other = data.draw(st.integers(0, len(leaves) - 1))
    if other != at:
        swapped = list(leaves)
        swapped[at], swapped[other] = leaves[other], leaves[at]
        assert merkle.root(swapped) != root


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=2, max_size=40, unique=True))
def test_no_node_passes_for_a_leaf(leaves: list[bytes]) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    halves = merkle.root(leaves[:cut]) + merkle.root(leaves[cut:])
    assert merkle.root([halves]) != merkle.root(leaves)
    assert merkle.root(hashes) != merkle.root(leaves)


def test_a_leaf_that_is_not_there_has_no_proof() -> None:
    for index in (-1, 2):
        with pytest.raises(IndexError):
            merkle.proof([b"a", b"b"], index)
    assert not merkle.holds(b"a", 0, 1, [bytes(32)] * 65, merkle.root([b"a"]))
