"""The sector packs: each can be read, runs, differs only where it says so, and cites with care."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from engine import checklists, forms, spiff
from engine.actors import ROLES
from engine.definitions import FOR_OVERSIGHT, problems_of, read_folder, scenarios
from engine.definitions.load import Loaded, loaded_from
from engine.definitions.pack_files import FOLDERS, owned
from engine.definitions.packs import bundle_of, packs, read_pack
from engine.errors import ModelError
from engine.hazards.codes import SECTORS
from engine.notices import MEMBER_WORDS
from engine.spiff.course import course
from tests.processes.drawing import NAMESPACES, read
from tests.processes.player import ROOT, bundle, model

PACKS = {pack.key: pack for pack in packs()}
#: Those whose diagram is their own, with the steps that only they have.
OWN_STEPS = {
    "hazchem": ("make_safe", "confirm_restart"),
    "construction": ("notify_employer", "employer_reply"),
    "gas": ("make_safe", "written_notice"),
    "commercial": ("notify_tenant",),
    "heritage": ("relic_approval",),
}
#: The scenario in which they are taken.
STORIES = {
    "hazchem": "hazchem_made_safe",
    "construction": "construction_subcontractor",
    "gas": "gas_customer",
    "commercial": "commercial_tenant",
    "heritage": "heritage_zone",
}
each_pack = pytest.mark.parametrize("key", PACKS)
each_differing = pytest.mark.parametrize("key", OWN_STEPS)


@cache
def loaded(key: str) -> Loaded:
    """Give a pack's hazard process, ready to be tried."""
    return loaded_from(bundle_of(key), "hazard_report")


def people_steps(built: spiff.Model) -> set[str]:
    return {element.key for element in built.elements.values() if element.kind == "userTask"}


def test_there_is_a_pack_for_every_sector() -> None:
    assert list(PACKS) == list(SECTORS)
    assert {pack.label for pack in PACKS.values()} == {f"{key} 1" for key in SECTORS}


def test_every_file_beside_the_general_ones_belongs_to_a_pack_and_to_nothing_else() -> None:
    general = read_folder(ROOT)
    for kind, name in owned(ROOT):
        assert name not in general.of(kind), name
        folder, ending = FOLDERS[kind]
        assert (ROOT / folder / f"{name}{ending}").is_file(), name
    for_enterprises = general.of("bpmn").keys() - FOR_OVERSIGHT
    assert for_enterprises == {"hazard_report", "rectification", "reward", "suggestion"}


@pytest.mark.parametrize("key", [*OWN_STEPS, "medical"])
def test_nothing_stands_against_installing_it(key: str) -> None:
    assert problems_of(bundle_of(key)) == []


def test_those_without_files_of_their_own_are_the_general_flow() -> None:
    general = bundle_of("general")
    for key, pack in PACKS.items():
        if not pack.own:
            same = {kind: bundle_of(key).of(kind) == general.of(kind) for kind in general.contents}
            assert same == dict.fromkeys(same, True) | {"checklist": key == "general"}, key
    assert bundle_of("medical").contents["dmn"] == bundle_of("eldercare").contents["dmn"]


@each_pack
def test_it_says_where_it_differs_and_why(key: str) -> None:
    pack = PACKS[key]
    assert bool(pack.own) == bool(pack.differs), key
    assert pack.channels
    said = (pack.summary, pack.same, *pack.channels)
    for one in (*said, *(text for each in pack.differs for text in (each.where, each.why))):
        assert re.search("[一-鿿]", one.zh)
        assert not re.search("[一-鿿]", one.en), one.en


@each_pack
def test_its_checklist_is_the_sector_s_and_the_one_for_all(key: str) -> None:
    lists = bundle_of(key).of("checklist")
    assert lists.keys() == {"general", key}
    for name, content in lists.items():
        assert {item.sector for item in checklists.read_items(content)} == {name}


@each_pack
def test_items_it_cites_are_in_its_checklist(key: str) -> None:
    codes = {
        item.code
        for content in bundle_of(key).of("checklist").values()
        for item in checklists.read_items(content)
    }
    said = " ".join(one.why.zh + one.where.zh for one in PACKS[key].differs)
    assert set(re.findall(r"\b[A-Z]{2,3}-[0-9]{2}\b", said)) <= codes


@each_differing
def test_its_diagram_keeps_every_general_step_and_adds_its_own(key: str) -> None:
    assert people_steps(loaded(key).model) == people_steps(model("hazard_report")) | {
        *OWN_STEPS[key]
    }
    assert loaded(key).model.calls() == {"rectification", "reward"}
    assert loaded(key).key == "hazard_report"


@each_differing
def test_it_plays_from_report_to_closure_with_the_reward(key: str) -> None:
    story = scenarios.read(bundle_of(key).of("scenario")[STORIES[key]])
    result = scenarios.run(loaded(key), story)
    assert result.passed, result.differences
    assert result.played is not None
    passed = [one.element.key for one in result.played.passed]
    assert set(OWN_STEPS[key]) - {"make_safe"} <= set(passed)
    assert passed.index("rectification:accept") < passed.index("rectification:close")
    # The reward waits for none of it: it was paid before the sector's last step.
    last = OWN_STEPS[key][-1]
    assert passed.index("reward:record") < passed.index(last)


@pytest.mark.parametrize("key", ["hazchem", "gas"])
def test_in_danger_the_site_is_made_safe_before_the_report_is_taken_up(key: str) -> None:
    (before,) = (e for e in loaded(key).model.elements.values() if e.id == "make_safe")
    assert before.lane_id == "rectifier"
    general = scenarios.read(bundle_of(key).of("scenario")["general_rewarded"])
    quiet = scenarios.run(loaded(key), general)
    assert quiet.passed
    assert quiet.played is not None
    assert "make_safe" not in [one.element.key for one in quiet.played.passed]


def test_steps_are_told_once_and_in_the_order_in_which_they_come() -> None:
    told = course(loaded("gas").model)
    keys = [step.element.key for step in told]
    assert len(keys) == len(set(keys)) == len(people_steps(loaded("gas").model))
    order = ["make_safe", "acknowledge", "verify", "determine", "written_notice"]
    order += [f"rectification:{name}" for name in ("plan", "rectify", "accept", "sign_closure")]
    assert [key for key in keys if key in order] == order
    late = {step.element.id: step.late for step in told}
    assert [(one.is_interrupting, one.then) for one in late["make_safe"]] == [
        (True, ("报告主要负责人：未处置",))
    ]
    assert late["rectify"][-1].then == ("报告主要负责人：整改逾期", "报告行业主管部门")
    assert late["sign_closure"] == ()


@each_differing
def test_its_diagram_is_explained_in_both_languages_and_done_by_roles(key: str) -> None:
    drawing = read((ROOT / "processes/bpmn" / f"{key}_report.bpmn").read_bytes())
    for lane in drawing.find(".//bpmn:lane"):
        assert lane.get("name") == ROLES[lane.get("id", "")].zh
    for node in drawing.nodes():
        if etree.QName(node).localname.endswith(("Task", "Activity")):
            chinese, english = node.findtext("bpmn:documentation", "", NAMESPACES).split("\n")
            assert re.search("[一-鿿]", chinese), node.get("id")
            assert not re.search("[一-鿿]", english), node.get("id")
    for operator in drawing.find(".//spiffworkflow:serviceTaskOperator"):
        for parameter in operator.iterfind(".//spiffworkflow:parameter", NAMESPACES):
            if parameter.get("id") == "message" and operator.get("id") in ("notify", "escalate"):
                assert str(parameter.get("value")).strip('"') in MEMBER_WORDS


@pytest.mark.parametrize("name", sorted(name for kind, name in owned(ROOT) if kind == "form"))
def test_its_forms_speak_both_languages(name: str) -> None:
    form = forms.read((ROOT / "forms" / f"{name}.json").read_bytes())
    assert form.key in (name, "verify")
    labels = [
        field.label for field in form.fields if field.label.zh and "{each}" not in field.label.zh
    ]
    for said in (form.title, *labels, *(c.label for field in form.fields for c in field.choices)):
        assert re.search("[一-鿿]", said.zh), said
        assert said.en != said.zh, said


def test_a_sector_s_verification_asks_all_that_the_general_one_asks() -> None:
    general = {field.key for field in forms.read(bundle("forms")["verify"]).fields}
    for key in ("construction", "gas", "commercial", "heritage"):
        own = {field.key for field in loaded(key).forms["verify"].fields}
        assert general < own, key


def test_spans_that_the_sector_shortened_are_shorter() -> None:
    def due(key: str) -> tuple[str, str]:
        known = dict.fromkeys(loaded(key).decisions["deadline"].names)
        made = loaded(key).decisions["deadline"].evaluate({**known, "imminent": True})
        return made["acknowledge_due"], made["verify_due"]

    assert due("general") == due("education") == ("1h", "2h")
    assert due("medical") == due("eldercare") == due("gas") == ("PT30M", "1h")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('key = "gas"', 'key = "steam"', "key"),
        ("version = 1", "version = 0", "version"),
        ("version = 1", 'version = "1"', "version"),
        ('form = ["make_safe"', 'form = ["../make_safe"', "own"),
        ("[own]", "[owned]", "own"),
        ('confidence = "A"', 'confidence = "C"', "basis"),
        ('checklists = ["general", "gas"]', "checklists = []", "checklists"),
        ("summary = { zh", "summary = { de", "summary"),
        ("key = ", "key ", "TOML"),
    ],
)
def test_a_pack_that_is_wrong_is_refused_in_words(old: str, new: str, word: str) -> None:
    text = (ROOT / "processes/sectors/gas.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ModelError) as refused:
        read_pack(text.replace(old, new, 1).encode())
    assert word in refused.value.message.zh
    assert word in refused.value.message.en


def test_a_pack_whose_file_is_missing_says_which(tmp_path: Path) -> None:
    sectors = tmp_path / "processes" / "sectors"
    sectors.mkdir(parents=True)
    (sectors / "gas.toml").write_bytes((ROOT / "processes/sectors/gas.toml").read_bytes())
    with pytest.raises(ModelError) as refused:
        bundle_of("gas", tmp_path)
    assert "gas_report.bpmn" in refused.value.message.en


def test_what_was_not_read_in_an_official_copy_is_marked() -> None:
    marked = {one.number for pack in PACKS.values() for one in pack.basis if one.confidence == "B"}
    assert "国卫办密安函〔2023〕490号" in marked
    sure = {one.number for pack in PACKS.values() for one in pack.basis if one.confidence == "A"}
    assert {"建城规〔2023〕4号", "建质规〔2024〕5号"} <= sure
