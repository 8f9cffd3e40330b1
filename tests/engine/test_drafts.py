"""Drafts: several people draw, nobody's work is lost, and what they hold stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import commands
from engine.actors import SYSTEM, Actor
from engine.definitions import Bundle, drafts, problems_of
from engine.definitions.drafts import blank, texts
from engine.definitions.drafts import files as draft_files
from engine.definitions.findings import findings
from engine.definitions.overrides import clean
from engine.definitions.packing import Pack, pack, unpack
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.secrets import Secrets
from engine.spiff.lint import lint
from engine.store import Organisation
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.together import Together

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "miwg"
FILES = sorted(CORPUS.rglob("*.bpmn"))
FLOW = blank.blank("巡查", "patrol")


def drawn(session: Session, actor: Actor, bundle: Bundle = FLOW) -> t.DefinitionDraft:
    return commands.execute(
        session, drafts.create, title="巡查", bundle=bundle, base_id=None, actor=actor
    )


def saving(draft: t.DefinitionDraft, actor: Actor, revision: int = 1, **other: Any) -> Any:
    how = {"bundle": FLOW, "overrides": [], "title": "巡查", **other}
    return partial(drafts.save, draft_id=draft.id, revision=revision, actor=actor, **how)


def with_form(content: bytes) -> Bundle:
    return Bundle({**FLOW.contents, "form": {**FLOW.of("form"), "patrol_handle": content}})


def colleague_of(session: Session, cast: Cast) -> Actor:
    """Give a second administrator of 甲."""
    row = t.Membership(
        user_id=cast.principal.user_id, organisation_id=cast.enterprise_id, role="administrator"
    )
    session.add(row)
    session.commit()
    roles = cast.principal.roles | {"administrator"}
    return Actor(**{**vars(cast.principal), "roles": roles})


def test_whoever_saves_second_is_told_who_was_first_and_loses_nothing(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    draft, second = drawn(session, cast.administrator), colleague_of(session, cast)
    first = commands.execute(session, saving(draft, second, bundle=with_form(b"{}")))
    assert first.revision == 2
    with pytest.raises(Conflict) as lost:
        commands.execute(session, saving(draft, cast.administrator, bundle=with_form(b"[]")))
    assert lost.value.details == {
        "who": "朱任",
        "when": "2026-11-02T01:00:00+00:00",
        "revision": 2,
    }
    assert "朱任 已在 2026-11-02 09:00 保存过" in lost.value.message.zh
    kept = drafts.get(session, draft.id, actor=cast.administrator)
    assert drafts.bundle_of(session, kept).of("form")["patrol_handle"] == b"{}"
    again = commands.execute(
        session, saving(draft, cast.administrator, revision=2, bundle=with_form(b"[]"))
    )
    assert (again.revision, drafts.saver(session, again)) == (3, "关理")


def test_of_two_who_save_at_once_one_wins(
    session: Session, cast: Cast, database: Engine, secrets: Secrets
) -> None:
    draft, second = drawn(session, cast.administrator), colleague_of(session, cast)
    mine = saving(draft, cast.administrator, bundle=with_form(b'{"mine": 1}'))
    theirs = saving(draft, second, bundle=with_form(b'{"theirs": 1}'))
    results = Together(database, secrets).at_once(mine, theirs)
    (lost,) = [one for one in results if isinstance(one, Conflict)]
    (won,) = [one for one in results if isinstance(one, t.DefinitionDraft)]
    session.rollback()
    kept = drafts.get(session, draft.id, actor=cast.administrator)
    name = {cast.administrator.user_id: "mine", second.user_id: "theirs"}[won.saved_by]
    assert (
        drafts.bundle_of(session, kept).of("form")["patrol_handle"] == f'{{"{name}": 1}}'.encode()
    )
    assert (kept.revision, lost.details["revision"]) == (2, 2)
    assert lost.details["who"] == drafts.saver(session, kept)


def test_a_draft_holds_what_would_never_run(session: Session, cast: Cast) -> None:
    odd = Bundle(
        {
            "bpmn": {"broken": b"<not xml", "second": flows.LINE},
            "dmn": {"empty": b""},
            "form": {"bytes": bytes(range(256))},
            "scenario": {"later": b"?"},
        }
    )
    draft = drawn(session, cast.administrator, odd)
    assert draft.key == "line"
    kept = drafts.bundle_of(session, drafts.get(session, draft.id, actor=cast.administrator))
    assert kept.contents == odd.contents
    commands.execute(session, saving(draft, cast.administrator, bundle=Bundle()))
    emptied = drafts.get(session, draft.id, actor=cast.administrator)
    assert not any(drafts.bundle_of(session, emptied).contents.values())
    assert emptied.key == "line"


MEGABYTE = 1024 * 1024
TOO_MUCH: Mapping[str, tuple[Bundle, str]] = {
    "a file": (Bundle({"form": {"big": b"x" * (2 * MEGABYTE + 1)}}), "“big”有 2.0 MB，最多 2 MB"),
    "all files": (
        Bundle({"form": {str(n): b"x" * (2 * MEGABYTE) for n in range(5)}}),
        "最多 8 MB，现在有 10.0 MB",
    ),
    "files": (Bundle({"form": {str(n): b"{}" for n in range(201)}}), "最多 200 个文件，现在有 201"),
    "a kind": (Bundle({"py": {"x": b""}}), "不能有“py”类的文件"),
    "no name": (Bundle({"form": {"": b"{}"}}), "文件名"),
    "a long name": (Bundle({"form": {"x" * 65: b"{}"}}), "文件名"),
    "an odd name": (Bundle({"form": {"a\nb": b"{}"}}), "文件名"),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_what_is_too_much_is_told_in_words(case: str) -> None:
    bundle, words = TOO_MUCH[case]
    with pytest.raises(Invalid) as refused:
        draft_files.check_sizes(bundle)
    assert words in refused.value.message.zh


def test_what_is_refused_leaves_the_draft_as_it_was(session: Session, cast: Cast) -> None:
    draft = drawn(session, cast.administrator)
    too_big = with_form(b"x" * (2 * MEGABYTE + 1))
    for wrong in ({"bundle": too_big}, {"overrides": "x"}, {"title": " "}):
        with pytest.raises(Invalid):
            commands.execute(session, saving(draft, cast.administrator, **wrong))
    kept = drafts.get(session, draft.id, actor=cast.administrator)
    assert kept.revision == 1
    assert drafts.bundle_of(session, kept).of("form") == FLOW.of("form")


@pytest.mark.parametrize(
    "overrides",
    [None, "x", [1], [{"rule": ""}], [{"rule": 1}], [{"rule": "r", "reason": "长" * 501}]],
)
def test_odd_overrides_are_refused(overrides: Any) -> None:
    with pytest.raises(Invalid):
        clean(overrides)


def test_drafts_are_for_administrators_of_the_own_organisation(
    session: Session, cast: Cast
) -> None:
    draft = drawn(session, cast.administrator)
    for actor in (cast.stranger, cast.sole):
        with pytest.raises(NotFound):
            drafts.get(session, draft.id, actor=actor)
        with pytest.raises(NotFound):
            commands.execute(session, saving(draft, actor))
        assert list(drafts.listed(session, actor=actor)) == []
    for actor in (cast.verifier, cast.principal, cast.officer):
        with pytest.raises(NotAllowed):
            drafts.get(session, draft.id, actor=actor)
    with pytest.raises(NotAllowed):
        drawn(session, SYSTEM)
    (row,) = drafts.listed(session, actor=cast.administrator)
    assert (row.id, row.author, row.saver, row.base_version) == (draft.id, "关理", "关理", None)


def test_a_discarded_draft_is_gone_and_a_closed_one_cannot_be_saved(
    session: Session, cast: Cast
) -> None:
    draft = drawn(session, cast.administrator)
    for state, words in (("proposed", "等第二个人同意"), ("published", "已经发布")):
        session.get_one(t.DefinitionDraft, (cast.enterprise_id, draft.id)).state = state
        session.commit()
        with pytest.raises(Conflict) as refused:
            commands.execute(session, saving(draft, cast.administrator))
        assert words in refused.value.message.zh
    with pytest.raises(Conflict):
        commands.execute(session, drafts.discard, draft.id, actor=cast.administrator)
    session.get_one(t.DefinitionDraft, (cast.enterprise_id, draft.id)).state = "editing"
    session.commit()
    commands.execute(session, drafts.discard, draft.id, actor=cast.administrator)
    with pytest.raises(NotFound):
        drafts.get(session, draft.id, actor=cast.administrator)


@pytest.mark.parametrize("title", ["巡查", 'a "quoted" <title> & more', "line's"])
def test_the_smallest_flow_can_be_published_as_it_is(title: str) -> None:
    begun = blank.blank(title)
    assert problems_of(begun) == []
    assert drafts.key_of(begun) == next(iter(begun.of("bpmn")))


@pytest.mark.skipif(not FILES, reason=f"the corpus is not at {CORPUS}")
def test_what_others_drew_becomes_a_draft_with_a_complete_list(
    session: Session, cast: Cast, database_kind: str
) -> None:
    if database_kind == "postgresql":
        pytest.skip("one database is enough for what files say")
    organisation = session.get_one(Organisation, cast.enterprise_id)
    for path in FILES:
        content = path.read_bytes()
        bundle = Bundle({"bpmn": {drafts.key_of(Bundle({"bpmn": {"x": content}})): content}})
        draft = drawn(session, cast.administrator, bundle)
        kept = drafts.bundle_of(session, draft)
        (key,) = kept.of("bpmn")
        untouched = texts.bundle_from(texts.texts_of(kept), kept)
        assert untouched.of("bpmn")[key] == content, path
        handed_on = unpack(pack(Pack(key=draft.key, name="x", version=None, bundle=untouched)))
        assert isinstance(handed_on, Pack)
        assert handed_on.bundle.of("bpmn")[key] == content, path
        found = findings(session, organisation, kept)
        told = {(one.problem.rule, one.problem.element) for one in found if one.file == key}
        assert told >= {(problem.rule, problem.element) for problem in lint(content)}, path
        mendable = [one for one in found if one.problem.fix]
        assert all(one.proposal and one.proposal.zh and one.proposal.en for one in mendable), path


XML = '<?xml version="1.0" encoding="{}"?>\r\n<a name="隐患 é"/>\n'


@pytest.mark.parametrize(
    "content",
    [
        XML.format("UTF-8").encode(),
        b"\xef\xbb\xbf" + XML.format("UTF-8").encode(),
        XML.format("UTF-16").encode("utf-16"),
        XML.replace("é", "").format("GB18030").encode("gb18030"),
        XML.replace("隐患", "").format("ISO-8859-1").encode("latin-1"),
    ],
    ids=["utf-8", "with a mark", "utf-16", "gb18030", "latin-1"],
)
def test_a_file_in_any_encoding_is_shown_and_kept(content: bytes) -> None:
    text = texts.to_text(content)
    assert "�" not in text
    assert "name=" in text
    assert texts.to_bytes(text, content) == content
    changed = texts.to_bytes(text + "<!-- 改 -->", content)
    assert changed.decode().startswith('<?xml version="1.0" encoding="UTF-8"?>')


@given(st.binary(max_size=300))
def test_any_bytes_that_are_not_touched_stay(content: bytes) -> None:
    before = Bundle({"form": {"x": content}})
    assert texts.bundle_from(texts.texts_of(before), before).contents == before.contents


@pytest.mark.parametrize("files", [None, [], "x", {"bpmn": []}, {"bpmn": {"a": 1}}, {"form": "x"}])
def test_files_that_are_no_texts_are_refused(files: Any) -> None:
    with pytest.raises(Invalid):
        texts.bundle_from(files)


def test_nobody_draws_for_another_organisation(session: Session, cast: Cast) -> None:
    elsewhere: UUID = cast.strange_enterprise_id
    with pytest.raises(NotFound):
        commands.execute(
            session, drafts.create, title="x", bundle=FLOW, base_id=None,
            organisation_id=elsewhere, actor=cast.administrator,
        )  # fmt: skip
