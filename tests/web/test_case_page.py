"""The case page: what handlers, auditors and those above see of a case, and who sees it at all."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, instances, tasks
from engine.store import Event, Instance
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.web.told_cases import begun, planned, text_of
from tests.web.visits import Client
from web.config import Config

pytestmark = pytest.mark.usefixtures("grounds")


@pytest.fixture
def loop(session: Session, cast: Cast, config: Config) -> Loop:
    """A hazard that waits for its rectifier, and its reward for the approver."""
    return planned(begun(session, cast, config), checklist_item="GEN-01")


READERS = (
    "verifier", "rectifier", "acceptor", "approver", "finance", "union", "principal", "colleague",
    "officer", "town", "group", "office",
)  # fmt: skip


def test_those_who_handle_or_look_on_see_it(cast: Cast, loop: Loop, client: Client) -> None:
    for part in READERS:
        client.sign_in(cast.everybody()[part])
        page = text_of(client, f"/cases/{loop.id}")
        assert "一号车间" in page, part
        assert "YH-CN001-2026-00001" in page, part
        assert "郑改" in page, part


def test_for_others_it_does_not_exist(cast: Cast, loop: Loop, client: Client) -> None:
    for part in ("stranger", "sole", "administrator"):
        client.sign_in(cast.everybody()[part])
        assert client.get(f"/cases/{loop.id}").status_code == 404, part
        wanted = 403 if part == "administrator" else 404
        for page in ("print", "diagram.json", "papers"):
            assert client.get(f"/cases/{loop.id}/{page}").status_code == wanted, (part, page)


def test_who_is_not_signed_in_is_asked_to(loop: Loop, client: Client) -> None:
    answer = client.get(f"/cases/{loop.id}")
    assert answer.location.startswith("/sign-in")


def test_the_reporter_is_sent_to_their_own_page(cast: Cast, loop: Loop, client: Client) -> None:
    client.sign_in(cast.reporter)
    assert client.get(f"/cases/{loop.id}").location == f"/reports/{loop.id}"


def test_it_says_whose_turn_it_is(cast: Cast, loop: Loop, client: Client) -> None:
    task = stories.open_task(loop.session, loop.id, "rectify")
    client.sign_in(cast.rectifier)
    page = text_of(client, f"/cases/{loop.id}")
    assert "现在该谁办" in page
    assert f'href="/tasks/{task}"' in page
    # It is already theirs by name: there is nothing to claim.
    assert f"/tasks/{task}/claim" not in page
    approval = stories.open_task(loop.session, loop.id, "approve_reward")
    assert f'href="/tasks/{approval}"' not in page
    client.sign_in(cast.approver)
    page = text_of(client, f"/cases/{loop.id}")
    assert f'action="/tasks/{approval}/claim"' in page
    assert f'href="/tasks/{task}"' not in page


def test_a_claimed_task_names_its_holder(cast: Cast, loop: Loop, client: Client) -> None:
    approval = stories.open_task(loop.session, loop.id, "approve_reward")
    commands.execute(loop.session, tasks.claim, approval, actor=cast.approver)
    client.sign_in(cast.verifier)
    assert "奖励审批人 · 沈批" in text_of(client, f"/cases/{loop.id}")


def test_those_above_have_no_task_to_do(cast: Cast, loop: Loop, client: Client) -> None:
    client.sign_in(cast.officer)
    page = text_of(client, f"/cases/{loop.id}")
    assert "去办理" not in page
    assert "甲机械有限公司" in page
    assert "与报告人留言" not in page


def test_sums_are_for_those_who_may_read_rewards(cast: Cast, loop: Loop, client: Client) -> None:
    client.sign_in(cast.finance)
    page = text_of(client, f"/cases/{loop.id}")
    assert "奖励标准表第 1 版" in page
    assert "计算金额" in page
    for part in ("verifier", "rectifier", "acceptor"):
        client.sign_in(cast.everybody()[part])
        page = text_of(client, f"/cases/{loop.id}")
        assert "计算金额" not in page
        assert "JL-CN001" not in page
        assert "100.00" not in page


def test_the_checklist_item_stands_there_as_it_was_cited(
    cast: Cast, loop: Loop, client: Client
) -> None:
    client.sign_in(cast.verifier)
    page = text_of(client, f"/cases/{loop.id}")
    assert "第 1 版，引用时的原文" in page
    assert "《安全生产法》第28条" in page


def test_it_says_which_rules_decided(cast: Cast, loop: Loop, client: Client) -> None:
    client.sign_in(cast.officer)
    page = text_of(client, f"/cases/{loop.id}")
    assert "隐患等级建议" in page
    assert "决策表第 1 版，第 " in page
    version = f"/definitions/hazard_report/1?owner={cast.enterprise_id}"
    assert f'href="{version}"' in page
    assert text_of(client, version)


def test_photos_stand_side_by_side(cast: Cast, loop: Loop, client: Client) -> None:
    done = {"done_note": "已更换", "photos_after": [loop._photo()], "control_type": "engineering"}
    loop.does("rectifier", "rectify", **done)
    client.sign_in(cast.acceptor)
    page = text_of(client, f"/cases/{loop.id}")
    assert page.index("整改前") < page.index(f"/files/{loop.photo}/small")
    assert page.index("整改后") < page.index(f"/files/{done['photos_after'][0]}/small")
    assert client.get(f"/files/{loop.photo}/small").status_code == 200


def test_a_suspended_case_says_so_and_offers_nothing(
    cast: Cast, loop: Loop, client: Client
) -> None:
    commands.execute(
        loop.session, instances.suspend, loop.id, actor=cast.principal, reason="停产检修"
    )
    client.sign_in(cast.rectifier)
    page = text_of(client, f"/cases/{loop.id}")
    assert "事项已暂停" in page
    assert "去办理" not in page


def test_certificates_are_listed_and_asked_for_again_while_one_is_made(
    cast: Cast, loop: Loop, client: Client
) -> None:
    client.sign_in(cast.verifier)
    papers = text_of(client, f"/cases/{loop.id}/papers")
    assert "还有 1 份正在生成" in papers
    assert 'hx-trigger="every 2s"' in papers
    assert 'id="papers"' in text_of(client, f"/cases/{loop.id}")


def test_the_chain_is_checked_for_those_who_may_ask(cast: Cast, loop: Loop, client: Client) -> None:
    count = loop.session.get_one(Instance, (cast.enterprise_id, loop.id)).event_count
    # Whoever comes from above adds an event by looking.
    for part, adds in (("principal", 0), ("union", 0), ("officer", 1), ("office", 1)):
        client.sign_in(cast.everybody()[part])
        count += adds
        assert f"已核对到第 {count} 条" in text_of(client, f"/cases/{loop.id}/proof")
    for part in ("verifier", "rectifier", "finance"):
        client.sign_in(cast.everybody()[part])
        assert client.get(f"/cases/{loop.id}/proof").status_code == 403
    client.sign_in(cast.stranger)
    assert client.get(f"/cases/{loop.id}/proof").status_code == 404


def test_an_altered_record_is_told(cast: Cast, loop: Loop, client: Client) -> None:
    loop.session.get_one(Event, (cast.enterprise_id, loop.id, 3)).data = "{}"
    loop.session.commit()
    client.sign_in(cast.officer)
    page = text_of(client, f"/cases/{loop.id}/proof")
    assert "第 3 条起对不上" in page
    assert "记录完整" not in page


def test_the_print_has_every_event_with_its_whole_hash(
    cast: Cast, loop: Loop, client: Client
) -> None:
    client.sign_in(cast.officer)
    page = text_of(client, f"/cases/{loop.id}/print")
    events = loop.session.scalars(select(Event).where(Event.instance_id == loop.id)).all()
    assert all(event.hash.hex() in page for event in events)
    assert '<details class="timeline-changes" open>' in page
    assert "包晓" not in page


def test_nonsense_in_the_address_is_answered(cast: Cast, loop: Loop, client: Client) -> None:
    client.sign_in(cast.verifier)
    assert client.get(f"/cases/{loop.id}?before=x").status_code == 400
    assert client.get(f"/cases/{loop.id}?before=99999999999").status_code == 400
    assert client.get(f"/cases/{loop.id}?flow=nobody").status_code == 200
    assert client.get("/cases/0192d3c4-0000-7000-8000-000000000001").status_code == 404
