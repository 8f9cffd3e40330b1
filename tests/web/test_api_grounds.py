"""A program that looks from above states a ground first, and is told so."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.clock import local_date
from tests.cast import Cast
from tests.engine.stories import begin, deploy, tags
from tests.web.test_api import Client as Program


def test_a_look_over_the_api_needs_a_ground_and_leaves_a_trace(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    officer = Program(client, session, cast.officer)
    for part in ("", "/history", "/diagram"):
        refused = officer.get(f"/instances/{case}{part}")
        assert refused.status_code == 403
        assert refused.get_json()["type"] == "urn:bihuan:ground-needed"
        assert "/api/v1/audit-grounds" in refused.get_json()["detail"]
    assert officer.get("/instances").status_code == 200
    said = {
        "kind": "complaint",
        "reference": "12350-0042",
        "organisation_id": str(cast.enterprise_id),
    }
    stated = officer.post("/audit-grounds", said)
    assert stated.status_code == 201
    assert stated.get_json()["holds"] is True
    assert officer.get(f"/instances/{case}/history").get_json()["items"][-1]["tag"] == "case:looked"
    assert officer.get(f"/instances/{case}").status_code == 200
    assert tags(session, case) == ["instance:started", "case:looked"]
    (listed,) = officer.get("/audit-grounds").get_json()["items"]
    assert listed == stated.get_json()


def test_the_same_key_states_one_ground(client: FlaskClient, session: Session, cast: Cast) -> None:
    officer = Program(client, session, cast.officer)
    said = {"kind": "plan", "reference": "1", "purpose": "年度检查"}
    first, second = (
        officer.post("/audit-grounds", said, **{"Idempotency-Key": "a"}) for _ in range(2)
    )
    assert first.get_json() == second.get_json()
    assert len(officer.get("/audit-grounds").get_json()["items"]) == 1


def test_what_is_wrong_is_named(client: FlaskClient, session: Session, cast: Cast) -> None:
    officer = Program(client, session, cast.officer)
    late = str(local_date() + timedelta(days=90))
    for said, field in (
        ({"kind": "grant", "reference": "1"}, "kind"),
        ({"kind": "plan", "reference": "1"}, "purpose"),
        ({"kind": "plan", "reference": "1", "purpose": "x", "expires_on": late}, "expires_on"),
        ({"kind": "plan", "reference": "1", "purpose": "x", "expires_on": "soon"}, "expires_on"),
        ({"kind": "plan", "reference": "1", "organisation_id": "x"}, "organisation_id"),
    ):
        answer = officer.post("/audit-grounds", said)
        assert answer.status_code == 422, said
        assert field in answer.get_json()["errors"], said
    strange = {"kind": "plan", "reference": "1", "organisation_id": str(cast.strange_enterprise_id)}
    assert officer.post("/audit-grounds", strange).status_code == 404
    principal = Program(client, session, cast.principal)
    assert principal.post("/audit-grounds", {"kind": "plan", "reference": "1"}).status_code == 403
