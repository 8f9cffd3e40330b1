"""Sector packs 行业包: what a sector publishes so that its enterprises can install and adapt it.

A pack is a TOML file in `processes/sectors`. It names what takes the place of the general
diagrams, tables and forms or comes beside them; everything it does not name is the general part.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson

from engine import decisions, forms, spiff
from engine.definitions.borrowing import only_used
from engine.definitions.bundle import Bundle, read_folder
from engine.definitions.in_force import FOR_OVERSIGHT
from engine.definitions.pack_files import FOLDERS, read_own
from engine.definitions.scenarios import process_of
from engine.errors import Message, ModelError, NotFound
from engine.hazards.codes import SECTORS

#: Where the shipped processes and forms lie, in a checkout as in an installed wheel.
ROOT: Final = Path(__file__).resolve().parents[3]
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
_FIELDS: Final = {
    "key", "version", "summary", "same", "differs", "own", "checklists", "channels", "basis",
}  # fmt: skip
#: Only where the general scenarios need it.
_MAY: Final = {"answers"}
_BASIS: Final = {"name", "number", "use", "confidence"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the sector's flow differs from the general one, and why."""

    where: Message
    why: Message


@dataclass(frozen=True, slots=True)
class Basis:
    """A document a pack stands on.

    number: as "建城规〔2023〕4号"; empty where it was not verified.
    confidence: A read in an official copy or two that agree, B on one mirror only.
    """

    name: str
    number: str
    use: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A sector pack as its file says it."""

    key: str
    version: int
    summary: Message
    differs: tuple[Difference, ...]
    #: What is the same as in the general flow, and why there was no reason to differ.
    same: Message
    #: Kind → names of the files that are its own.
    own: Mapping[str, tuple[str, ...]]
    checklists: tuple[str, ...]
    #: Task → what the general scenarios have to answer here as well.
    answers: Mapping[str, Mapping[str, Any]]
    #: Where posters and boxes are best put in this sector.
    channels: tuple[Message, ...]
    basis: tuple[Basis, ...]

    @property
    def label(self) -> str:
        """What a definition that was installed from it carries, such as "gas 2"."""
        return f"{self.key} {self.version}"

    @property
    def name(self) -> Message:
        """The sector's name."""
        return SECTORS[self.key]


def packs(root: Path = ROOT) -> tuple[Pack, ...]:
    """Give every pack in the order of the sectors; read once a process."""
    return _packs(root)


def get_pack(key: str, root: Path = ROOT) -> Pack:
    """Give the pack of a sector; NotFound when there is none."""
    found = next((pack for pack in packs(root) if pack.key == key), None)
    if found is None:
        raise NotFound(
            f"没有行业包“{key[:40]}”。请从列表里选择。",
            f"There is no sector pack '{key[:40]}'; choose one from the list.",
        )
    return found


@cache
def bundle_of(key: str, root: Path = ROOT) -> Bundle:
    """Give everything a pack installs: its own parts, and the general ones beside them."""
    pack = get_pack(key, root)
    general = read_folder(root).by_process()
    drawn = general.of("bpmn").items()
    # What those above enterprises run is no part of a sector.
    ours = {key: content for key, content in drawn if key not in FOR_OVERSIGHT}
    general = Bundle({**general.contents, "bpmn": ours})
    contents = {kind: dict(files) for kind, files in general.contents.items()}
    contents["scenario"] = {
        name: _answered(scenario, pack.answers)
        for name, scenario in contents.get("scenario", {}).items()
        if process_of(scenario) not in FOR_OVERSIGHT
    }
    for kind, name, content in read_own(root, pack.own):
        own = contents.setdefault(kind, {})
        own[_place(kind, name, content, own)] = content
    lists = {name: contents["checklist"][name] for name in pack.checklists}
    contents["checklist"] = lists
    kept = {"checklist": lists, "scenario": contents["scenario"]}
    return only_used(Bundle(contents), Bundle(kept))


def read_pack(content: bytes) -> Pack:
    """Read the file of a pack.

    Raises:
        ModelError: something in it is missing or wrong; the sentence says what.
    """
    try:
        said = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"不是正确的 TOML：{error}", f"is not valid TOML: {error}") from None
    for problem in _problems(said):
        raise _wrong(
            f"的“{problem}”没有写或写得不对", f"has a missing or wrong '{problem}'", said.get("key")
        )
    return Pack(
        key=said["key"],
        version=said["version"],
        summary=Message(**said["summary"]),
        differs=tuple(
            Difference(Message(**one["where"]), Message(**one["why"])) for one in said["differs"]
        ),
        same=Message(**said["same"]),
        own={kind: tuple(names) for kind, names in said["own"].items()},
        checklists=tuple(said["checklists"]),
        answers=said.get("answers", {}),
        channels=tuple(Message(**one) for one in said["channels"]),
        basis=tuple(Basis(**one) for one in said["basis"]),
    )


@cache
def _packs(root: Path) -> tuple[Pack, ...]:
    folder = root / "processes" / "sectors"
    found = [read_pack(path.read_bytes()) for path in sorted(folder.glob("*.toml"))]
    order = list(SECTORS)
    return tuple(sorted(found, key=lambda pack: order.index(pack.key)))


def _answered(content: bytes, answers: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Give a general scenario with what the sector's own forms ask beyond the general ones."""
    if not answers:
        return content
    scenario = orjson.loads(content)
    for step in scenario["steps"]:
        if step.get("task") in answers:
            step["answers"] = {**answers[step["task"]], **step.get("answers", {})}
    return orjson.dumps(scenario, option=orjson.OPT_INDENT_2) + b"\n"


def _place(kind: str, name: str, content: bytes, known: Mapping[str, bytes]) -> str:
    """Give the key under which an own file stands: that of the general part it takes over from."""
    if kind == "bpmn":
        return spiff.processes_in(content)[0]
    if kind == "form":
        return forms.read(content).key
    if kind == "dmn":
        made = decisions.parse(content).keys()
        return next((key for key, other in known.items() if made & decisions.parse(other)), name)
    return name


def _problems(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of fields that cannot be right."""
    yield from sorted((_FIELDS ^ said.keys()) - _MAY)
    answers = said.get("answers", {})
    if not isinstance(answers, dict) or not all(isinstance(v, dict) for v in answers.values()):
        yield "answers"
    if said.get("key") not in SECTORS:
        yield "key"
    if type(said.get("version")) is not int or said["version"] < 1:
        yield "version"
    yield from (name for name in ("summary", "same") if not _is_said(said.get(name)))
    for name, fits in (("differs", _is_difference), ("channels", _is_said), ("basis", _is_basis)):
        if not isinstance(said.get(name), list) or not all(map(fits, said[name])):
            yield name
    if not said.get("basis"):
        yield "basis"
    own = said.get("own")
    if (
        not isinstance(own, dict)
        or not own.keys() <= FOLDERS.keys()
        or not all(map(_are_names, own.values()))
    ):
        yield "own"
    if not _are_names(said.get("checklists")) or not said["checklists"]:
        yield "checklists"


def _is_said(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"zh", "en"}:
        return False
    return all(isinstance(text, str) and text.strip() for text in value.values())


def _is_difference(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"where", "why"}
        and all(map(_is_said, value.values()))
    )


def _is_basis(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == _BASIS
        and all(isinstance(text, str) for text in value.values())
        and bool(value["name"].strip())
        and value["confidence"] in ("A", "B")
    )


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(name, str) and _NAME.fullmatch(name) for name in value
    )


def _wrong(zh: str, en: str, key: Any = "") -> ModelError:
    named = str(key or "")[:40]
    return ModelError(
        f"行业包{f'“{named}”' if named else ''}{zh}，请改正。",
        f"The sector pack{f' {named}' if named else ''} {en}; mend it.",
    )
