"""Diagrams drawn for paper: everything the layout draws, cut so that nothing is cut through."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from engine.spiff.drawing import Box, Drawing, Line, Shape, read_drawing
from tests import flows
from tests.processes.player import ROOT
from web.diagram_marks import wrapped
from web.diagram_svg import draw, strips

FILES = sorted((ROOT / "processes/bpmn").glob("*.bpmn"))
SVG = {"svg": "http://www.w3.org/2000/svg"}
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def texts(svg: str) -> str:
    """Give what is written in a drawing, without its line ends."""
    root = etree.fromstring(svg.encode())
    return "".join(node.text or "" for node in root.iterfind(".//svg:text", SVG))


def width_of(svg: str) -> float:
    return float(re.findall(r'viewBox="\S+ \S+ (\S+) ', svg)[0])


@each_file
def test_everything_with_a_name_is_written(path: object) -> None:
    drawing = read_drawing(path.read_bytes())  # type: ignore[attr-defined]
    svg = draw(drawing, title="流程图")
    written = texts(svg)
    for one in (*drawing.shapes, *drawing.lines):
        assert "".join(one.name.split()) in written, one.id
    assert len(drawing.lines) == svg.count('fill="none" stroke="#22242a" stroke-width="1.4"')
    assert "<title>流程图</title>" in svg


@each_file
def test_strips_fit_a_page_and_cut_no_node(path: object) -> None:
    drawing = read_drawing(path.read_bytes())  # type: ignore[attr-defined]
    made = strips(drawing, title="流程图", width=1020, height=600)
    scale = min(1.0, 600 / (drawing.bounds.height + 24))
    assert len(made) > 1
    for svg in made:
        assert width_of(svg) * scale <= 1020 + 1
    nodes = [shape.name for shape in drawing.shapes if shape.kind not in ("participant", "lane")]
    together = "".join(map(texts, made))
    for name in filter(None, nodes):
        assert "".join(name.split()) in together, name
    # The names of the lanes are there again on every strip.
    lanes = [shape.name for shape in drawing.shapes if shape.kind == "lane"]
    assert all(name in texts(svg) for svg in made for name in lanes)


def test_nothing_written_by_a_modeller_becomes_markup() -> None:
    shape = Shape(id="a", kind="userTask", name="<script>&", box=Box(0, 0, 100, 80))
    svg = draw(Drawing((shape,), ()), title='"><script>')
    assert "<script>" not in svg
    assert texts(svg) == "<script>&"


def test_what_cannot_be_drawn_is_left_out() -> None:
    content = flows.LINE
    assert read_drawing(content).shapes == () or draw(read_drawing(content), title="x")
    broken = (ROOT / "processes/bpmn/reward.bpmn").read_bytes()
    broken = broken.replace(b'width="100"', b'width="nan"', 1).replace(b'x="', b'x="1e999', 1)
    assert len(read_drawing(broken).shapes) < len(
        read_drawing((ROOT / "processes/bpmn/reward.bpmn").read_bytes()).shapes
    )
    assert draw(Drawing((), ()), title="x").startswith("<svg")


def test_a_line_is_cut_where_the_strip_ends() -> None:
    line = Line(id="f", kind="sequenceFlow", name="", points=((0, 10), (400, 10), (400, 90)))
    shapes = tuple(
        Shape(id=name, kind="userTask", name=name, box=Box(x, 0, 50, 20))
        for name, x in (("甲", 0), ("乙", 900))
    )
    first, second = strips(Drawing(shapes, (line,)), title="x", width=520, height=300)
    assert "M0 10L" in first
    assert "400 90" in first + second
    assert "甲" in first
    assert "乙" in second


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("报告主要负责人：逾期未受理", 90, ["报告主要负责人：", "逾期未受理"]),
        ("整改", 90, ["整改"]),
        ("approve reward", 60, ["approve", "reward"]),
        ("", 60, []),
    ],
)
def test_words_are_broken_as_chinese_is(text: str, width: float, lines: list[str]) -> None:
    assert wrapped(text, width) == lines
