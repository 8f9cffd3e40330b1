"""A form that is being drawn is shown as people will see it, or what is wrong with it is said."""

from __future__ import annotations

from pathlib import Path

from tests.cast import Cast
from tests.web.visits import Client

FORMS = Path(__file__).parents[2] / "forms"


def _preview(client: Client, **body: object) -> tuple[int, str]:
    headers = {"X-CSRFToken": client.csrf_token()}
    with client.post("/studio/preview", json=body, headers=headers) as answer:
        return answer.status_code, answer.get_data(as_text=True)


def test_every_form_is_drawn(client: Client, cast: Cast) -> None:
    client.sign_in(cast.administrator)
    for path in FORMS.glob("*.json"):
        if path.name != "schema.json":
            status, page = _preview(client, form=path.read_text())
            assert status == 200, path.name
            assert 'class="field' in page, path.name


def test_what_a_task_hides_is_not_drawn(client: Client, cast: Cast) -> None:
    client.sign_in(cast.administrator)
    text = (FORMS / "verify.json").read_text()
    _status, page = _preview(client, form=text, hidden="talk_note", readonly="finding_note")
    assert "与报告人沟通的情况" not in page
    assert 'name="finding_note"' not in page
    assert "核查说明" in page


def test_members_and_conditions_can_be_chosen(client: Client, cast: Cast) -> None:
    client.sign_in(cast.administrator)
    assert cast.rectifier.name in _preview(client, form=(FORMS / "plan.json").read_text())[1]
    assert "示例 1" in _preview(client, form=(FORMS / "determine.json").read_text())[1]


def test_what_is_no_form_is_refused_in_words(client: Client, cast: Cast) -> None:
    client.sign_in(cast.administrator)
    for form in ("{", "[]", '{"id": "a"}', "\ud800", None, 1):
        status, answer = _preview(client, form=form)
        assert status in (400, 422)
        assert '"error"' in answer
