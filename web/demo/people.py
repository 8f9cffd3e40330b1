"""Who takes part in the demonstration: a district, its enterprises, and the people in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import accounts, organisations, passwords, tokens
from engine.actors import SYSTEM, Actor
from engine.store import Organisation

PASSWORD: Final = "bihuan-demo-2026"  # noqa: S105 - printed for everybody who starts a demo
OFFICE: Final = "AWB"
#: The enterprise most stories happen in.
MAIN: Final = "SJ001"
#: Firms that report without the mechanism stand beside those that have established it.
WITHOUT_MECHANISM: Final = "YL001"

#: Kind, code, name, code of the parent.
_ABOVE: Final = (
    ("office", OFFICE, "长宁区安委办", None),
    ("department", "YJJ", "区应急管理局", OFFICE),
    ("department", "JYJ", "区教育局", OFFICE),
    ("department", "JGW", "区建设和管理委员会", OFFICE),
    ("department", "WJW", "区卫生健康委员会", OFFICE),
    ("department", "SWW", "区商务委员会", OFFICE),
    ("department", "MZJ", "区民政局", OFFICE),
    ("town", "XJZ", "新泾镇", OFFICE),
    ("town", "TSL", "天山路街道", OFFICE),
    ("town", "CJQ", "程家桥街道", OFFICE),
    ("group", "LKJT", "临空投资集团", OFFICE),
    ("group", "LKSY", "临空商业管理公司", "LKJT"),
)
#: Code, name, sector, department, town, group, staff.
_ENTERPRISES: Final = (
    (MAIN, "申江机械制造有限公司", "industry_trade", "YJJ", "XJZ", None, 240),
    ("XX001", "新泾启明小学", "education", "JYJ", "TSL", None, 90),
    ("JG001", "临空建设工程有限公司", "construction", "JGW", "XJZ", "LKJT", 160),
    ("RQ001", "西区燃气服务有限公司", "gas", "JGW", "TSL", None, 75),
    ("HG001", "华泾精细化工有限公司", "hazchem", "YJJ", "XJZ", None, 130),
    ("YY001", "天山社区医院", "medical", "WJW", "TSL", None, 210),
    ("GC001", "临空广场购物中心", "commercial", "SWW", "CJQ", "LKSY", 320),
    (WITHOUT_MECHANISM, "松鹤养老院", "eldercare", "MZJ", "CJQ", None, 60),
    ("DX001", "老弄堂点心店", "general", "YJJ", "TSL", None, 1),
)
#: Organisation, then login, name and roles of each.
_MEMBERS: Final = {
    OFFICE: "director 安主任 director; office 管信 administrator; watcher 总工会 observer",
    "YJJ": "officer 何科 officer,administrator; officer-2 戴科 officer; chief 江局 director",
    "JYJ": "officer-education 林科 officer,director",
    "JGW": "officer-building 石科 officer,administrator",
    "WJW": "officer-health 白科 officer,director",
    "SWW": "officer-commerce 尚科 officer",
    "MZJ": "officer-civil 闵科 officer",
    "XJZ": "town 辛泾 officer",
    "TSL": "street 田珊 officer,director",
    "CJQ": "street-2 程桥 officer",
    "LKJT": "group 齐总监 director",
    "LKSY": "group-2 尚管 officer",
    MAIN: "worker 陈工 reporter; welder 马焊 reporter; safety 王安 verifier,reporter;"
    "safety-2 沈核 verifier; repair 李修 rectifier,reporter; accept 赵验 acceptor,reporter;"
    "keeper 林仓 reporter,rectifier,acceptor; approver 孙批 approver; finance 周财 finance;"
    "union 吴会 union; boss 郑总 principal; admin 冯管 administrator",
    "XX001": "school 钱老师 principal,verifier; school-teacher 叶老师 reporter,union;"
    "school-repair 方师傅 rectifier; school-office 曹会计 acceptor,finance,administrator;"
    "school-vice 柳校 approver",
    "JG001": "build-boss 高建 principal,approver,administrator; build-safety 安全章 verifier,union;"
    "build-repair 吴架 rectifier,finance; build-staff 刘工长 reporter,acceptor",
    "RQ001": "gas-boss 任气 principal,approver,administrator; gas-safety 严查 verifier,union;"
    "gas-repair 管通 rectifier,finance; gas-staff 梅巡 reporter,acceptor",
    "HG001": "chem-boss 华总 principal,approver,administrator; chem-safety 施安 verifier,union;"
    "chem-repair 罗修 rectifier,finance; chem-staff 苏操 reporter,acceptor",
    "YY001": "clinic-boss 康院 principal,approver,administrator; clinic-safety 卫科 verifier,union;"
    "clinic-repair 齐修 rectifier,finance; clinic-staff 白护 reporter,acceptor",
    "GC001": "mall-boss 商总 principal,approver,administrator; mall-safety 范防 verifier,union;"
    "mall-repair 郝修 rectifier,finance; mall-staff 巡小 reporter,acceptor",
    WITHOUT_MECHANISM: "care-boss 松院 principal,approver,administrator;"
    "care-safety 贺安 verifier,union; care-repair 包修 rectifier,finance;"
    "care-staff 孝护 reporter,acceptor",
    "DX001": "shop 余点 principal,verifier,rectifier,acceptor,approver,finance,reporter,"
    "administrator",
}
#: Places with posters: name and exact spot.
_PLACES: Final = {
    MAIN: "二号车间|配电室; 二号车间|冲压线; 原料仓库|东侧通道; 喷漆房|; 食堂|",
    "XX001": "教学楼|三楼走廊; 食堂|后厨; 实验楼|药品柜",
    "JG001": "三号楼工地|脚手架; 三号楼工地|塔吊",
    "RQ001": "天山路调压站|; 服务大厅|",
    "HG001": "甲类仓库|; 反应车间|二层平台",
    "YY001": "门诊楼|二楼; 氧气站|",
    "GC001": "中庭|自动扶梯; 地下车库|; 餐饮层|",
    WITHOUT_MECHANISM: "一号楼|活动室; 厨房|",
    "DX001": "门店|",
}


@dataclass(frozen=True)
class Crew:
    """An organisation and who acts in it."""

    code: str
    organisation_id: UUID
    sector: str
    is_enterprise: bool
    members: tuple[tuple[str, Actor], ...]

    def who(self, role: str) -> Actor:
        """Give the first member with this role."""
        return next(actor for _login, actor in self.members if actor.has(role))

    def login(self, login: str) -> Actor:
        """Give the member with this login."""
        return dict(self.members)[login]

    def all_with(self, role: str) -> list[Actor]:
        """Give every member with this role."""
        return [actor for _login, actor in self.members if actor.has(role)]


def enter(session: Session, *, actor: Actor = SYSTEM) -> dict[str, Crew]:
    """Enter organisations, people and places; gives the crews by the code of their organisation."""
    known = _organisations(session, actor)
    digest = passwords.digest(PASSWORD)
    crews = {}
    for code, organisation in known.items():
        members = tuple(
            _member(session, organisation, text, digest, actor)
            for text in _MEMBERS[code].split(";")
        )
        crews[code] = Crew(
            code, organisation.id, organisation.sector, organisation.kind == "enterprise", members
        )
        for place in _PLACES.get(code, "").split(";"):
            name, _, part = place.strip().partition("|")
            if name:
                organisations.create_place(
                    session, organisation.id, name=name, part=part or None, actor=actor
                )
    return crews


def told(session: Session, crews: Mapping[str, Crew], *, actor: Actor = SYSTEM) -> list[Any]:
    """Give who can sign in, for demo.json, each with an API key of their own."""
    names = {one.id: one.name for one in organisations.listed(session, actor=actor)}
    return [
        {
            "name": member.name,
            "login": login,
            "password": PASSWORD,
            "token": tokens.create_token(session, name="demo", actor=member),
            "organisation": names[crew.organisation_id],
            "roles": sorted(member.roles),
        }
        for crew in crews.values()
        for login, member in crew.members
    ]


def _organisations(session: Session, actor: Actor) -> dict[str, Organisation]:
    known: dict[str, Organisation] = {}
    for kind, code, name, parent in _ABOVE:
        parent_id = known[parent].id if parent else None
        known[code] = organisations.create(
            session, kind=kind, name=name, code=code, parent_id=parent_id, actor=actor
        )
    for code, name, sector, department, town, group, staff in _ENTERPRISES:
        known[code] = organisations.create(
            session,
            kind="enterprise",
            name=name,
            code=code,
            sector=sector,
            department_id=known[department].id,
            town_id=known[town].id,
            group_id=known[group].id if group else None,
            staff_count=staff,
            settings={"anonymous_reports": True, "reward_limit_fen": 10_000},
            actor=actor,
        )
    return known


def _member(
    session: Session, organisation: Organisation, text: str, digest: str, actor: Actor
) -> tuple[str, Actor]:
    """Add a person; they share one password that everybody is told, so also its digest."""
    login, name, said = text.split()
    roles = frozenset(said.split(","))
    user = accounts.add_user(
        session,
        login=login,
        name=name,
        password=None,
        organisation_id=organisation.id,
        roles=roles,
        actor=actor,
    )
    user.password_digest = digest
    return login, Actor(
        user_id=user.id,
        name=name,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        roles=roles,
    )
