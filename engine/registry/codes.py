"""Code tables of the register: ownership, size, grades, tags (domain.md C2), GB/T 4754 (C8 c)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from unicodedata import normalize

from engine.errors import Message
from engine.hazards.codes import SECTORS

OWNERSHIPS: Final[Mapping[str, Message]] = {
    "district_soe": Message("区属国有企业", "District state-owned"),
    "municipal_soe": Message("市属国有企业", "Municipal state-owned"),
    "central_soe": Message("中央企业", "Central state-owned"),
    "collective": Message("集体企业", "Collective"),
    "private": Message("民营企业", "Private"),
    "foreign": Message("外资企业", "Foreign-invested"),
    "public": Message("事业单位", "Public institution"),
}
LEGAL_TYPES: Final[Mapping[str, Message]] = {
    "company": Message("企业", "Company"),
    "institution": Message("事业单位", "Public institution"),
    "civil": Message("民办非企业单位", "Private non-profit"),
    "self_employed": Message("个体工商户", "Self-employed"),
}
SIZES: Final[Mapping[str, Message]] = {
    "large": Message("大型", "Large"),
    "medium": Message("中型", "Medium"),
    "small": Message("小型", "Small"),
    "micro": Message("微型", "Micro"),
}
#: Grades of the safety production standardisation.
GRADES: Final[Mapping[str, Message]] = {
    "one": Message("一级", "Grade 1"),
    "two": Message("二级", "Grade 2"),
    "three": Message("三级", "Grade 3"),
    "small": Message("小微企业", "Small enterprise"),
}
#: Levels of a major hazard source 重大危险源.
SOURCES: Final[Mapping[str, Message]] = {
    "one": Message("一级", "Level 1"),
    "two": Message("二级", "Level 2"),
    "three": Message("三级", "Level 3"),
    "four": Message("四级", "Level 4"),
}
#: What a department supervises beside the primary one (R-08).
AREAS: Final[Mapping[str, Message]] = {
    "fire": Message("消防", "Fire safety"),
    "special_equipment": Message("特种设备", "Special equipment"),
    "hazardous_chemicals": Message("危险化学品", "Hazardous chemicals"),
    "gas": Message("燃气", "Gas"),
    "other": Message("其他", "Other"),
}
STATUSES: Final[Mapping[str, Message]] = {
    "active": Message("正常", "Active"),
    "suspended": Message("停业", "Suspended"),
    "closed": Message("注销", "Closed"),
}
#: Key sectors 重点行业 an enterprise belongs to beside its own, and what is dangerous in it.
TAGS: Final[Mapping[str, Message]] = {
    **{key: words for key, words in SECTORS.items() if key != "general"},
    "dust": Message("粉尘涉爆", "Explosive dust"),
    "confined_space": Message("有限空间", "Confined spaces"),
    "ammonia": Message("液氨", "Liquid ammonia"),
    "lithium": Message("锂电", "Lithium batteries"),
}
#: Tags of before: still read, and kept as particulars of their own.
EARLIER_TAGS: Final[Mapping[str, Message]] = {
    "oil": Message("油料存储", "Oil storage"),
    "monitored": Message("接入监测平台", "On the monitoring platform"),
}
#: Whether oil is stored 油料存储, and whether a platform monitors the risks 监测平台接入 (R-47).
OIL: Final[Mapping[str, Message]] = {
    "yes": Message("有", "Yes"),
    "no": Message("没有", "No"),
}
OIL_WORDS: Final[Mapping[str, str]] = {"是": "yes", "无": "no", "否": "no"}
MONITORING: Final[Mapping[str, Message]] = {
    "yes": Message("已接入", "Connected"),
    "partly": Message("部分接入", "Partly connected"),
    "no": Message("未接入", "Not connected"),
}
MONITORING_WORDS: Final[Mapping[str, str]] = {
    "是": "yes", "全部接入": "yes", "部分": "partly", "否": "no", "没有接入": "no",
}  # fmt: skip

#: Section of GB/T 4754-2017 → name, first and last division.
SECTIONS: Final[Mapping[str, tuple[Message, int, int]]] = {
    "A": (Message("农、林、牧、渔业", "Agriculture"), 1, 5),
    "B": (Message("采矿业", "Mining"), 6, 12),
    "C": (Message("制造业", "Manufacturing"), 13, 43),
    "D": (Message("电力、热力、燃气及水生产和供应业", "Electricity, gas and water"), 44, 46),
    "E": (Message("建筑业", "Construction"), 47, 50),
    "F": (Message("批发和零售业", "Wholesale and retail"), 51, 52),
    "G": (Message("交通运输、仓储和邮政业", "Transport, storage and post"), 53, 60),
    "H": (Message("住宿和餐饮业", "Hotels and catering"), 61, 62),
    "I": (Message("信息传输、软件和信息技术服务业", "Information services"), 63, 65),
    "J": (Message("金融业", "Finance"), 66, 69),
    "K": (Message("房地产业", "Real estate"), 70, 70),
    "L": (Message("租赁和商务服务业", "Leasing and business services"), 71, 72),
    "M": (Message("科学研究和技术服务业", "Research and technical services"), 73, 75),
    "N": (Message("水利、环境和公共设施管理业", "Water, environment, public facilities"), 76, 79),
    "O": (Message("居民服务、修理和其他服务业", "Household services and repair"), 80, 82),
    "P": (Message("教育", "Education"), 83, 83),
    "Q": (Message("卫生和社会工作", "Health and social work"), 84, 85),
    "R": (Message("文化、体育和娱乐业", "Culture, sports and entertainment"), 86, 90),
    "S": (Message("公共管理、社会保障和社会组织", "Public administration"), 91, 96),
    "T": (Message("国际组织", "International organisations"), 97, 97),
}
#: Codes that are called by name; any other whose section fits is taken as well.
INDUSTRIES: Final[Mapping[str, Message]] = {
    "C26": Message("化学原料和化学制品制造业", "Chemicals"),
    "C27": Message("医药制造业", "Pharmaceuticals"),
    "D451": Message("燃气生产和供应业", "Gas production and supply"),
    "D4511": Message("天然气生产和供应业", "Natural gas"),
    "E47": Message("房屋建筑业", "Building"),
    "E48": Message("土木工程建筑业", "Civil engineering"),
    "E49": Message("建筑安装业", "Installation"),
    "E50": Message("建筑装饰、装修和其他建筑业", "Decoration and other construction"),
    "F5211": Message("百货零售", "Department stores"),
    "F5265": Message("机动车燃油零售", "Fuel for vehicles"),
    "F5266": Message("机动车燃气零售", "Gas for vehicles"),
    "L7222": Message("商业综合体管理服务", "Management of commercial complexes"),
    "P83": Message("教育", "Education"),
    "Q84": Message("卫生", "Health"),
    "Q8514": Message("老年人、残疾人养护服务", "Care of the elderly and disabled"),
    "R8840": Message("文物及非物质文化遗产保护", "Protection of cultural heritage"),
    "R8850": Message("博物馆", "Museums"),
}
_INDUSTRY: Final = re.compile(r"(?P<section>[A-T]?)(?P<code>[0-9]{2,4})")
#: A region: 6 digits of GB/T 2260 for a district, 9 or 12 of the statistics bureau for a town.
_REGION: Final = re.compile(r"[1-8][0-9]{5}(?:[0-9]{3}){0,2}")


def industry(text: str) -> str | None:
    """Give a code of GB/T 4754 with its section in front, "C2614"; None when there is none such.

    Args:
        text: two to four digits, with or without the section.
    """
    found = _INDUSTRY.fullmatch(text.strip().upper())
    if found is None:
        return None
    division = int(found["code"][:2])
    for section, (_, first, last) in SECTIONS.items():
        if first <= division <= last:
            return section + found["code"] if found["section"] in ("", section) else None
    return None


def region(text: str) -> str | None:
    """Give the code of a region if it has the form of one; which there are is not known here."""
    plain = "".join(normalize("NFKC", text).split())
    return plain if _REGION.fullmatch(plain) else None


def industry_name(code: str | None) -> Message:
    """Give the name of a code, or of the nearest wider one that has a name."""
    code = code or ""
    for length in range(len(code), 2, -1):
        if code[:length] in INDUSTRIES:
            return INDUSTRIES[code[:length]]
    section = SECTIONS.get(code[:1])
    return section[0] if section else Message("", "")
