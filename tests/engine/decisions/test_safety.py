"""A DMN file from anybody is read without harm: no entities, no documents, no endless work."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.decisions import parse
from engine.errors import DecisionError
from tests.engine.decisions.tables import NAMESPACE, column, decision, file, formula, result, table

SIMPLE = decision(formula('"safe"'))


def with_prologue(prologue: str, inside: str) -> bytes:
    return (
        f'<?xml version="1.0"?>{prologue}<definitions xmlns="{NAMESPACE}" id="d" name="d" '
        f'namespace="n">{inside}</definitions>'
    ).encode()


def test_entities_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text('"stolen"')
    doctype = f'<!DOCTYPE definitions [<!ENTITY x SYSTEM "file://{secret}">]>'
    with pytest.raises(DecisionError, match="DOCTYPE"):
        parse(with_prologue(doctype, decision(formula("1").replace("1", "&x;"))))


def test_a_document_type_in_another_encoding_is_refused() -> None:
    xml = with_prologue("<!DOCTYPE definitions [<!ENTITY a 'x'>]>", SIMPLE).decode()
    with pytest.raises(DecisionError, match="DOCTYPE"):
        parse(xml.replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode("utf-16"))


def test_laughter_is_not_multiplied() -> None:
    entities = "<!ENTITY l0 'ha'>" + "".join(
        f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)
    )
    with pytest.raises(DecisionError, match="DOCTYPE"):
        parse(with_prologue(f"<!DOCTYPE definitions [{entities}]>", decision(formula("&l9;"))))


def test_comments_and_instructions_are_dropped() -> None:
    inside = SIMPLE.replace('"safe"', '"sa<!-- no -->fe"<?php no ?>')
    assert parse(with_prologue("<!-- no --><?php no ?>", inside))["dec"].evaluate({}) == "safe"


def test_cdata_is_text() -> None:
    inside = SIMPLE.replace('"safe"', '<![CDATA["a" < "b"]]>')
    assert parse(with_prologue("", inside))["dec"].evaluate({}) is True


@pytest.mark.parametrize(
    "xml",
    [b"", b"not xml", b"<definitions/>", b"<a" * 1_000, b"<a>" * 5_000, b"\xff\xfe\x00",
     f'<bpmn xmlns="{NAMESPACE}"/>'.encode(), b'<definitions xmlns="urn:other"/>',
     f'<definitions xmlns="{NAMESPACE}">'.encode()],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_dmn_is_refused(xml: bytes) -> None:
    with pytest.raises(DecisionError) as caught:
        parse(xml)
    assert caught.value.message.zh


def test_broken_xml_is_told_with_its_line() -> None:
    with pytest.raises(DecisionError, match="line 3"):
        parse(b"<a>\n<b>\n</a>")


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(DecisionError, match="too large; 500 kB"):
        parse(b"<" * 500_001)


def test_older_and_newer_files_are_read() -> None:
    for namespace in (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ):
        xml = file(SIMPLE).replace(NAMESPACE.encode(), namespace.encode())
        assert parse(xml)["dec"].evaluate({}) == "safe"


def test_sizes_are_bounded() -> None:
    rows = [(("-",), ("1",))] * 2_001
    with pytest.raises(DecisionError, match="2000 rules are allowed"):
        parse(file(decision(table("FIRST", (column("n"),), (result("x"),), rows))))
    with pytest.raises(DecisionError, match="at most 100 decisions"):
        parse(file(*(decision(formula("1"), f"d{n}") for n in range(101))))
    names = "".join(f'<inputData id="i{n}" name="a name {n}"/>' for n in range(201))
    with pytest.raises(DecisionError, match="too many names"):
        parse(file(names, SIMPLE))
    with pytest.raises(DecisionError, match="4000 characters"):
        parse(file(decision(formula("1 + " * 2_000 + "1"))))


def test_a_long_chain_of_decisions_is_an_answer_or_a_refusal() -> None:
    chain = [decision(formula("1"), "d0")]
    for step in range(1, 100):
        required = (
            f'<informationRequirement><requiredDecision href="#d{step - 1}"/>'
            "</informationRequirement>"
        )
        chain.append(decision(formula(f"d{step - 1} + 1"), f"d{step}", required=required))
    assert parse(file(*chain))["d50"].evaluate({}) == 51


def test_cells_that_could_be_read_in_many_ways_are_read_in_one() -> None:
    cell = "x in (" * 18 + "1" + ")" * 18
    with pytest.raises(DecisionError, match=r"too complex|not known"):
        parse(file(decision(formula(cell))))["dec"].evaluate({})
