"""The one entry says what it can do, and what it needs, before it touches anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERBS = ["demo", "serve", "work", "test", "check", "bench", "assets", "bihuan", "help"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with nothing but the entry and the locks, as if cloned a moment ago."""
    for name in ("run", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(checkout: Path, *words: str, programs: dict[str, str] | None = None) -> tuple[int, str]:
    """Run the entry from another folder; `programs` stand in front of the system's."""
    pretended = checkout / "bin"
    pretended.mkdir(exist_ok=True)
    for name, script in (programs or {}).items():
        (pretended / name).write_text(f"#!/bin/sh\n{script}\n")
        (pretended / name).chmod(0o755)
    environ = os.environ | {"PATH": f"{pretended}:/usr/bin:/bin"}
    done = subprocess.run(
        [checkout / "run", *words], cwd="/", env=environ, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_help_lists_every_verb(checkout: Path) -> None:
    code, said = run(checkout, "help")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()[1:]] == VERBS


def test_an_unknown_verb_is_answered_with_the_list(checkout: Path) -> None:
    code, said = run(checkout, "dance")
    assert code == 2
    assert "demo" in said


BARE = {"ldconfig": "exit 0", "python3": 'case "$*" in *ensurepip*) exit 1;; esac'}


def test_who_may_not_install_packages_gets_the_one_line_to_type(checkout: Path) -> None:
    code, said = run(checkout, "demo", programs=BARE | {"id": "echo 1000", "apt-get": "exit 9"})
    assert code == 1
    assert said.splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
        "python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )
    assert not (checkout / ".venv").exists()


def test_root_sees_why_the_packages_did_not_install(checkout: Path) -> None:
    failing = 'echo "E: no disk left"; exit 100'
    code, said = run(checkout, "demo", programs=BARE | {"id": "echo 0", "apt-get": failing})
    assert code == 1
    assert "E: no disk left" in said
    assert "libpango-1.0-0" in said


def test_stale_package_lists_are_fetched_and_the_install_tried_again(checkout: Path) -> None:
    lists = checkout / "lists"
    apt = f'[ "$1" = update ] && : >"{lists}" && exit; [ -f "{lists}" ] || exit 100; exit 7'
    code, _ = run(checkout, "demo", programs=BARE | {"id": "echo 0", "apt-get": apt})
    assert code == 1
    assert lists.exists()


def test_an_old_python_is_named(checkout: Path) -> None:
    libraries = "echo libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0"
    old = 'case "$*" in *version_info*) exit 1;; esac'
    code, said = run(checkout, "assets", programs={"ldconfig": libraries, "python3": old})
    assert code == 1
    assert "Python 3.11" in said
