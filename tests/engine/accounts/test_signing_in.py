"""Signing in: the right password opens, and nothing tells an attacker what was wrong."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import accounts, passwords, people
from engine.errors import InvalidAnswers, NotAllowed
from engine.store import User
from tests.cast import PASSWORD, Cast


def test_the_right_password_opens(session: Session, cast: Cast) -> None:
    user = accounts.authenticate(session, "verifier", PASSWORD)
    assert user is not None
    assert user.id == cast.verifier.user_id


def test_the_login_is_not_case_sensitive_the_password_is(session: Session, cast: Cast) -> None:
    assert accounts.authenticate(session, "  Verifier ", PASSWORD) is not None
    assert accounts.authenticate(session, "verifier", PASSWORD.upper()) is None


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("verifier", "wrong-password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("verifier", ""),
        ("verifier", "x" * 100_000),
        ("' or 1=1 --", PASSWORD),
    ],
)
def test_anything_else_stays_outside(
    session: Session, cast: Cast, login: str, password: str
) -> None:
    assert accounts.authenticate(session, login, password) is None


def test_an_unknown_login_costs_as_much_as_a_known_one(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            compared.append(kept.rpartition("$")[0].rpartition("$")[0])
            return False

        def hash(self, password: str) -> str:
            return passwords.PasswordHasher().hash(password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    monkeypatch.setattr(passwords, "_NOBODY", [])
    known = accounts.add_user  # the cast's digests are cheap ones; make one as in production
    user = known(
        session,
        login="new.person",
        name="新人",
        password="a-long-enough-phrase",
        organisation_id=cast.enterprise_id,
        roles=["reporter"],
        actor=cast.administrator,
    )
    accounts.authenticate(session, user.login, "wrong-password")
    accounts.authenticate(session, "nobody-at-all", "wrong-password")
    assert len(compared) == 2
    assert compared[0] == compared[1]


def test_an_account_without_password_cannot_sign_in(session: Session, cast: Cast) -> None:
    accounts.add_user(
        session,
        login="later",
        name="以后",
        password=None,
        organisation_id=cast.enterprise_id,
        roles=["reporter"],
        actor=cast.administrator,
    )
    assert accounts.authenticate(session, "later", "") is None
    assert accounts.authenticate(session, "later", "nobody has this password") is None


def test_a_closed_account_cannot_sign_in_nor_act(session: Session, cast: Cast) -> None:
    assert cast.verifier.user_id is not None
    people.disable(session, cast.verifier.user_id, cast.enterprise_id, actor=cast.administrator)
    session.flush()
    assert accounts.authenticate(session, "verifier", PASSWORD) is None
    with pytest.raises(NotAllowed):
        accounts.actor_for(session, cast.verifier.user_id, cast.enterprise_id)


def test_nobody_acts_for_an_organisation_they_do_not_belong_to(
    session: Session, cast: Cast
) -> None:
    assert cast.stranger.user_id is not None
    with pytest.raises(NotAllowed):
        accounts.actor_for(session, cast.stranger.user_id, cast.enterprise_id)


def test_passwords_are_kept_as_argon2id(session: Session, cast: Cast) -> None:
    user = accounts.add_user(
        session,
        login="fresh",
        name="新",
        password="correct horse battery",
        organisation_id=cast.enterprise_id,
        roles=["reporter"],
        actor=cast.administrator,
    )
    assert user.password_digest is not None
    assert user.password_digest.startswith("$argon2id$")
    assert "horse" not in user.password_digest


@pytest.mark.parametrize(
    "weak", ["short", "1234567890", "aaaaaaaaaaaa", "verifier-2026", "x" * 129]
)
def test_weak_passwords_are_refused(session: Session, cast: Cast, weak: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        accounts.change_password(session, PASSWORD, weak, actor=cast.verifier)
    assert list(refused.value.errors) == ["new_password"]


def test_changing_the_password_needs_the_old_one_and_ends_sessions(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(InvalidAnswers):
        accounts.change_password(session, "guessed", "another-long-phrase", actor=cast.verifier)
    epoch = accounts.change_password(session, PASSWORD, "another-long-phrase", actor=cast.verifier)
    assert epoch == session.get_one(User, cast.verifier.user_id).session_epoch == 1
    assert accounts.authenticate(session, "verifier", PASSWORD) is None
    assert accounts.authenticate(session, "verifier", "another-long-phrase") is not None


def test_a_generated_password_is_accepted_and_never_twice_the_same() -> None:
    made = {passwords.make() for _ in range(20)}
    assert len(made) == 20
    for password in made:
        passwords.judge(password, "somebody")
