"""Rules of the house that no common tool checks: `python .ci/rules.py translations|locks|sizes`."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 300
#: A story may take longer to tell than a thing to do.
LONGEST_TEST = 400
#: Written by Alembic from the tables, read by nobody.
_GENERATED = "engine/store/migrations/versions/"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def translations() -> Iterator[str]:
    """Every sentence of the pages has an English one."""
    path = ROOT / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    english = read_po(BytesIO(path.read_bytes())) if path.exists() else Catalog()
    for name, line, message, _, context in extract_from_dir(
        str(ROOT / "web"), _METHODS, keywords=_KEYWORDS
    ):
        found = english.get(message, context)
        if found is None or found.fuzzy or not found.string:
            yield f"web/{name}:{line}: no English for {message!r}"


def locks() -> Iterator[str]:
    """The locks hold what pyproject.toml asks for, pinned by hash, and name no address."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"]
    run = _pins("requirements.lock")
    develop = _pins("requirements-dev.lock")
    yield from _unmet("requirements.lock", wanted, run)
    yield from _unmet("requirements-dev.lock", wanted, develop)
    yield from _unmet("requirements-dev.lock", project["dependency-groups"]["dev"], develop)
    for name, version in run.items():
        if develop.get(name) != version:
            yield f"{name} is {version} in requirements.lock, {develop.get(name)} in the other"
    for name in ("requirements.lock", "requirements-dev.lock", "frontend/node.lock"):
        text = (ROOT / name).read_text("utf-8")
        if "://" in text:
            yield f"{name} names an address"
        if text.count("--hash=") < len(_PIN.findall(text)):
            yield f"{name} pins without a hash"


def sizes() -> Iterator[str]:
    """No Python file is longer than 300 lines, no test longer than 400."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603
    for name in names.splitlines():
        path = ROOT / name
        if name.startswith(_GENERATED) or not path.exists():
            continue
        lines = len(path.read_text("utf-8").splitlines())
        allowed = LONGEST_TEST if name.startswith("tests/") else LONGEST
        if lines > allowed:
            yield f"{name} has {lines} lines; {allowed} are allowed"


def _pins(name: str) -> dict[str, str]:
    """Give package → pinned version of a lock."""
    text = (ROOT / name).read_text("utf-8")
    return {canonicalize_name(package): version for package, version in _PIN.findall(text)}


def _unmet(name: str, wanted: list[str], pins: dict[str, str]) -> Iterator[str]:
    for requirement in map(Requirement, wanted):
        pinned = pins.get(canonicalize_name(requirement.name))
        if pinned is None or not requirement.specifier.contains(Version(pinned), prereleases=True):
            yield f"{name} does not hold {requirement}; make it again (CONTRIBUTING.md)"


def main() -> None:
    """Print what breaks the rule named on the command line, and exit 1 if anything does."""
    rules = {"translations": translations, "locks": locks, "sizes": sizes}
    broken = list(rules[sys.argv[1]]())
    print("\n".join(broken))  # noqa: T201
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
