"""What the register of the demonstration says beyond names; a move, a queue, a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from engine import clock, registry
from engine.commands import execute
from engine.registry import importing
from web import exports
from web.demo.people import OFFICE, Crew

#: Code → ownership, industry, address, safety officer, further facts.
_PARTICULARS: Final[Mapping[str, tuple[str, str, str, str, Mapping[str, Any]]]] = {
    "SJ001": ("private", "C3411", "新泾镇北翟路 1178 号", "王安", {
        "tags": ["industry_trade", "dust"], "standard_sector": "industry_trade",
        "standard_grade": "two", "size": "medium"}),
    "XX001": ("public", "P8321", "天山路 718 号", "钱老师", {"legal_type": "institution"}),
    "JG001": ("district_soe", "E4710", "临空一路 88 号", "安全章", {
        "zone": "虹桥临空经济园区", "size": "large", "oil_storage": "yes",
        "oil_note": "工地柴油罐 1 个 2 立方米", "standard_sector": "construction",
        "standard_grade": "one"}),
    "RQ001": ("municipal_soe", "D4511", "天山支路 20 号", "严查", {
        "tags": ["gas"], "hazard_source": "three", "monitoring": "partly",
        "monitored_since": "2026-01-05", "monitored_by": "市燃气安全监测平台"}),
    "HG001": ("private", "C2614", "新泾镇华泾路 5 号", "施安", {
        "tags": ["hazchem"], "hazard_source": "four", "monitoring": "yes",
        "monitored_since": "2025-03-18", "monitored_by": "市危险化学品监测预警系统",
        "standard_sector": "chemical", "standard_grade": "three"}),
    "YY001": ("public", "Q8421", "天山路 1068 号", "卫科", {"legal_type": "institution"}),
    "GC001": ("district_soe", "L7222", "程家桥路 200 号", "范防", {
        "size": "large", "oil_storage": "yes", "oil_note": "柴油发电机房油箱 1 立方米",
        "monitoring": "no"}),
    "YL001": ("private", "Q8514", "虹桥路 2280 号", "贺安", {"legal_type": "civil"}),
    "DX001": ("private", "H6221", "天山二村 9 号", "余点", {"legal_type": "self_employed"}),
}  # fmt: skip
#: Whom to call at a node.
_CONTACTS: Final = {
    "YJJ": ("何科", "021-22050001"), "JYJ": ("林科", "021-22050002"),
    "JGW": ("石科", "021-22050003"), "XJZ": ("辛泾", "021-62168001"),
    "TSL": ("田珊", "021-62598001"), "LKJT": ("齐总监", "021-52118001"),
}  # fmt: skip
#: GB/T 2260 and the statistics bureau's codes of towns.
_REGIONS: Final = {
    OFFICE: "310105", "XJZ": "310105102000", "TSL": "310105006000", "CJQ": "310105010000",
}  # fmt: skip
#: In how many days the standardisation of these ends; it ended already for the first.
_STANDARDS: Final = {"SJ001": -12, "HG001": 40, "JG001": 500}
#: Entered by the office, before anybody knew whose they are.
_WAITING: Final = (
    ("临空冷链仓储有限公司", "91310105MA0A00014K", "general", "G5920"),
    ("云栖宠物医院", "91310105MA0A00022E", "general", "O8222"),
)
#: Who supervises the mall beside commerce, and the builder beside construction, and for what.
_BESIDE: Final = (
    ("GC001", "YJJ", "fire", ""),
    ("JG001", "YJJ", "hazardous_chemicals", "工地油漆、柴油"),
)
#: The noodle shop was the emergency bureau's until commerce took it over.
_MOVED: Final = ("DX001", "SWW", 40)


def begin(session: Session, crews: Mapping[str, Crew]) -> None:
    """Say of each enterprise what the register asks."""
    for code, (ownership, industry, address, officer, more) in _PARTICULARS.items():
        values = {"ownership": ownership, "industry": industry, "address": address,
                  "safety_name": officer, "safety_phone": "021-62520000",
                  "source": "区安委办走访", **more}  # fmt: skip
        execute(
            session, registry.correct, crews[code].organisation_id, values,
            actor=_office(crews),
        )  # fmt: skip
    for code in _CONTACTS.keys() | _REGIONS.keys():
        name, phone = _CONTACTS.get(code, ("", ""))
        values = {
            "contact_name": name, "contact_phone": phone, "region_code": _REGIONS.get(code, ""),
        }  # fmt: skip
        execute(
            session, registry.set_node, crews[code].organisation_id, values, actor=_office(crews)
        )


def go_on(session: Session, crews: Mapping[str, Crew], now: datetime) -> None:
    """Move an enterprise, enter two that are to be assigned, and look at a sheet."""
    code, department, days = _MOVED
    with clock.at(now - timedelta(days=days)):
        execute(
            session, registry.move, crews[code].organisation_id,
            {"department_id": crews[department].organisation_id},
            effective_on=clock.local_date().replace(day=1),
            reason="商业网点安全监管职责调整", actor=_office(crews),
        )  # fmt: skip
        for firm, besides, area, subject in _BESIDE:
            execute(
                session, registry.add_co_supervisor, crews[firm].organisation_id,
                crews[besides].organisation_id, area=area, subject=subject, actor=_office(crews),
            )  # fmt: skip
    with clock.at(now - timedelta(days=1)):
        for code, left in _STANDARDS.items():
            until = clock.local_date(now) + timedelta(days=left)
            execute(
                session, registry.correct, crews[code].organisation_id,
                {"standard_until": until.isoformat()}, actor=_office(crews),
            )  # fmt: skip
        for name, uscc, sector, industry in _WAITING:
            values = {"name": name, "uscc": uscc, "sector": sector, "industry": industry}
            execute(session, registry.enter, values, actor=_office(crews))
        content = exports.xlsx(_sheet())
        execute(session, importing.preview, content, "新泾镇走访名单.xlsx", actor=_office(crews))


def _office(crews: Mapping[str, Crew]) -> Any:
    return crews[OFFICE].login("office")


def _sheet() -> exports.Sheet:
    """Give a list as a town sends it: one good row, one known, two to be mended."""
    keys = ("name", "uscc", "sector", "department_id", "town_id")
    fields = [registry.BY_KEY[key] for key in keys]
    return exports.Sheet(
        title="新泾镇走访名单",
        name="新泾镇走访名单",
        columns=[exports.Column(each.name.zh) for each in fields],
        rows=[
            ["新泾五金加工厂", "91310105MA0000030F", "工贸", "区应急管理局", "新泾镇"],
            ["临空冷链仓储有限公司", "91310105MA0A00014K", "通用", "区商务委员会", "新泾镇"],
            ["北翟路汽修店", "91310105MA0A00014X", "工贸", "区应急局", "新泾镇"],
            ["新泾幼儿看护点", "", "教育", "区教育局", "新泾"],
        ],
    )
