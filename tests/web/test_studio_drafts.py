"""The studio's drafts over HTTP: begun from anything, saved by several, handed on as one file."""

from __future__ import annotations

import io
import zipfile
from io import BytesIO
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from engine import commands, definitions
from engine.actors import SYSTEM
from engine.definitions import Bundle, publishing
from engine.definitions.scenarios import process_of
from engine.store import Membership
from tests import flows
from tests.cast import Cast
from tests.engine.studio_story import ROOT, core
from tests.engine.studio_story import draft as draft_of
from tests.house import test_documents as documents
from tests.web.told_cases import text_of
from tests.web.visits import Client
from web.studio.catalogue import DELEGATES

FOREIGN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n'
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
    b'<process id="theirs" name="Theirs" isExecutable="true"><startEvent id="s"/>'
    b'<task id="t" name="Do it"/><endEvent id="e"/>'
    b'<sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    b'<sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>'
)


@pytest.fixture
def shipped(session: Session, cast: Cast) -> Bundle:
    """The shipped processes with scenarios and checklists, deployed by the district's office."""
    all_files = definitions.read_folder(ROOT)
    drawn = core()
    tried = {
        name: content
        for name, content in all_files.of("scenario").items()
        if process_of(content) in drawn.of("bpmn")
    }
    kept = {"scenario": tried, "checklist": all_files.of("checklist")}
    bundle = Bundle({**drawn.contents, **kept})
    commands.execute(
        session, definitions.deploy, bundle, organisation_id=cast.office_id, actor=SYSTEM
    )
    return bundle


def beginning(client: Client, **fields: Any) -> TestResponse:
    """Ask for a draft as a page's form does; whole in memory, however big its files are."""
    files = [FileStorage(content, name) for content, name in fields.pop("files", ())]
    sent = {"csrf_token": client.csrf_token(), "files": files, **fields}
    boundary, body = encode_multipart(sent)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/studio/drafts", data=body, content_type=kind)


def begun(client: Client, **fields: Any) -> str:
    """Begin a draft; give its address."""
    answer = beginning(client, **fields)
    assert answer.status_code == 303
    return str(answer.location)


def uploaded(client: Client, **files: bytes) -> str:
    return begun(client, files=[(BytesIO(content), name) for name, content in files.items()])


def asked(client: Client, path: str, body: Any, method: str = "POST") -> TestResponse:
    """Send JSON as a script of the page does."""
    token = {"X-CSRFToken": client.csrf_token()}
    return client.open(path, method=method, data=orjson.dumps(body), headers=token,
                       content_type="application/json")  # fmt: skip


def content(client: Client, draft: str) -> dict[str, Any]:
    answer = client.get(f"{draft}/content.json")
    assert answer.status_code == 200
    return dict(answer.json)


def put(client: Client, draft: str, found: dict[str, Any], **changed: Any) -> TestResponse:
    return asked(client, f"{draft}/content.json", {**found, **changed}, "PUT")


def definition_id(client: Client, key: str) -> str:
    """Give what the button "redraw" of a flow sends."""
    rows = text_of(client, "/studio").split("<tr")
    row = next(row for row in rows if f'href="/definitions/{key}"' in row)
    return row.partition('name="from" value="')[2].partition('"')[0]


def test_a_flow_in_force_is_redrawn_with_everything_it_runs_with(
    shipped: Bundle, cast: Cast, client: Client
) -> None:
    client.sign_in(cast.administrator)
    assert "还没有草稿" in text_of(client, "/studio")
    draft = begun(client, **{"from": definition_id(client, "hazard_report")})
    found = content(client, draft)
    assert (found["key"], found["revision"], found["saved_by"]) == ("hazard_report", 1, "关理")
    assert found["files"]["bpmn"].keys() == {"hazard_report", "rectification", "reward"}
    for kind, files in found["files"].items():
        for key, text in files.items():
            assert text.encode() == shipped.of(kind)[key]
    assert found["files"]["scenario"]
    offered = found["catalogue"]
    assert {"verifier", "system"} <= {role["id"] for role in offered["roles"]}
    assert "何核" in {person["name"] for person in offered["people"]}
    assert offered["urls"]["content"] == f"{draft}/content.json"
    listed = text_of(client, "/studio")
    assert draft in listed
    assert "第 1 版" in listed
    assert asked(client, "/studio/lint", {"files": found["files"]}).json["problems"] == []


def test_two_who_draw_are_told_and_nothing_is_overwritten(
    session: Session, cast: Cast, client: Client, app: Flask
) -> None:
    session.add(
        Membership(
            user_id=cast.principal.user_id,
            organisation_id=cast.enterprise_id,
            role="administrator",
        )
    )
    session.commit()
    client.sign_in(cast.administrator)
    other = Client(app)
    other.sign_in(cast.principal)
    draft = begun(client, empty="1", title="停车场巡查")
    mine, theirs = content(client, draft), content(other, draft)
    form = next(iter(theirs["files"]["form"]))
    theirs["files"]["form"][form] = "{}"
    saved = put(other, draft, theirs)
    assert (saved.status_code, saved.json["revision"]) == (200, 2)
    lost = put(client, draft, mine, title="我的")
    assert lost.status_code == 409
    assert lost.json["who"] == "朱任"
    assert lost.json["when"] == saved.json["saved_at"].replace("Z", "+00:00")
    assert lost.json["revision"] == 2
    assert "朱任" in lost.json["error"]
    kept = content(client, draft)
    assert kept["files"]["form"][form] == "{}"
    assert kept["title"] == "停车场巡查"
    merged = put(client, draft, mine, revision=2, title="我的")
    assert (merged.status_code, content(other, draft)["title"]) == (200, "我的")


def test_a_new_flow_begins_with_what_runs(cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    draft = begun(client, empty="1", title="停车场 <巡查>")
    found = content(client, draft)
    assert found["title"] == "停车场 <巡查>"
    assert asked(client, "/studio/lint", {"files": found["files"]}).json["problems"] == []
    page = text_of(client, draft)
    assert 'id="studio"' in page
    assert "<noscript>" in page
    assert client.submit(f"{draft}/discard").location == "/studio"
    assert client.get(draft).status_code == 404
    assert client.get(f"{draft}/content.json").status_code == 404


def test_a_published_draft_is_only_looked_at(session: Session, cast: Cast, client: Client) -> None:
    row = draft_of(session, cast.administrator, core())
    commands.execute(
        session, publishing.publish, row.id, revision=1, reason="试行", actor=cast.administrator
    )
    client.sign_in(cast.administrator)
    draft = f"/studio/drafts/{row.id}"
    page = text_of(client, draft)
    assert "已经发布，不能再改" in page
    assert 'href="/definitions/hazard_report"' in page
    refused = put(client, draft, content(client, draft))
    assert refused.status_code == 409
    assert "已经发布" in refused.json["error"]
    assert draft not in text_of(client, "/studio")


def test_a_diagram_of_another_tool_becomes_a_draft_with_proposals(
    cast: Cast, client: Client
) -> None:
    client.sign_in(cast.administrator)
    draft = uploaded(client, **{"theirs (1).bpmn": FOREIGN})
    found = content(client, draft)
    (key,) = found["files"]["bpmn"]
    proposed = client.get(f"{draft}/proposals.json?file={key}").json["proposals"]
    assert proposed
    assert all(one["words"] and one["id"] for one in proposed)
    with zipfile.ZipFile(BytesIO(client.get(f"{draft}/pack.zip").data)) as archive:
        assert archive.read("processes/bpmn/theirs.bpmn") == FOREIGN
    accepted = [one["id"] for one in proposed]
    mended = asked(client, "/studio/fix", {"xml": found["files"]["bpmn"][key], "accept": accepted})
    found["files"]["bpmn"][key] = mended.json["xml"]
    assert put(client, draft, found).status_code == 200
    assert client.get(f"{draft}/proposals.json?file={key}").json == {"proposals": []}
    assert client.get(f"{draft}/proposals.json?file=another").status_code == 404


def test_what_one_exports_another_imports(
    shipped: Bundle, cast: Cast, client: Client, app: Flask
) -> None:
    client.sign_in(cast.administrator)
    draft = begun(
        client, **{"from": definition_id(client, "hazard_report")}, title="本厂的隐患报告"
    )
    there = Client(app)
    there.sign_in(cast.stranger)
    theirs = uploaded(there, **{"pack.zip": client.get(f"{draft}/pack.zip").data})
    assert content(there, theirs)["title"] == "本厂的隐患报告"
    assert content(there, theirs)["files"] == content(client, draft)["files"]
    answer = client.get("/definitions/hazard_report/1/pack.zip")
    assert answer.headers["Content-Disposition"] == "attachment; filename=hazard_report-1.zip"
    again = content(there, uploaded(there, **{"pack.zip": answer.data}))
    assert again["key"] == "hazard_report"
    assert again["files"]["checklist"].keys() == {"general"}
    assert client.get("/definitions/hazard_report/9/pack.zip").status_code == 404


def test_a_pack_can_be_published_at_once(shipped: Bundle, cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    archive = client.get("/definitions/suggestion/1/pack.zip").data
    there = client.application.test_client()
    assert isinstance(there, Client)
    there.sign_in(cast.stranger)
    data = {"files": [(BytesIO(archive), "pack.zip")], "borrow": "y", "reason": "照搬"}
    answer = there.submit("/definitions/upload", data, content_type="multipart/form-data")
    assert answer.location == "/definitions/suggestion"
    hostile = {"files": [(BytesIO(b"PK\x03\x04" + b"?" * 50), "pack.zip")]}
    refused = there.submit("/definitions/upload", hostile, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "打不开" in refused.text


def bombs() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bpmn", b"\0" * 40_000_000)
    return written.getvalue()


def test_an_upload_that_is_refused_is_told_on_the_page(cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    for files, words in [
        ([], "请选择文件"),
        ([(BytesIO(bombs()), "bomb.zip")], "超过 2 MB"),
        ([(BytesIO(b"x" * 3_000_000), "big.bpmn")], "最多 2 MB"),
        ([(BytesIO(b"{}"), f"{n}.json") for n in range(201)], "一次最多 200 个文件"),
    ]:
        answer = beginning(client, files=files)
        assert answer.status_code == 422
        assert words in answer.text
    for title in ("长" * 201, "\x01"):
        answer = client.submit("/studio/drafts", {"empty": "1", "title": title})
        assert answer.status_code == 422
        assert "起名" in answer.text
    for nowhere in ("x", "00000000-0000-0000-0000-000000000000"):
        assert client.submit("/studio/drafts", {"from": nowhere}).status_code == 404


def test_nobody_else_opens_a_draft(cast: Cast, client: Client, app: Flask) -> None:
    client.sign_in(cast.administrator)
    draft = begun(client, empty="1", title="我的")
    found = content(client, draft)
    for part, status in ((cast.stranger, 404), (cast.verifier, 403)):
        there = Client(app)
        there.sign_in(part)
        assert there.get(draft).status_code == status
        for path in ("content.json", "proposals.json", "pack.zip"):
            assert there.get(f"{draft}/{path}").status_code == status
        assert put(there, draft, found).status_code == status
        assert there.submit(f"{draft}/discard").status_code == status
    unsigned = client.put(f"{draft}/content.json", json=found)
    assert unsigned.status_code == 400
    assert "过期" in unsigned.json["error"]
    assert content(client, draft) == found


ODD: list[tuple[Any, int]] = [
    (b"", 422),
    (b"{", 422),
    (b"[]", 422),
    (b'{"files": {"form": {"a": "\\ud800"}}, "revision": 1}', 422),
    (b'{"files": {"form": {"a": "\\u0000"}}, "revision": 1}', 400),
    (b"[" * 100_000, 422),
    ({"revision": 1}, 422),
    ({"revision": "1", "files": {}}, 422),
    ({"revision": True, "files": {}}, 422),
    (b'{"revision": 1000000000000000000000000000000, "files": {}}', 422),
    ({"revision": -1, "files": {}}, 422),
    ({"revision": 1, "files": []}, 422),
    ({"revision": 1, "files": {"bpmn": {"a": None}}}, 422),
    ({"revision": 1, "files": {"exe": {"a": ""}}}, 422),
    ({"revision": 1, "files": {"bpmn": {"a\u202e": ""}}}, 422),
    ({"revision": 1, "files": {"bpmn": {"a": "x" * (2 * 1024 * 1024 + 1)}}}, 422),
    ({"revision": 1, "files": {str(n): {} for n in range(1000)}, "title": 3}, 422),
    ({"revision": 1, "files": {}, "title": "长" * 300}, 422),
    ({"revision": 1, "files": {}, "overrides": {"rule": "x"}}, 422),
    ({"revision": 1, "files": {}, "overrides": [{"rule": "x"}] * 51}, 422),
    ({"revision": 1, "files": {"bpmn": {"a": "x" * 13_000_000}}}, 413),
]


def test_odd_content_is_refused_in_words(cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    draft = begun(client, empty="1", title="我的")
    found = content(client, draft)
    token = {"X-CSRFToken": client.csrf_token()}
    for body, status in ODD:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        answer = client.put(f"{draft}/content.json", data=data, headers=token,
                            content_type="application/json")  # fmt: skip
        assert answer.status_code == status, (data[:80], answer.text)
        assert answer.json["error"]
    assert client.put(f"{draft}/content.json", data={"a": "b"}, headers=token).status_code == 422
    assert content(client, draft) == found


def test_a_copied_form_of_the_same_name_is_still_one(cast: Cast, client: Client) -> None:
    client.sign_in(cast.administrator)
    draft = uploaded(client, **{"line.bpmn": flows.LINE, "ask (2).json": flows.ASK})
    files = content(client, draft)["files"]
    assert {kind: list(keys) for kind, keys in files.items() if keys} == {
        "bpmn": ["line"],
        "form": ["ask"],
    }


def test_the_editor_offers_every_delegate_and_its_parameters() -> None:
    """What a service task may call is what the documents say it may."""
    rows = documents.section("docs/modelling.md", "## Delegates").partition("### Messages")[0]
    said = {
        documents.words(row.split("|")[1])[0]: documents.words(row.split("|")[2])
        for row in rows.splitlines()
        if row.startswith("| `")
    }
    assert {key: list(params) for key, (_, params) in DELEGATES.items()} == said
