"""An administrator redraws a flow in a real browser; nobody's work is overwritten."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from engine import spiff
from engine.actors import Actor
from engine.definitions import Bundle, drafts, problems_of
from engine.definitions.drafts import blank
from engine.spiff import Element
from tests.cast import Cast
from tests.web.screens import Screens, faults_here
from tests.web.studio_desk import Desk, begun

pytestmark = [pytest.mark.browser]

_AGAIN = {
    "id": "again",
    "type": "default",
    "schemaVersion": 17,
    "title": "再看一次",
    "components": [
        {
            "type": "radio",
            "id": "field_outcome",
            "key": "outcome",
            "label": "结果",
            "values": [{"value": "fine", "label": "可以"}, {"value": "back", "label": "重办"}],
            "validate": {"required": True},
        },
        {"type": "textfield", "id": "field_remark", "key": "remark", "label": "备注"},
    ],
}


def test_a_task_is_drawn_with_all_that_belongs_to_it(
    screens: Screens, session: Session, cast: Cast
) -> None:
    flow = blank.blank("巡查", "patrol").contents
    forms = {**flow["form"], "again": json.dumps(_AGAIN).encode()}
    draft_id = begun(session, cast.administrator, Bundle({**flow, "form": forms}))
    desk = Desk(screens, draft_id, "administrator")
    page = desk.page

    # A task is pulled out of the one before, as anybody would, and made one for people.
    page.locator("[data-element-id=handle]").first.click()
    page.locator(".djs-context-pad [data-action='append.append-task']").click()
    page.keyboard.type("再看一次")
    desk.run("get('directEditing').complete()")
    drawn = desk.run("return get('elementRegistry').find((one) => one.type === 'bpmn:Task').id")
    desk.select(drawn)
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.get_by_role("option", name="人工任务").click()

    # What is wrong now is said, on the canvas too, and mended by one click; that can be taken back.
    assert "several-ways-out" in desk.problems()
    expect(page.locator(".studio-mark.is-error").first).to_be_visible()
    mend = page.locator(".studio-problem", has=page.locator("[data-rule=several-ways-out]"))
    mend.locator("[name=fix]").click()
    page.get_by_role("button", name="撤回修正").wait_for()
    assert "several-ways-out" not in desk.problems()
    page.get_by_role("button", name="撤回修正").click()
    desk.until_broken("several-ways-out")
    desk.run(
        f"const again = get('elementRegistry').get('{drawn}');"
        "const flow = get('elementRegistry').get('handle_to_tell_answer');"
        "get('modeling').reconnectStart(flow, again, { x: again.x + 50, y: again.y + 80 });"
    )

    # Key, form, doer, deadline, field rights and separation of duties, all by plain choice.
    desk.select(drawn)
    desk.write("id", "look_again")
    desk.unfold()
    desk.choose("form", "again")
    desk.choose("who", "role")
    desk.choose("role", "acceptor")
    desk.choose("deadline", "span")
    desk.write("deadline-count", "2")
    desk.tick("reviewer_not-handle")
    page.locator("[name=right-remark][value=hidden]").check()
    desk.press("escalation-add")
    desk.press("rework-draw")

    # The condition of the way back, built of rows and seen as text.
    back = "return get('elementRegistry').find((one) => one.businessObject.name === '退回').id"
    desk.select(desk.run(back))
    expect(desk.property("condition")).to_have_value('outcome == "back"')
    desk.press("condition-add")
    desk.unfold()
    page.locator("[name=condition-field]").nth(1).select_option("remark")
    page.locator("[name=condition-operator]").nth(1).select_option("filled")
    expect(desk.property("condition")).to_have_value('outcome == "back" and remark is not null')
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="重做").click()
    expect(desk.property("condition")).not_to_have_value('outcome == "back"')
    desk.write("condition", 'outcome == "back"')
    desk.select("look_again")
    assert faults_here(page) == []

    desk.save()
    bundle = _bundle(session, draft_id, cast.administrator)
    assert [one for one in problems_of(bundle) if one.severity == "error"] == []
    drawn_now = _elements(bundle)
    again = drawn_now["look_again"]
    assert again.kind == "userTask"
    assert dict(again.properties) == {
        "formKey": "again",
        "candidateGroups": "acceptor",
        "dueIn": "2wd",
        "reviewer_not": "handle",
        "hidden": "remark",
    }
    told = next(one for one in drawn_now.values() if one.operator == "escalate")
    assert told.parameters["to"] == '"principal"'
    assert told.lane_id == "system"


def test_two_people_keep_what_each_has_drawn(
    screens: Screens, session: Session, cast: Cast
) -> None:
    draft_id = begun(session, cast.administrator)
    first = Desk(screens, draft_id, "administrator")
    second = Desk(screens, draft_id, "administrator")
    first.rename("handle", "先到现场看")
    first.save()

    # A name that is still being written on the canvas counts.
    second.run("get('directEditing').activate(get('elementRegistry').get('handle'))")
    second.page.keyboard.press("Control+a")
    second.page.keyboard.type("先打电话问")
    second.page.keyboard.press("Control+s")
    conflict = second.page.get_by_role("dialog")
    expect(conflict).to_contain_text("关理")
    conflict.get_by_role("button", name="我的另存为新草稿").click()
    second.page.wait_for_url(lambda url: str(draft_id) not in url)
    second.ready()
    assert "先打电话问" in second.text()
    assert _elements(_bundle(session, draft_id, cast.administrator))["handle"].name == "先到现场看"

    # Signed out while drawing: the work waits in this browser.
    first.rename("handle", "先问报告人")
    first.page.context.clear_cookies()
    first.page.keyboard.press("Control+s")
    first.page.get_by_role("button", name="知道了").click()
    expect(first.page.locator(".studio-save")).to_have_attribute("data-state", "signedOut")
    first.page.on("dialog", lambda dialog: dialog.accept())
    screens.sign_in(first.page, "administrator")
    first.page.goto(f"/studio/drafts/{draft_id}")
    first.page.get_by_role("button", name="恢复").click()
    first.ready()
    assert "先问报告人" in first.text()
    first.save()


def test_a_file_of_another_tool_is_taken_over_piece_by_piece(
    screens: Screens, session: Session, cast: Cast
) -> None:
    flow = blank.blank("巡查", "patrol").contents
    drawn = flow["bpmn"]["patrol"].decode()
    ours = '          <spiffworkflow:property name="formKey" value="patrol_handle" />\n'
    assert ours in drawn
    theirs = drawn.replace(ours, "").replace(
        'id="handle"', 'id="handle" camunda:formKey="patrol_handle" camunda:priority="3"'
    )
    theirs = theirs.replace(
        "<bpmn:definitions ",
        '<bpmn:definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn" ',
    )
    files = Bundle({**flow, "bpmn": {"patrol": theirs.encode()}})
    draft_id = begun(session, cast.administrator, files)
    desk = Desk(screens, draft_id, "administrator")
    proposals = desk.page.locator(".studio-proposals")
    expect(proposals).to_contain_text("办理")
    before = desk.text()
    proposals.get_by_role("button", name="采纳", exact=True).first.click()
    desk.changed(before)
    expect(proposals).to_be_hidden()
    expect(desk.page.locator(".studio-save")).to_have_attribute("data-state", "savedAt")
    bundle = _bundle(session, draft_id, cast.administrator)
    assert _elements(bundle)["handle"].properties["formKey"] == "patrol_handle"
    # What has no counterpart stays in the file.
    assert b'camunda:priority="3"' in bundle.of("bpmn")["patrol"]


def _bundle(session: Session, draft_id: UUID, actor: Actor) -> Bundle:
    session.expire_all()
    return drafts.bundle_of(session, drafts.get(session, draft_id, actor=actor))


def _elements(bundle: Bundle) -> dict[str, Element]:
    model = spiff.build(bundle.of("bpmn"), "patrol")
    return {element.id: element for element in model.elements.values()}
