"""Whoever reads English finds the shipped diagrams and tables named in English too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from lxml import etree
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.engine.stories import open_task
from tests.processes.player import ROOT
from tests.web.told_cases import begun, text_of
from tests.web.visits import Client
from web.config import Config

CATALOGUE = Path(__file__).parents[2] / "web/translations/en/LC_MESSAGES/messages.po"
#: What a person meets on a page; the names of flows stand on the diagram alone.
NAMED = {"userTask", "serviceTask", "businessRuleTask", "scriptTask", "callActivity", "process"}
NAMED |= {"startEvent", "endEvent", "boundaryEvent", "exclusiveGateway", "lane", "decision"}


def shipped_names() -> list[str]:
    files = [*(ROOT / "processes/bpmn").glob("*.bpmn"), *(ROOT / "processes/dmn").glob("*.dmn")]
    found = {
        node.get("name", "")
        for path in files
        for node in etree.fromstring(path.read_bytes()).iter("{*}*")
        if etree.QName(node).localname in NAMED
    }
    return sorted(found - {""})


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_name_has_an_english_one(name: str) -> None:
    english = read_po(BytesIO(CATALOGUE.read_bytes()))
    found = english.get(name, "diagram")
    assert found is not None
    assert found.string


def test_a_task_is_named_in_the_language_of_the_page(
    session: Session, cast: Cast, client: Client, config: Config
) -> None:
    case = begun(session, cast, config)
    client.sign_in(cast.verifier)
    address = f"/tasks/{open_task(session, case.id, 'acknowledge')}"
    assert "受理报告" in text_of(client, address)
    client.set_cookie("language", "en")
    page = text_of(client, address)
    assert "Acknowledge the report" in page
    assert "受理报告" not in page
    assert "Acknowledge the report" in text_of(client, f"/cases/{case.id}")
