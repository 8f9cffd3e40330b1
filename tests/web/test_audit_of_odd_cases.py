"""Replay and audit of cases that looped, were moved, voted on, stopped, or called off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import commands, definitions, instances, tasks
from engine.actors import SYSTEM
from engine.errors import NotAllowed
from engine.store import tables as t
from tests import voting
from tests.cast import Cast
from tests.engine import move_stories as moves
from tests.engine import stories
from tests.engine.stories import begin, do
from tests.engine.vote_stories import cast_vote, seats, voting_on
from tests.web.told_cases import text_of
from tests.web.visits import Client

pytestmark = [
    pytest.mark.usefixtures("grounds", "clock"),
]
HOUR = timedelta(hours=1)
ROUNDS = 30


def drawn(content: bytes) -> bytes:
    """Draw a diagram as far as anybody looks: its elements in a row."""
    root = etree.fromstring(content)
    ids = [
        node.get("id")
        for node in root.iter()
        if node.get("id") and etree.QName(node).localname.endswith(("Event", "Task", "Gateway"))
    ]
    shapes = "".join(
        f'<di:BPMNShape id="{id_}_di" bpmnElement="{id_}">'
        f'<dc:Bounds x="{150 * at}" y="0" width="100" height="80"/></di:BPMNShape>'
        for at, id_ in enumerate(ids)
    )
    plane = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="dia">'
        f'<di:BPMNPlane id="plane">{shapes}</di:BPMNPlane></di:BPMNDiagram>'
    )
    root.append(etree.fromstring(plane))
    return bytes(etree.tostring(root))


def deploy(session: Session, cast: Cast, bundle: definitions.Bundle) -> None:
    """Deploy diagrams for 甲, drawn."""
    contents = dict(bundle.contents)
    contents["bpmn"] = {key: drawn(content) for key, content in contents["bpmn"].items()}
    commands.execute(
        session,
        definitions.deploy,
        definitions.Bundle(contents),
        organisation_id=cast.enterprise_id,
        actor=SYSTEM,
    )


def last_of(session: Session, case: UUID) -> int:
    session.rollback()
    return (
        session.scalar(select(func.max(t.Event.sequence)).where(t.Event.instance_id == case)) or 0
    )


def moments(client: Client, session: Session, case: UUID) -> Iterator[str]:
    """Open the replay of every event, one after the other."""
    for number in range(1, last_of(session, case) + 1):
        page = text_of(client, f"/cases/{case}/audit/replay?at={number}")
        assert f"第 {number} 条，共" in page
        yield page


def main_of(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page.partition("<main")[2])


def states(page: str) -> dict[str, str]:
    found = re.findall(r'<g class="([^"]+)" data-element="([^"]+)"', page)
    return {element: classes for classes, element in found}


def test_thirty_rounds_are_walked_through_and_counted(
    client: Client, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    deploy(session, cast, stories.bundle())
    case = begin(session, cast.reporter, "loop")
    for number in range(ROUNDS):
        clock.shift(HOUR)
        do(session, cast.verifier, case, "work", again=number < ROUNDS - 1)
    client.sign_in(cast.principal)
    last = last_of(session, case)
    page = text_of(client, f"/cases/{case}/audit/replay?at={last}")
    assert re.search(rf'data-element="work".*?×{ROUNDS}', page, re.S)
    assert "没有等人办理的步骤" in page
    whole = text_of(client, f"/cases/{case}/audit")
    assert f"第 {ROUNDS} 次" in whole
    assert f"×{ROUNDS}" in whole


def test_a_moved_case_is_replayed_on_the_version_of_each_moment(
    client: Client, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    old = moves.deploy(session, cast, drawn(moves.LINE))
    case = begin(session, cast.reporter, "line")
    new = moves.deploy(session, cast, drawn(moves.RENAMED))
    clock.shift(HOUR)
    moves.start(session, cast.administrator, (old, new), first="opening")
    moves.work(session)
    do(session, cast.verifier, case, "opening", note="一")
    client.sign_in(cast.officer)
    pages = list(moments(client, session, case))
    moved = next(n for n, page in enumerate(pages) if "迁移到新版本" in main_of(page))
    for number, page in enumerate(pages):
        assert ("第 1 版" if number < moved else "第 2 版") in main_of(page)
    before, after = states(pages[moved - 1]), states(pages[moved])
    assert (before["first"], "opening" in before) == ("is-open", False)
    assert (after["opening"], "first" in after) == ("is-open", False)
    whole = text_of(client, f"/cases/{case}/audit")
    assert "迁移以前：第 1 版" in whole
    assert 'data-element="opening"' in whole
    assert whole.count("流程：line 第") == 2, "both versions are named with their digests"


def test_a_vote_is_one_passage_and_each_word_is_told(
    client: Client, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    deploy(session, cast, voting.bundle())
    case = voting_on(session, cast, "countersign")
    people = {one.user_id: one for one in cast.everybody().values()}
    for number, voter in enumerate(seats(session, case)):
        clock.shift(HOUR)
        cast_vote(session, case, people[voter], "agree", f"意见{number}")
    client.sign_in(cast.principal)
    pages = list(moments(client, session, case))
    assert states(pages[-1])["decide"].startswith("is-passed")
    assert states(pages[-1])["yes"] == "is-open"
    assert "×" not in pages[-1].partition("</svg>")[0].partition('data-element="decide"')[2]
    assert any(states(page).get("decide") == "is-open" for page in pages)
    said = pages[-1].partition("replay-answers-title")[2]
    assert all(f"意见{number}" in said for number in range(4)), "nobody's word is written over"
    whole = text_of(client, f"/cases/{case}/audit")
    assert all(f"意见{number}" in whole for number in range(4))


def test_what_stands_still_and_what_was_called_off_says_so(
    client: Client, session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    stories.deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    first = stories.open_task(session, case, "first")
    with pytest.raises(NotAllowed):
        commands.execute(session, tasks.complete, first, {"note": "x"}, actor=cast.finance)
    for operation, reason in (
        (instances.suspend, "停产检修"),
        (instances.resume, "恢复生产"),
        (instances.cancel, "重复报告"),
    ):
        clock.shift(HOUR)
        commands.execute(session, operation, case, actor=cast.principal, reason=reason)
    client.sign_in(cast.officer)
    pages = [main_of(page) for page in moments(client, session, case)]
    denied = next(page for page in pages if "一次操作被拒绝" in page or "办理“first”" in page)
    assert "已暂停" not in denied
    stopped = next(page for page in pages if "停产检修" in page)
    assert "已暂停" in stopped
    assert "恢复以前没人能办" in stopped
    assert "已暂停" not in next(page for page in pages if "恢复生产" in page)
    ended = next(page for page in pages if "重复报告" in page)
    assert "已撤销" in ended
    assert "没有等人办理的步骤" in ended
    whole = main_of(text_of(client, f"/cases/{case}/audit"))
    assert "被拒绝的操作" in whole
    assert "不用办了" in whole
    assert "没有画成图" in whole
