"""The operator's commands: what they print, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from sqlalchemy.orm import Session

from engine.definitions.drafts import blank
from engine.definitions.packing import Pack, pack
from engine.store import Membership
from engine.tokens import actor_by_token
from tests.cast import Cast
from tests.databases import on_both

pytestmark = on_both

Command = Callable[..., Result]


def test_a_first_organisation_and_person_are_entered(command: Command, session: Session) -> None:
    made = command("organisation create --kind enterprise --code CN009 --name 新厂")
    assert (made.exit_code, made.output) == (0, "CN009\n")
    added = command(
        "user add Wang --name 王建国 --organisation CN009 --role administrator"
        " --password a-quiet-morning"
    )
    assert (added.exit_code, added.output) == (0, "wang\n")
    key = command("token create --user wang").output.strip()
    actor = actor_by_token(session, key)
    assert actor is not None
    assert (actor.name, actor.roles) == ("王建国", {"administrator"})


def test_what_is_wrong_is_told_field_by_field(command: Command, cast: Cast) -> None:
    refused = command("user add li --name 李 --organisation CN001 --role verifier --password short")
    assert refused.exit_code == 1
    assert "password: The password needs at least 10 characters" in refused.output


def test_a_chinese_terminal_is_answered_in_chinese(command: Command, cast: Cast) -> None:
    refused = command("token create --user nobody", LC_ALL="zh_CN.UTF-8")
    assert refused.exit_code == 1
    assert "没有 nobody 这个人" in refused.output


def test_a_person_of_several_organisations_has_to_choose(
    command: Command, session: Session, cast: Cast
) -> None:
    row = {"user_id": cast.verifier.user_id, "organisation_id": cast.one_person_firm_id}
    session.add(Membership(**row, role="verifier"))
    session.commit()
    undecided = command("token create --user verifier")
    assert undecided.exit_code == 1
    assert "several organisations" in undecided.output
    key = command("token create --user verifier --organisation CN003").output.strip()
    actor = actor_by_token(session, key)
    assert actor is not None
    assert actor.organisation_id == cast.one_person_firm_id


def test_an_unknown_organisation_is_named(command: Command) -> None:
    refused = command("deploy --organisation CN404")
    assert refused.exit_code == 1
    assert "CN404" in refused.output


def test_a_pack_is_deployed_from_its_file(command: Command, cast: Cast, tmp_path: Path) -> None:
    flow = blank.blank("停车场巡查", "parking")
    file = tmp_path / "parking.zip"
    file.write_bytes(pack(Pack(key="parking", name="停车场巡查", version=None, bundle=flow)))
    assert command(f"deploy {file} --organisation CN001").output == "parking\t1\n"
    assert command(f"deploy {file} --organisation CN001").output == ""
    file.write_bytes(b"PK\x03\x04")
    refused = command(f"deploy {file} --organisation CN001")
    assert refused.exit_code == 1
    assert "This ZIP file cannot be read" in refused.output


def test_a_database_of_another_version_is_refused(command: Command, bare_database_url: str) -> None:
    bare = {"BIHUAN_DATABASE_URL": bare_database_url}
    for line in ("audit verify", "serve", "doctor", "stats recount"):
        refused = command(line, **bare)
        assert refused.exit_code == 1
        assert "bihuan db upgrade" in refused.output
    assert command("db upgrade", **bare).exit_code == 0
    assert command("audit verify", **bare).output == "ok\n"


def test_a_wrong_setting_stops_the_start_with_a_sentence(command: Command) -> None:
    refused = command("serve", BIHUAN_RUNNER="sometimes")
    assert refused.exit_code == 1
    assert "BIHUAN_RUNNER is wrong" in refused.output
