"""What leaves the house of a locked month: exports in another system's shape, and the evidence."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import commands, returns
from engine.errors import AlreadyDone, Conflict, InvalidAnswers
from engine.returns.examining import examine_returns
from engine.returns.profiles import LARGEST_FILE, read_profile, shipped
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.month import House, after, at

GOOD = """
key = "ours"
name = "本区报表"
rows = "enterprise"
[[columns]]
heading = "月份"
field = "month"
format = "YYYYMM"
[[columns]]
heading = "行业"
field = "sector"
codes = "sectors"
[[columns]]
heading = "奖励（万元）"
field = "figures.paid_fen"
format = "wan_yuan"
[codes.sectors]
industry = "02"
"*" = "99"
"""


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    house = House(session, cast)
    told = house.hazard("2026-09")
    house.pen.reward(told, at("2026-09", 9), 1_234_500)
    session.commit()
    house.lock("2026-09")
    return house


def test_a_profile_gives_columns_codes_and_formats(house: House) -> None:
    session, director = house.session, house.director
    read = commands.execute(session, returns.upload, GOOD.encode(), actor=director)
    assert read.version == 1
    with pytest.raises(AlreadyDone):
        commands.execute(session, returns.upload, GOOD.encode(), actor=director)
    changed = GOOD.replace("本区报表", "本区月报").encode()
    assert commands.execute(session, returns.upload, changed, actor=director).version == 2
    unit = returns.own_unit(session, director)
    profile = returns.get_profile(session, unit, "ours")
    assert profile.name == "本区月报"
    rows = list(returns.export(session, house.view("2026-09"), profile))
    assert [[str(cell) for cell in row] for row in rows] == [
        ["202609", "02", "1.2345"],
        ["202609", "02", "0"],
    ]
    with pytest.raises(Conflict, match="not locked"):
        returns.export(session, house.view("2026-10"), profile)


def test_the_shipped_profiles_say_what_they_are(house: House) -> None:
    by_key = {one.key: one for one in shipped()}
    assert by_key["national_system"].is_unofficial
    rows = list(returns.export(house.session, house.view("2026-09"), by_key["three_indicators"]))
    named = dict(zip([c.heading for c in by_key["three_indicators"].columns], rows[0], strict=True))
    assert named["统计口径"] == "行业主管部门"
    assert named["发现和报告的事故隐患数量（件）"] == 1
    assert str(named["奖励金额（元）"]) == "12345"
    assert str(named["奖励金额（万元）"]) == "1.2345"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"key = ", "TOML"),
        (b"a" * (LARGEST_FILE + 1), "64 KB"),
        (("x=" + "[" * 5000).encode(), "TOML"),
        (b'key="../../etc"\nname="x"\n[[columns]]\nheading="h"\nfield="month"', "key"),
        (b'key="ab"\nname="x"\ncolumns=[]', "columns"),
        (b'key="ab"\nname="x"\n[[columns]]\nheading="h"\nfield="__class__"', "__class__"),
        (b'key="ab"\nname="x"\n[[columns]]\nheading="h"\nfield="uscc"', "uscc"),
        (b'key="ab"\nname="x"\n[[columns]]\nheading="h"\nfield="month"\nformat="%Y"', "format"),
        (b'key="ab"\nname="x"\nevil="1"\n[[columns]]\nheading="h"\nfield="month"', "evil"),
        (b'key="ab"\nname="x"\n[[columns]]\nheading="h"\nfield="unit"\ncodes="c"', "codes"),
        (b'key="ab"\nname="x"\n[[columns]]\nheading="h\\u0007"\nfield="unit"', "heading"),
        (b'key="ab"\nname="x"\ncodes=3\n[[columns]]\nheading="h"\nfield="unit"', "codes"),
        (b'key="ab"\nname="x"\n[[columns]]\nheading="h"\nfield="unit"\ndecimals=99', "decimals"),
    ],
)
def test_a_hostile_mapping_file_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        read_profile(content)
    assert any(told in message.zh for message in refused.value.errors["file"])


def test_entered_there_is_ticked_once(house: House) -> None:
    session = house.session
    with pytest.raises(Conflict, match="not locked"):
        commands.execute(
            session, returns.tick, "2026-10", "national_system", actor=house.cast.officer
        )
    commands.execute(
        session,
        returns.tick,
        "2026-09",
        "national_system",
        reference="ZB-9",
        actor=house.cast.officer,
    )
    with pytest.raises(AlreadyDone, match="管科"):
        commands.execute(session, returns.tick, "2026-09", "national_system", actor=house.director)
    unit = returns.own_unit(session, house.director)
    entry, name = returns.entered(session, unit, "2026-09")["national_system"]
    assert (entry.reference, name) == ("ZB-9", "管科")


def test_the_evidence_is_whole_and_always_the_same_bytes(house: House) -> None:
    told = house.hazard("2026-09", 7)
    first = _bundle(house)
    house.cancel(told, "2026-10")
    assert _bundle(house) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        index = _table(archive, "index.csv")
        for row in index:
            content = archive.read(row["文件"])
            assert len(content) == int(row["字节数"])
            assert hashlib.sha256(content).hexdigest() == row["SHA-256"]
        assert set(archive.namelist()) == {row["文件"] for row in index} | {
            "index.csv",
            "index.html",
        }
        cases = _table(archive, "cases.csv")
        assert len([row for row in cases if "verified" in row["计入的指标"].split()]) == 1
        assert _table(archive, "rewards.csv")[0]["发放（元）"] == "12345.0"
        lines = _table(archive, "lines.csv")
        assert sum(int(row["verified"]) for row in lines) == 1


def test_the_doctor_sees_a_locked_month_that_was_touched(house: House) -> None:
    session = house.session
    assert list(examine_returns(session, None)) == []
    session.execute(
        update(t.ReturnLine)
        .where(t.ReturnLine.enterprise_id == house.enterprise_id)
        .values(figures={"verified": 2, "closing": 2})
    )
    found = [text for _owner, text in examine_returns(session, house.cast.department_id)]
    assert any("digest" in text for text in found)
    assert any("do not come to its totals" in text for text in found)


def _bundle(house: House) -> bytes:
    made = io.BytesIO()
    with after("2026-09"):
        returns.bundle(house.session, house.view("2026-09"), made, actor=house.director)
    return made.getvalue()


def _table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
