"""The documents say what the program does: what they name exists, and what exists is named."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actors import TASK_ROLES
from engine.decisions.functions import FUNCTIONS
from engine.delegates import DELEGATES
from engine.expressions import HELPER_NAMES
from engine.hazards.case_rules import DECISIVE, STEP_KEYS
from engine.hazards.duties import RULES
from engine.hazards.facts import FIELDS
from engine.notices import MEMBER_WORDS, REPORTER_WORDS
from engine.permissions import PERMISSIONS
from engine.spiff.foreign import PROPERTIES

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: Read by the form side of a task, in one place for all.
RIGHTS = {"readonly", "hidden"}
#: Where delegates are; tests have some of their own.
SERVICES = ("engine.delegates", "engine.guidance.services", "engine.complaints.services")


def text(name: str) -> str:
    """Give a document."""
    return (ROOT / name).read_text("utf-8")


def section(name: str, heading: str) -> str:
    """Give what stands under a heading, down to the next of its rank or above."""
    rank = len(heading) - len(heading.lstrip("#"))
    _, _, rest = text(name).partition(f"\n{heading}\n")
    assert rest, f"{name} has no heading {heading}"
    return re.split(rf"\n#{{1,{rank}}} ", rest, maxsplit=1)[0]


def first_column(table: str) -> list[str]:
    """Give the code words in the first column of the tables in a text."""
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("|")]
    return [word for cell in cells[2:] for word in re.findall(r"`([^`]+)`", cell)]


def words(part: str) -> list[str]:
    """Give every code word in a text."""
    return re.findall(r"`([^`]+)`", part)


def called(part: list[str]) -> set[str]:
    """Give the names in front of brackets."""
    return {word.partition("(")[0] for word in part}


def sources(room: str) -> Iterator[ast.Module]:
    """Give the parsed files of a room."""
    for path in sorted((ROOT / room).rglob("*.py")):
        yield ast.parse(path.read_text("utf-8"))


def test_every_setting_is_documented() -> None:
    read = set(re.findall(r"#: (BIHUAN_[A-Z_]+):", text("web/config.py")))
    used = {
        f"BIHUAN_{name}" for name in re.findall(r'_read\(environ, "(\w+)"', text("web/config.py"))
    }
    assert set(first_column(section("docs/operating.md", "## Settings"))) == read == used


def test_every_element_setting_is_documented() -> None:
    read = set(RIGHTS)
    for tree in sources("engine"):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "get"
                and isinstance(node.func.value, ast.Attribute | ast.Name)
                and (getattr(node.func.value, "attr", "") or getattr(node.func.value, "id", ""))
                == "properties"
                and isinstance(node.args[0], ast.Constant)
            ):
                read.add(str(node.args[0].value))
    listed = first_column(section("docs/modelling.md", "### Element settings"))
    assert sorted(listed) == sorted(read)


def test_every_setting_of_other_tools_is_documented() -> None:
    rows = section("docs/modelling.md", "### From other tools")
    said = {
        theirs: ours
        for row in rows.splitlines()
        if row.startswith("| `")
        for theirs in words(row.split("|")[1])
        for ours in words(row.split("|")[2])
    }
    assert said == {**PROPERTIES, "decisionRef": "calledDecisionId"}


def test_every_lane_is_documented() -> None:
    assert first_column(section("docs/modelling.md", "### Lanes are roles")) == [*TASK_ROLES]


def test_every_delegate_is_documented() -> None:
    part = section("docs/modelling.md", "## Delegates").partition("### Messages")[0]
    shipped = [name for name, one in DELEGATES.items() if one.__module__ in SERVICES]
    assert sorted(first_column(part)) == sorted(shipped)


def test_every_message_is_documented() -> None:
    part = section("docs/modelling.md", "### Messages")
    reporter, _, members = part.partition("* to members:")
    assert words(reporter.partition("* to the reporter:")[2]) == [*REPORTER_WORDS]
    assert words(members) == [*MEMBER_WORDS]


def test_every_function_is_documented() -> None:
    listed = called(first_column(section("docs/modelling.md", "### Functions")))
    assert listed == HELPER_NAMES | {"due_in"}
    part = section("docs/modelling.md", "### S-FEEL functions").partition("\n\nA business")[0]
    assert words(part) == sorted(FUNCTIONS)


def test_every_key_that_the_ledgers_know_is_documented() -> None:
    part = section("docs/modelling.md", "### Keys that the ledgers know")
    tasks, fields, answers = (
        set(words(line)) for line in re.findall(r"^\* \w.*?(?=^\* |\n\n)", part, re.M | re.S)
    )
    assert tasks == STEP_KEYS
    assert fields == FIELDS.keys()
    assert answers >= DECISIVE
    duties = section("docs/modelling.md", "### Separation of duties")
    assert RULES.keys() <= set(words(duties))


def test_every_form_setting_is_documented() -> None:
    schema = json.loads(text("forms/schema.json"))["$defs"]
    listed = first_column(section("docs/modelling.md", "### Form settings"))
    assert sorted(listed) == sorted(schema["settings"]["properties"])
    part = section("docs/modelling.md", "## Forms").partition("### Form settings")[0]
    kinds = schema["component"]["properties"]["type"]["enum"]
    assert set(kinds) <= set(words(part))


def test_every_tag_of_the_history_is_in_the_glossary() -> None:
    written = {
        node.value
        for tree in sources("engine")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z_]+:[a-z_]+", node.value)
    }
    tags = written - PERMISSIONS.keys() - {"feel:string"}
    listed = first_column(section("docs/glossary.md", "## What a history says"))
    assert sorted(listed) == sorted(tags)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    found = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", path.read_text("utf-8"))
    targets = [link or picture for link, picture in found]
    missing = [
        target
        for target in targets
        if not target.startswith(("http", "mailto")) and not (path.parent / target).exists()
    ]
    assert missing == []


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    for name in names:
        found = text(f"docs/decisions/{name}")
        assert found.startswith(f"# {int(name[:4])}. ")
        assert all(f"\n**{part}" in found for part in ("Decided.", "Because", "It costs"))
