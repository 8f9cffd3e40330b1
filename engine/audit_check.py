"""Checking an audit file by itself: no database, no key but the public one.

What is wrong is said in words, with the line it is found in. A file that somebody signed with a key
of their own holds in itself; so the key has to be compared with the one the installation publishes.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from engine import audit_lines, history, merkle, seals
from engine.errors import Message
from engine.seal_keys import is_signed, key_id

#: After so many problems nobody learns more from the next one.
MOST_PROBLEMS: Final = 50
_UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError, OverflowError, struct.error)


@dataclass
class CaseFound:
    """One history in the file."""

    organisation_id: UUID
    number: str
    count: int
    head: bytes
    #: The hashes of its events, in order.
    hashes: list[bytes] = field(default_factory=list)
    #: Up to which event a seal covers it.
    sealed: int = 0


@dataclass
class Found:
    """What a file holds and what is wrong with it."""

    problems: list[Message] = field(default_factory=list)
    cases: dict[UUID, CaseFound] = field(default_factory=dict)
    #: The seals by organisation and day.
    seals: dict[tuple[UUID, date], Mapping[str, Any]] = field(default_factory=dict)
    events: int = 0
    #: Events of which something is withheld: their own hash cannot be computed again.
    withheld: int = 0
    #: The id of the key that signed the file.
    key: str = ""


def check(lines: Iterable[bytes], *, trusted: bytes | None = None) -> Found:
    """Check the lines of an audit file.

    Args:
        trusted: the public key that has to have signed it; without it the file's own is taken.
    """
    checker = _Checker(trusted)
    for text in lines:
        checker.read(text)
        if checker.is_lost:
            break
    return checker.end()


class _Checker:
    """Reads one file from its first line to its last."""

    def __init__(self, trusted: bytes | None) -> None:
        self._found = Found()
        self._keys: dict[str, bytes] = {}
        self._trusted = trusted
        self._digest = hashlib.sha256()
        self._at = 0
        self._is_signed = False
        self._proofs: list[tuple[int, Mapping[str, Any]]] = []
        self._last_seal: dict[UUID, bytes] = {}
        self._kinds: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "file": self._file,
            "key": self._key,
            "case": self._case,
            "event": self._event,
            "proof": self._proof,
            "seal": self._seal,
            "signature": self._signature,
        }

    def read(self, text: bytes) -> None:
        """Check one line."""
        self._at += 1
        if self._is_signed:
            self._tell("签名之后还有内容。", "There is something after the signature.")
            return
        try:
            content = orjson.loads(text)
            kind = self._kinds[content["kind"]]
            if (self._at == 1) != (content["kind"] == "file"):
                raise ValueError
            kind(content)
        except _UNREADABLE:
            self._tell(
                "读不懂，不是存证文件的内容，或已被改动。",
                "It cannot be read: it does not belong into an audit file, or was altered.",
            )
        self._digest.update(text)

    @property
    def is_lost(self) -> bool:
        """Say whether there is no use in reading on: it is no audit file, or all of it is wrong."""
        problems = len(self._found.problems)
        return problems >= MOST_PROBLEMS or (problems > 0 and self._at == 1)

    def end(self) -> Found:
        """Check what could only be checked with the whole file at hand."""
        if self.is_lost:
            self._at = 0
            self._tell("其余没有再核对。", "The rest was not checked.")
            return self._found
        if not self._is_signed:
            self._at = 0
            self._tell(
                "文件没有签名，可能缺了结尾。", "The file is not signed; its end may be missing."
            )
        for at, content in self._proofs:
            self._at = at
            try:
                self._check_proof(content)
            except _UNREADABLE:
                self._tell("证明读不懂，或已被改动。", "The proof cannot be read, or was altered.")
        self._at = 0
        for case in self._found.cases.values():
            self._check_end(case)
        return self._found

    def _file(self, content: Mapping[str, Any]) -> None:
        if content["format"] != audit_lines.FORMAT:
            self._tell(
                "这是另一版本的存证文件，请用制作它的版本核对。",
                "It is an audit file of another version; check it with the version that made it.",
            )

    def _key(self, content: Mapping[str, Any]) -> None:
        public = bytes.fromhex(content["public"])
        self._keys[key_id(public)] = public
        if key_id(public) != content["id"]:
            self._tell("公钥与其编号不符。", "The public key does not have this id.")

    def _case(self, content: Mapping[str, Any]) -> None:
        instance = UUID(content["instance_id"])
        if instance in self._found.cases:
            self._tell("同一事项出现了两次。", "The same case is there twice.")
            return
        self._found.cases[instance] = CaseFound(
            organisation_id=UUID(content["organisation_id"]),
            number=str(content["number"]),
            count=int(content["events"]),
            head=bytes.fromhex(content["head"]),
        )

    def _event(self, content: Mapping[str, Any]) -> None:
        case = self._found.cases[UUID(content["instance_id"])]
        number, sequence, expected = case.number, content["sequence"], len(case.hashes) + 1
        stored = bytes.fromhex(content["hash"])
        previous = case.hashes[-1] if case.hashes else history.GENESIS
        case.hashes.append(stored)
        self._found.events += 1
        if sequence != expected:
            self._tell(
                f"事项 {number} 缺少第 {expected} 条记录，或次序被调换。",
                f"Case {number}: event {expected} is missing or out of its order.",
            )
        elif content.get("withheld") is True:
            self._found.withheld += 1
        else:
            row = audit_lines.event_row(content, case.organisation_id)
            if history.event_hash(row, previous) != stored:
                self._tell(
                    f"事项 {number} 的第 {sequence} 条记录已被改动。",
                    f"Case {number}: event {sequence} was altered.",
                )

    def _proof(self, content: Mapping[str, Any]) -> None:
        # The seals stand behind the cases.
        self._proofs.append((self._at, content))

    def _check_proof(self, content: Mapping[str, Any]) -> None:
        case = self._found.cases[UUID(content["instance_id"])]
        day, sequence = date.fromisoformat(content["day"]), content["sequence"]
        head = seals.Head(UUID(content["instance_id"]), sequence, bytes.fromhex(content["hash"]))
        seal = self._found.seals[case.organisation_id, day]
        path = [bytes.fromhex(one) for one in content["path"]]
        if not merkle.holds(head.packed(), content["index"], seal["count"], path, seal["root"]):
            self._tell(
                f"{day} 的封存不包含事项 {case.number} 的这一指纹。",
                f"The seal of {day} does not cover this hash of case {case.number}.",
            )
        elif not 0 < sequence <= len(case.hashes) or case.hashes[sequence - 1] != head.hash:
            self._tell(
                f"事项 {case.number} 的第 {sequence} 条记录与 {day} 封存的不同：封存之后被改动过。",
                f"Case {case.number}: event {sequence} is not the one that was sealed on {day}; "
                "the history was altered afterwards.",
            )
        else:
            case.sealed = max(case.sealed, sequence)

    def _seal(self, content: Mapping[str, Any]) -> None:
        row = audit_lines.seal_row(content)
        owner, day = row["organisation_id"], row["day"]
        self._found.seals[owner, day] = row
        before = self._last_seal.get(owner, row["previous"])
        self._last_seal[owner] = row["hash"]
        fault = seals.fault_of(row, self._keys)
        if before != row["previous"]:
            self._tell(
                f"{day} 的封存接不上前一份：中间少了封存，或前一份被改动。",
                f"The seal of {day} does not follow the one before: one is missing or altered.",
            )
        if fault is not None:
            zh, en = _SEAL_WORDS[fault]
            self._tell(f"{day} 的封存{zh}。", f"The seal of {day} {en}.")

    def _signature(self, content: Mapping[str, Any]) -> None:
        self._is_signed, self._found.key = True, str(content["key"])
        digest = self._digest.digest()
        public = self._trusted or self._keys.get(self._found.key, b"")
        if self._trusted and key_id(self._trusted) != self._found.key:
            self._tell(
                f"文件是用另一把密钥（{self._found.key}）签署的，不是您给出的那把。",
                f"The file is signed with another key ({self._found.key}) than the one you gave.",
            )
        elif not public:
            self._tell(
                f"签名的密钥（{self._found.key[:40]}）不在文件里，请用 --key 给出公钥。",
                f"The key that signed it ({self._found.key[:40]}) is not in the file; give the "
                "public key with --key.",
            )
        elif digest != bytes.fromhex(content["sha256"]):
            self._tell("签署之后文件被改动过。", "The file was altered after it had been signed.")
        elif not is_signed(
            public, audit_lines.SIGNED_AS + digest, bytes.fromhex(content["signature"])
        ):
            self._tell("签名不对。", "The signature is wrong.")

    def _check_end(self, case: CaseFound) -> None:
        if (len(case.hashes), case.hashes[-1:]) != (case.count, [case.head]):
            self._tell(
                f"事项 {case.number} 的记录在第 {len(case.hashes)} 条之后不完整。",
                f"Case {case.number}: the history is not complete after event {len(case.hashes)}.",
            )

    def _tell(self, zh: str, en: str) -> None:
        where = (f"第 {self._at} 行：", f"Line {self._at}: ") if self._at else ("", "")
        self._found.problems.append(Message(where[0] + zh, where[1] + en))


_SEAL_WORDS: Final = {
    "altered": ("已被改动", "was altered"),
    "key": ("由不认识的密钥签署", "is signed with an unknown key"),
    "signature": ("签名不对", "has a wrong signature"),
}
