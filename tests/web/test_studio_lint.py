"""Checking while somebody draws: every file named, mended on a click, borrowed from what runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import orjson
import pytest
from sqlalchemy.orm import Session

from engine import commands, definitions, tokens
from engine.actors import SYSTEM
from engine.definitions import Bundle, reader
from engine.spiff import lint as rules_of_diagrams
from engine.store import Definition
from tests import flows
from tests.cast import Cast
from tests.engine.spiff.lint.redrawing import leading, redrawn, saying, without
from tests.engine.studio_story import core
from tests.web.visits import Client

SEQUENTIAL = redrawn(
    "hazard_report",
    leading("both_start_to_reward_reporter", target="both_done"),
    leading("rectify_hazard_to_both_done", target="reward_reporter"),
)["hazard_report"]


@pytest.fixture
def administrator(session: Session, cast: Cast, client: Client) -> Client:
    """An administrator of 甲, where the processes of the district's office run."""
    commands.execute(
        session, definitions.deploy, core(), organisation_id=cast.office_id, actor=SYSTEM
    )
    client.sign_in(cast.administrator)
    return client


def sent(client: Client, path: str, body: Any) -> Any:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    token = {"X-CSRFToken": client.csrf_token()}
    return client.post(path, data=data, headers=token, content_type="application/json")


def linted(client: Client, files: Mapping[str, Mapping[str, bytes]], **more: Any) -> list[Any]:
    texts = {kind: {key: c.decode() for key, c in keys.items()} for kind, keys in files.items()}
    answer = sent(client, "/studio/lint", {"files": texts, **more})
    assert answer.status_code == 200, answer.text[:500]
    return list(answer.json["problems"])


def test_what_is_missing_is_borrowed_from_what_runs(administrator: Client) -> None:
    """One diagram alone: its forms, tables and called processes are the office's."""
    alone = {"bpmn": {"hazard_report": core().of("bpmn")["hazard_report"]}}
    assert linted(administrator, alone) == []
    unknown = {"bpmn": {"line": flows.LINE.replace(b'value="ask"', b'value="nobody_has_it"')}}
    assert "form-missing" in [p["rule"] for p in linted(administrator, unknown)]


def test_every_problem_says_which_file_it_is_in(administrator: Client) -> None:
    changed = redrawn("rectification", saying("accept", "dueIn", "soon"))
    found = linted(
        administrator,
        {
            "bpmn": {"hazard_report": changed["hazard_report"],
                     "rectification": changed["rectification"]},
        },
    )  # fmt: skip
    assert [(p["kind"], p["file"], p["element"], p["severity"]) for p in found] == [
        ("bpmn", "rectification", "accept", "error")
    ]
    broken = linted(
        administrator, {"form": {"verify": b"{"}, "dmn": {"mine": b"<x/>"}, "bpmn": {"a": b"<a"}}
    )
    assert {(p["kind"], p["file"]) for p in broken} == {
        ("form", "verify"),
        ("dmn", "mine"),
        ("bpmn", "a"),
    }


def test_a_fix_comes_with_its_words_in_the_language_of_the_page(administrator: Client) -> None:
    plain = flows.LINE.replace(b"<userTask", b"<task").replace(b"</userTask", b"</task")
    (untyped, *_) = [p for p in linted(administrator, {"bpmn": {"line": plain}}) if p["fix"]]
    assert untyped["file"] == "line"
    assert untyped["fix_words"]
    administrator.set_cookie("language", "en")
    (told, *_) = [p for p in linted(administrator, {"bpmn": {"line": plain}}) if p["fix"]]
    assert told["fix"] == untyped["fix"]
    assert told["words"].isascii()
    assert told["fix_words"].isascii()
    body = {"xml": plain.decode(), "accept": [told["fix"]]}
    mended = sent(administrator, "/studio/fix", body).json["xml"]
    rest = linted(administrator, {"bpmn": {"line": mended.encode()}})
    assert told["fix"] not in {p["fix"] for p in rest}
    untouched = sent(administrator, "/studio/fix", {"xml": plain.decode(), "accept": ["nothing"]})
    assert untouched.json["xml"] == plain.decode()


def test_a_rule_is_set_aside_only_where_the_law_leaves_room(administrator: Client) -> None:
    (reward,) = linted(administrator, {"bpmn": {"hazard_report": SEQUENTIAL}})
    assert (reward["rule"], reward["severity"]) == ("law-reward-waits", "error")
    assert reward["may_override"] is True
    aside = [{"rule": "law-reward-waits", "element": reward["element"], "reason": "与绩效同发"}]
    (reward,) = linted(administrator, {"bpmn": {"hazard_report": SEQUENTIAL}}, overrides=aside)
    assert (reward["severity"], reward["may_override"]) == ("warning", True)
    assert "与绩效同发" in reward["words"]
    unsafe = redrawn("rectification", without("accept"))["rectification"]
    aside = [{"rule": "law-acceptance", "reason": "不想验收"}]
    found = linted(administrator, {"bpmn": {"rectification": unsafe}}, overrides=aside)
    acceptance = [p for p in found if p["rule"] == "law-acceptance"]
    assert {(p["severity"], p["may_override"]) for p in acceptance} == {("error", False)}


def test_after_a_stroke_only_what_changed_is_checked_anew(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {kind: dict(keys) for kind, keys in core().contents.items()}
    linted(administrator, files)
    read: list[str] = []
    for name in ("problems_of", "law_problems", "_parse_form", "_parse_table"):
        watch(monkeypatch, read, name)
    linted(administrator, files)
    assert read == []
    files["bpmn"]["reward"] = files["bpmn"]["reward"].replace(b'name="', b'name="X', 1)
    linted(administrator, files)
    assert read == ["problems_of", "law_problems", "law_problems"]
    read.clear()
    files["form"]["verify"] = files["form"]["verify"] + b"\n"
    linted(administrator, files)
    assert read == ["_parse_form"]


def watch(monkeypatch: pytest.MonkeyPatch, read: list[str], name: str) -> None:
    """Note each time a file is really read."""
    where, what = {
        "problems_of": (rules_of_diagrams, "problems_of"),
        "law_problems": (rules_of_diagrams, "law_problems"),
        "_parse_form": (reader.forms, "read"),
        "_parse_table": (reader.decisions, "parse"),
    }[name]
    real = getattr(where, what)

    def noted(*args: Any, **kwargs: Any) -> Any:
        read.append(name)
        return real(*args, **kwargs)

    monkeypatch.setattr(where, what, noted)


def test_a_rule_is_set_aside_over_the_api_with_its_reason(
    session: Session, cast: Cast, administrator: Client
) -> None:
    key = commands.execute(session, tokens.create_token, name="程序", actor=cast.administrator)
    headers = {"Authorization": f"Bearer {key}"}

    def parts(**more: str) -> dict[str, Any]:
        whole = Bundle(
            {**core().contents, "bpmn": {**core().of("bpmn"), "hazard_report": SEQUENTIAL}}
        )
        kinds = {"bpmn": "bpmn", "dmn": "dmn", "form": "forms"}
        files = {
            part: [(BytesIO(content), f"{name}.x") for name, content in whole.of(kind).items()]
            for kind, part in kinds.items()
        }
        return {**files, **more}

    def post(path: str, **more: str) -> Any:
        return administrator.post(f"/api/v1/definitions{path}", data=parts(**more), headers=headers)

    refused = post("")
    assert refused.status_code == 422
    assert [p["rule"] for p in refused.json["problems"]] == ["law-reward-waits"]
    aside = '[{"rule": "law-reward-waits", "reason": "与绩效同发，职代会已通过"}]'
    (warning,) = post("/lint", overrides=aside).json["problems"]
    assert warning["severity"] == "warning"
    made = post("", overrides=aside, reason="新版")
    assert made.status_code == 201
    session.rollback()
    row = session.query(Definition).filter_by(key="hazard_report", version=1)
    (kept,) = row.filter_by(organisation_id=cast.enterprise_id)
    assert kept.reason == "新版；不适用 law-reward-waits：与绩效同发，职代会已通过"
    for odd in ("{", "{}", "[1]", '[{"reason": "x"}]', '[{"rule": "a\\u0000"}]'):
        assert post("/lint", overrides=odd).status_code == 422


HEAD = '<?xml version="1.0"?>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def many(count: int) -> str:
    """Give a line of that many tasks."""
    steps = "".join(f'<manualTask id="t{n}"/>' for n in range(count))
    ways = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(count - 1)
    )
    return (
        flows._HEAD + f'<process id="p" isExecutable="true">{steps}{ways}</process></definitions>'
    )


def hostile() -> Iterator[tuple[str, str]]:
    passwd = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield "XXE", f"{HEAD}{passwd}<definitions>&x;</definitions>"
    yield "laughs", f'{HEAD}<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d>&l9;</d>'
    yield (
        "script",
        flows.LINE.decode().replace(
            "</definitions>",
            "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script></definitions>",
        ),
    )
    yield "2 MB", f"{HEAD}<a>{'x' * 2_050_000}</a>"
    yield "5,000 elements", many(5000)
    yield "deep", "<a>" * 20_000 + "</a>" * 20_000
    yield "no XML", "PK\x03\x04 \ufffe"
    yield "nothing", ""
    yield "in another encoding", '<?xml version="1.0" encoding="UTF-7"?><a/>'


@pytest.mark.parametrize(("case", "xml"), [*hostile()], ids=[case for case, _ in hostile()])
def test_a_hostile_diagram_is_answered_in_words(
    cast: Cast, client: Client, case: str, xml: str
) -> None:
    client.sign_in(cast.administrator)
    found = linted(client, {"bpmn": {"x": xml.encode()}})
    assert found or case == "script"
    assert all(p["words"] for p in found)
    assert "root:" not in str(found)
    answer = sent(client, "/studio/fix", {"xml": xml, "accept": ["x"]})
    assert answer.status_code in (200, 422)
    assert answer.json.get("error") or answer.json["xml"]


def test_of_very_many_problems_the_errors_are_told(cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    answer = sent(client, "/studio/lint", {"files": {"bpmn": {"x": many(600)}}}).json
    assert len(answer["problems"]) == 1000
    assert answer["left_out"] > 0
    assert answer["problems"][0]["severity"] == "error"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"7", b"null", {"files": 1}, {"files": {"bpmn": {"a": 1}}}, {"xml": 1},
     {"xml": "x", "accept": "x"}, {"xml": "x", "accept": [1]}, {"files": {}, "overrides": 1},
     {"files": {"a": {"b": "c"}}}],
)  # fmt: skip
def test_odd_questions_are_refused_in_words(cast: Cast, client: Client, body: Any) -> None:
    client.sign_in(cast.administrator)
    for path in ("/studio/lint", "/studio/fix"):
        answer = sent(client, path, body)
        assert answer.status_code == 422
        assert answer.json["error"]


def test_without_the_token_of_the_page_nothing_is_answered(cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    for path in ("/studio/lint", "/studio/fix"):
        answer = client.post(path, json={"files": {}})
        assert answer.status_code == 400
        assert "过期" in answer.json["error"]
