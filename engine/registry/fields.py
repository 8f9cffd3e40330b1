"""What the register knows of an enterprise (domain.md C2), for pages, sheets and checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.errors import Message
from engine.hazards.codes import SECTORS, STANDARD_SECTORS, STANDARD_WORDS
from engine.registry import codes

_NOTHING: Final = Message("", "")


@dataclass(frozen=True)
class Field:
    """One particular of an enterprise."""

    key: str
    name: Message
    #: text | phone | number | choice | tags | date | uscc | industry | region | node
    kind: str = "text"
    #: identity | place | business | risk | people | standard
    part: str = "identity"
    choices: Mapping[str, Message] = field(default_factory=dict)
    #: Keys that are no longer offered: still read, and still called by name where they stand.
    earlier: Mapping[str, Message] = field(default_factory=dict)
    #: Other words for the choices → their keys.
    also: Mapping[str, str] = field(default_factory=dict)
    most: int = 100
    #: Kept in a column of `organisation`; others in its profile.
    is_column: bool = False
    is_needed: bool = False
    #: May be changed by the enterprise itself.
    is_own: bool = False
    help: Message = _NOTHING

    @property
    def names(self) -> Mapping[str, Message]:
        """Give the words for every key that may stand in the register."""
        return {**self.choices, **self.earlier} if self.earlier else self.choices


def _columns() -> tuple[Field, ...]:
    return (
        Field("name", Message("单位名称", "Name"), is_column=True, is_needed=True),
        Field(
            "uscc", Message("统一社会信用代码", "Social credit code"), "uscc", is_column=True,
            help=Message(
                "18 位；没有的个体工商户留空。", "18 characters; none for some self-employed."
            ),
        ),
        Field("legal_type", Message("单位类型", "Legal type"), "choice", choices=codes.LEGAL_TYPES),
        Field(
            "ownership", Message("企业性质", "Ownership"), "choice", choices=codes.OWNERSHIPS,
            is_column=True,
        ),
        Field("department_id", Message("主行业主管部门", "Primary department"), "node", "place",
              is_column=True),
        Field("town_id", Message("街镇", "Street or town"), "node", "place", is_column=True),
        Field("group_id", Message("所属集团", "Group"), "node", "place", is_column=True),
        Field("registered_address", Message("注册地址", "Registered address"), "text", "place",
              most=200),
        Field("address", Message("经营地址", "Business address"), "text", "place", most=200,
              is_own=True),
        Field("zone", Message("园区", "Zone"), "text", "place"),
        Field("region_code", Message("行政区划代码", "Region code"), "region", "place",
              is_column=True,
              help=Message("6、9 或 12 位数字；空着就沿用所在街镇的代码。",
                           "6, 9 or 12 digits; empty: that of its town.")),
        Field("sector", Message("行业领域", "Sector"), "choice", "business", SECTORS,
              is_column=True, is_needed=True),
        Field(
            "industry", Message("国民经济行业代码", "Industry code"), "industry", "business",
            is_column=True,
            help=Message(
                "GB/T 4754-2017，例如 C2614 或 2614。", "GB/T 4754-2017, as C2614 or 2614."
            ),
        ),
        Field("staff_count", Message("从业人员数", "Staff"), "number", "business", is_column=True,
              is_own=True),
        Field("size", Message("规模", "Size"), "choice", "business", codes.SIZES),
        Field("tags", Message("重点行业和风险标签", "Key sectors and risks"), "tags", "business",
              codes.TAGS, codes.EARLIER_TAGS),
    )  # fmt: skip


def _risks() -> tuple[Field, ...]:
    return (
        Field("hazard_source", Message("重大危险源等级", "Major hazard source"), "choice", "risk",
              codes.SOURCES, is_column=True),
        Field("oil_storage", Message("油料存储", "Oil storage"), "choice", "risk", codes.OIL,
              also=codes.OIL_WORDS, is_column=True),
        Field("oil_note", Message("油料种类和存量", "Oil: kinds and amounts"), "text", "risk",
              help=Message("例如：柴油，地下罐 2 个共 30 立方米。",
                           "For example: diesel, two tanks, 30 m³ together.")),
        Field("monitoring", Message("监测平台接入", "Monitoring"), "choice", "risk",
              codes.MONITORING, also=codes.MONITORING_WORDS, is_column=True),
        Field("monitored_since", Message("接入日期", "Connected since"), "date", "risk"),
        Field("monitored_by", Message("接入平台", "Monitoring platform"), "text", "risk"),
    )  # fmt: skip


def _profile() -> tuple[Field, ...]:
    people = (
        ("principal", "主要负责人", "Principal"),
        ("safety", "安全负责人", "Safety officer"),
        ("fire", "消防安全责任人", "Fire-safety officer"),
    )
    found: list[Field] = []
    for key, zh, en in people:
        found.append(Field(f"{key}_name", Message(zh, en), "text", "people", is_own=True))
        found.append(
            Field(f"{key}_phone", Message(f"{zh}电话", f"{en}'s phone"), "phone", "people",
                  most=30, is_own=True)
        )  # fmt: skip
    return (
        *found,
        Field("standard_sector", Message("标准化行业", "Standardised in"), "choice", "standard",
              STANDARD_SECTORS, also=STANDARD_WORDS, is_column=True),
        Field("standard_note", Message("标准化行业说明", "Standardised in, details"), "text",
              "standard"),
        Field("standard_grade", Message("标准化等级", "Grade"), "choice", "standard", codes.GRADES,
              is_column=True),
        Field("standard_until", Message("标准化有效期至", "Valid until"), "date", "standard",
              is_column=True),
        Field("source", Message("数据来源", "Source of the data"), "text", "standard"),
    )  # fmt: skip


#: In the order of pages and sheets.
FIELDS: Final = (*_columns(), *_risks(), *_profile())
BY_KEY: Final = {each.key: each for each in FIELDS}
#: The axes → the kind of node an enterprise stands under.
NODES: Final = {"department_id": "department", "town_id": "town", "group_id": "group"}
PARTS: Final[Mapping[str, Message]] = {
    "identity": Message("单位", "Enterprise"),
    "place": Message("归属和地址", "Where it belongs"),
    "business": Message("行业和规模", "Business"),
    "risk": Message("重大危险源和监测", "Hazard sources and monitoring"),
    "people": Message("联系人", "Contacts"),
    "standard": Message("标准化和来源", "Standardisation and source"),
}
