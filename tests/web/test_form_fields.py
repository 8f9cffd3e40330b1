"""Form definitions as web forms: what is drawn, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from flask import Flask, get_flashed_messages, render_template
from flask_babel import Babel
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict

from engine import forms
from engine.errors import Invalid, InvalidAnswers, Message
from engine.forms import Choice, Form, Rights
from web import assets, form_fields, look

PHOTO = "5f8a4c1e-0b1d-4c63-9a39-3c0d5d7a9e01"
PEOPLE = {"rectifier": [Choice(f"p{at}", Message(f"人{at}", f"Person {at}")) for at in range(3)]}


@pytest.fixture(params=["zh_CN"])
def page(request: pytest.FixtureRequest) -> Iterator[None]:
    """A request in which forms can be drawn."""
    app = Flask("web")
    app.config["SECRET_KEY"] = "a page of tests"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=lambda: request.param)
    assets.set_up(app)
    look.set_up(app)
    with app.test_request_context():
        get_flashed_messages()
        yield


def definition(*components: dict[str, Any]) -> Form:
    content = {"id": "asked", "type": "default", "components": list(components)}
    return forms.read(orjson.dumps(content))


def question(type_: str, key: str, label: str = "问题", **more: Any) -> dict[str, Any]:
    return {"type": type_, "key": key, "label": label, **more}


def only_if(key: str, values: str) -> dict[str, str]:
    return {"showField": key, "showValues": values}


def draw(form: Form, values: dict[str, Any] | None = None, **options: Any) -> Any:
    """Give what a browser would see of the form."""
    options.setdefault("choices", {})
    built = form_fields.build(form, values=values or {}, **options)
    return html.fromstring(
        f"<form>{render_template('parts/definition_form.html', form=built)}</form>"
    )


def value_of(drawn: Any, key: str) -> str:
    control = drawn.xpath(f"//*[@name='{key}']")[0]
    return str(control.value if control.value is not None else "").lstrip("\n")


@pytest.mark.usefixtures("page")
class TestDrawing:
    def test_every_type_has_its_control(self) -> None:
        two = {"values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]}
        drawn = draw(
            definition(
                question("textfield", "line", validate={"maxLength": 20}),
                question("textarea", "story"),
                question("number", "money", properties={"money": "fen"}),
                question("number", "length", decimalDigits=2),
                question("select", "pick", **two),
                question("radio", "one", **two),
                question("checkbox", "tick"),
                question("checklist", "some", **two),
                question("datetime", "day"),
                question("datetime", "moment", subtype="datetime"),
                question("filepicker", "photos", properties={"photo": "true"}, multiple=True),
                {"type": "text", "text": "先看一眼"},
                {"type": "separator"},
            )
        )
        kinds = {one.get("name"): one.get("type", one.tag) for one in drawn.xpath("//*[@name]")}
        assert kinds == {
            "line": "text",
            "story": "textarea",
            "money": "text",
            "length": "text",
            "pick": "select",
            "one": "radio",
            "tick": "checkbox",
            "some": "checkbox",
            "day": "date",
            "moment": "datetime-local",
            "photos": "file",
        }
        assert drawn.xpath("//input[@name='line']/@maxlength") == ["20"]
        assert drawn.xpath("//input[@name='money']/@inputmode") == ["decimal"]
        assert "先看一眼" in drawn.text_content()
        assert drawn.xpath("//hr")

    def test_kept_answers_are_shown_as_people_write_them(self) -> None:
        form = definition(
            question("number", "money", properties={"money": "fen"}),
            question("number", "length", decimalDigits=2),
            question("datetime", "moment", subtype="datetime"),
            question("checkbox", "tick"),
        )
        kept = {"money": 20050, "length": 1.5, "moment": "2026-11-02T08:30:00+08:00", "tick": True}
        drawn = draw(form, kept)
        assert value_of(drawn, "money") == "200.50"
        assert value_of(drawn, "length") == "1.5"
        assert value_of(drawn, "moment") == "2026-11-02T08:30"
        assert drawn.xpath("//input[@name='tick']/@checked")

    def test_what_was_typed_comes_back_exactly_with_the_sentence_about_it(self) -> None:
        form = definition(
            question("number", "money", "金额", properties={"money": "fen"}),
            question("datetime", "day", "日期"),
            question("textarea", "story", "经过"),
        )
        typed = MultiDict({"money": " 两百 元 ", "day": "明天", "story": "第一行\r\n 第二行 "})
        built = form_fields.build(form, values={"money": 100}, choices={}, formdata=typed)
        with pytest.raises(InvalidAnswers) as refused:
            forms.clean(form, form_fields.answers(form, typed))
        form_fields.put_errors(built, refused.value)
        drawn = html.fromstring(render_template("parts/definition_form.html", form=built))
        assert [value_of(drawn, key) for key in ("money", "day", "story")] == [
            " 两百 元 ",
            "明天",
            "第一行\n 第二行 ",
        ]
        assert len(drawn.xpath("//*[@aria-invalid='true']")) == 2
        assert "错误：" in drawn.text_content()

    def test_people_and_passed_in_choices(self) -> None:
        form = definition(
            question("select", "rectifier", properties={"people": "rectifier"}),
            question("textfield", "place", properties={"options": "place"}),
        )
        places = {"place": [Choice("一号车间", Message("一号车间", "一号车间"))]}
        drawn = draw(form, {"rectifier": "p1"}, choices={**PEOPLE, **places})
        assert drawn.xpath("//select[@name='rectifier']/option/text()") == [
            "不选",
            "人0",
            "人1",
            "人2",
        ]
        assert value_of(drawn, "rectifier") == "p1"
        listed = drawn.xpath("//input[@name='place']/@list")[0]
        assert drawn.xpath(f"//datalist[@id='{listed}']/option/@value") == ["一号车间"]

    def test_a_long_list_can_be_searched_and_left_open(self) -> None:
        form = definition(question("select", "item", properties={"options": "checklist"}))
        many = [Choice(f"c{at}", Message(f"条目{at}", f"Item {at}")) for at in range(40)]
        drawn = draw(form, choices={"checklist": many})
        assert drawn.xpath("//input[@data-filter-choices]")
        assert drawn.xpath("//input[@type='radio'][@checked]/@value") == [""]
        assert len(drawn.xpath("//input[@type='radio']")) == 41

    def test_conditions_of_fields_and_of_their_group_are_left_to_the_browser(self) -> None:
        form = definition(
            question("checkbox", "bad"),
            {
                "type": "group",
                "label": "依据",
                "properties": only_if("bad", "true"),
                "components": [
                    question("radio", "kind", values=[{"value": "x", "label": "甲"}]),
                    question("textfield", "more", properties=only_if("kind", "x,y")),
                ],
            },
        )
        drawn = draw(form)
        section = drawn.xpath("//section[h2='依据']")[0]
        assert (section.get("data-show-field"), section.get("data-show-values")) == ("bad", "true")
        nested = section.xpath(".//div[@data-show-field='kind']")[0]
        assert nested.get("data-show-values") == "x,y"

    def test_conditions_on_what_is_not_asked_here_are_decided_at_once(self) -> None:
        form = definition(question("textfield", "goal", properties=only_if("level", "major")))
        assert draw(form, known={"level": "major"}).xpath("//input[@name='goal']")
        assert not draw(form, known={"level": "general"}).xpath("//input[@name='goal']")
        assert not draw(form, known={"level": "major"}).xpath("//*[@data-show-field]")

    def test_a_folded_group_opens_when_something_is_in_it(self) -> None:
        form = definition(
            {
                "type": "group",
                "label": "更多",
                "properties": {"folded": "true"},
                "components": [
                    question("textfield", "part"),
                    question("textfield", "who", defaultValue="staff"),
                ],
            }
        )
        assert draw(form).xpath("//details[not(@open)]/summary")
        assert draw(form, {"who": "staff"}).xpath("//details[not(@open)]")
        assert draw(form, {"part": "法兰"}).xpath("//details[@open]")

    def test_rights_show_as_text_or_not_at_all(self) -> None:
        form = definition(
            question("number", "amount", properties={"money": "fen"}),
            question("textfield", "secret"),
            question("filepicker", "photos", properties={"photo": "true"}, multiple=True),
        )
        rights = Rights(readonly=frozenset({"amount", "photos"}), hidden=frozenset({"secret"}))
        values = {"amount": 30000, "secret": "不能看", "photos": [PHOTO]}
        drawn = draw(form, values, rights=rights)
        assert not drawn.xpath("//input")
        assert "300.00 元" in drawn.text_content()
        assert "不能看" not in drawn.text_content()
        assert drawn.xpath(f"//img[@src='/files/{PHOTO}/small']")

    def test_a_tick_whose_absence_asks_something_is_a_yes_or_no(self) -> None:
        form = definition(
            question("checkbox", "approved"),
            question("textarea", "why", properties=only_if("approved", "false")),
        )
        drawn = draw(form)
        assert drawn.xpath("//input[@name='approved']/@value") == ["true", "false"]
        assert not drawn.xpath("//input[@name='approved'][@checked]")
        kept = draw(form, {"approved": False})
        assert kept.xpath("//input[@name='approved'][@checked]/@value") == ["false"]

    @pytest.mark.parametrize("page", ["en"], indirect=True)
    def test_the_language_is_that_of_the_page(self) -> None:
        form = definition(
            question("textfield", "x", "地点", properties={"label_en": "Place", "help": "在哪"})
        )
        assert draw(form).xpath("//label/text()")[0].startswith("Place")

    def test_keys_may_be_named_like_anything(self) -> None:
        keys = ("data", "errors", "validate", "process", "sections", "method", "meta")
        drawn = draw(definition(*(question("textfield", key) for key in keys)))
        assert drawn.xpath("//input/@name") == list(keys)

    def test_a_repeated_group_is_written_out(self) -> None:
        form = definition(
            {
                "type": "group",
                "label": "逐条",
                "properties": {"each": "conditions"},
                "components": [question("textfield", "proof", "{each}：证据")],
            }
        )
        entries = [Choice(str(at), Message(f"要件{at}", f"Item {at}")) for at in (1, 2)]
        drawn = draw(form, choices={"conditions": entries})
        assert drawn.xpath("//input/@name") == ["proof_1", "proof_2"]
        assert "要件2：证据" in drawn.text_content()


class TestComingBack:
    def test_what_browsers_send_is_what_the_judge_takes(self) -> None:
        form = definition(
            question("textfield", "line"),
            question("number", "money", properties={"money": "fen"}),
            question("checkbox", "tick"),
            question("checkbox", "untick"),
            question("checklist", "some", values=[{"value": "a", "label": "甲"}]),
            question("filepicker", "photos", multiple=True),
            question("datetime", "moment", subtype="datetime"),
        )
        sent = MultiDict(
            {
                "line": [" 甲 "],
                "money": ["200.5"],
                "tick": ["y"],
                "some": ["a"],
                "photos": ["", PHOTO],
                "moment": ["2026-11-02T08:30"],
            }
        )
        raw = form_fields.answers(form, sent)
        assert raw["untick"] is False
        assert forms.clean(form, raw, current={"untick": True}) == {
            "line": "甲",
            "money": 20050,
            "tick": True,
            "untick": False,
            "some": ["a"],
            "photos": [PHOTO],
            "moment": "2026-11-02T08:30:00+08:00",
        }

    def test_what_may_not_be_changed_is_left_out_unless_somebody_sends_it(self) -> None:
        form = definition(question("checkbox", "tick"), question("textfield", "line"))
        rights = Rights(readonly=frozenset({"tick", "line"}))
        assert form_fields.answers(form, MultiDict(), rights=rights) == {}
        forged = MultiDict({"line": "改了"})
        assert form_fields.answers(form, forged, rights=rights) == {"line": "改了"}

    def test_a_yes_or_no_left_open_is_refused_at_its_own_question(self) -> None:
        form = definition(
            question("checkbox", "approved"),
            question(
                "textarea",
                "why",
                validate={"required": True},
                properties=only_if("approved", "false"),
            ),
        )
        with pytest.raises(InvalidAnswers) as refused:
            forms.clean(form, form_fields.answers(form, MultiDict({"why": ""})))
        assert list(refused.value.errors) == ["approved"]
        no = form_fields.answers(form, MultiDict({"approved": "false", "why": "没有依据"}))
        assert forms.clean(form, no) == {"approved": False, "why": "没有依据"}

    def test_files_sent_without_a_script_become_ids(self) -> None:
        form = definition(question("filepicker", "photos", multiple=True))

        def keep(sent: FileStorage) -> str:
            if sent.filename == "bad.exe":
                raise Invalid("只能上传照片。", "Only photos.")
            return PHOTO

        files = MultiDict(
            [("photos", FileStorage(BytesIO(b"x"), name)) for name in ("a.jpg", "", "bad.exe")]
        )
        posted, errors = form_fields.receive(form, MultiDict(), files, keep)
        assert form_fields.answers(form, posted) == {"photos": [PHOTO]}
        assert errors == {"photos": [Message("只能上传照片。", "Only photos.")]}
