"""Posters: a code gives context and no rights, and ends when it is revoked (R-27)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import organisations
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.permissions import PERMISSIONS, allows
from tests.cast import Cast


def test_a_scan_finds_the_place_until_the_code_is_revoked(session: Session, cast: Cast) -> None:
    place = organisations.create_place(
        session, cast.enterprise_id, name="二号车间", part="配电柜", actor=cast.administrator
    )
    found = organisations.find_place(session, f" {place.code.lower()} ")
    assert found is place
    organisations.revoke_place(session, place.id, actor=cast.administrator)
    session.flush()
    assert organisations.find_place(session, place.code) is None
    assert organisations.places(session, cast.enterprise_id, actor=cast.administrator) == []


def test_a_new_code_ends_the_old_poster(session: Session, cast: Cast) -> None:
    place = organisations.create_place(
        session, cast.enterprise_id, name="二号车间", actor=cast.administrator
    )
    old = place.code
    renewed = organisations.renew_place(session, place.id, actor=cast.administrator)
    session.flush()
    assert organisations.find_place(session, old) is None
    assert organisations.find_place(session, renewed.code) is place


def test_codes_are_random_and_without_lookalikes(session: Session, cast: Cast) -> None:
    codes = {
        organisations.create_place(
            session, cast.enterprise_id, name=f"{number} 号车间", actor=cast.administrator
        ).code
        for number in range(30)
    }
    assert len(codes) == 30
    assert not set("".join(codes)) & set("01ILO")
    assert {len(code) for code in codes} == {10}


@pytest.mark.parametrize("code", ["", "x", "' or 1=1 --", "0" * 10, "x" * 100_000, "\0" * 10])
def test_a_wrong_code_finds_nothing(session: Session, cast: Cast, code: str) -> None:
    organisations.create_place(
        session, cast.enterprise_id, name="二号车间", actor=cast.administrator
    )
    if "\0" not in code:
        assert organisations.find_place(session, code) is None


def test_one_place_has_one_code(session: Session, cast: Cast) -> None:
    for part in (None, "东侧"):
        organisations.create_place(
            session, cast.enterprise_id, name="仓库", part=part, actor=cast.administrator
        )
        with pytest.raises(Conflict):
            organisations.create_place(
                session, cast.enterprise_id, name=" 仓库 ", part=part, actor=cast.administrator
            )


def test_only_the_own_administrator_hangs_posters(session: Session, cast: Cast) -> None:
    place = organisations.create_place(
        session, cast.enterprise_id, name="仓库", actor=cast.administrator
    )
    with pytest.raises(NotAllowed):
        organisations.create_place(session, cast.enterprise_id, name="车间", actor=cast.verifier)
    with pytest.raises(NotFound):
        organisations.create_place(session, cast.enterprise_id, name="车间", actor=cast.stranger)
    with pytest.raises(NotFound):
        organisations.revoke_place(session, place.id, actor=cast.stranger)
    with pytest.raises(NotAllowed):
        organisations.revoke_place(session, place.id, actor=cast.principal)
    assert organisations.places(session, cast.enterprise_id, actor=cast.stranger) == []


def test_an_office_hangs_no_posters(session: Session, cast: Cast) -> None:
    from engine.actors import SYSTEM

    with pytest.raises(InvalidAnswers):
        organisations.create_place(session, cast.office_id, name="大厅", actor=SYSTEM)


def test_a_guest_may_report_and_nothing_else(session: Session, cast: Cast) -> None:
    guest = organisations.guest(session, cast.enterprise_id)
    assert guest.user_id is None
    assert guest.organisation_id == cast.enterprise_id
    held = {permission for permission in PERMISSIONS if allows(guest, permission)}
    # The last ones open pages of an account, and a guest has none.
    assert held == {
        "report:create", "task:work", "check:make", "signal:send", "naming:own", "token:own",
        "practice:read", "document:read", "safety_record:own", "honour:read",
    }  # fmt: skip


def test_an_enterprise_may_ask_its_reporters_to_sign_in(session: Session, cast: Cast) -> None:
    organisations.update_settings(
        session, cast.enterprise_id, {"anonymous_reports": False}, actor=cast.administrator
    )
    session.flush()
    with pytest.raises(NotAllowed):
        organisations.guest(session, cast.enterprise_id)


def test_nobody_reports_to_an_office(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        organisations.guest(session, cast.office_id)
