"""What a city is made of: the same size gives the same city, whenever it is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

SEED: Final = 20250126
#: How many enterprises and hazards a city has where nothing is said.
ON_A_SERVER: Final = (60_000, 1_000_000)
IN_A_FILE: Final = (2_000, 20_000)
#: So many days back the histories begin.
DAYS_TOLD: Final = 730

DEPARTMENTS: Final = (
    ("YJJ", "市应急管理局"),
    ("JYJ", "市教育局"),
    ("JGW", "市住房和城乡建设管理委员会"),
    ("WJW", "市卫生健康委员会"),
    ("SWW", "市商务委员会"),
    ("MZJ", "市民政局"),
    ("JTW", "市交通委员会"),
    ("WLJ", "市文化和旅游局"),
    ("RQB", "市燃气管理处"),
    ("SCJ", "市市场监督管理局"),
)
#: Sector, its share of a hundred, the department over it, and what its firms are called.
SECTORS: Final = (
    ("industry_trade", 34, "YJJ", "机械制造有限公司"),
    ("hazchem", 4, "YJJ", "精细化工有限公司"),
    ("construction", 9, "JGW", "建设工程有限公司"),
    ("gas", 2, "RQB", "燃气服务有限公司"),
    ("education", 6, "JYJ", "实验学校"),
    ("medical", 4, "WJW", "医院"),
    ("eldercare", 2, "MZJ", "养老院"),
    ("commercial", 13, "SWW", "商业管理有限公司"),
    ("heritage", 1, "WLJ", "文物保护中心"),
    ("general", 25, "SCJ", "商贸有限公司"),
)
_TOWN_NAMES: Final = "新泾 天山 程家桥 华阳 江苏 周家桥 虹桥 北新泾 仙霞 江湾 殷行 五角场 大桥 定海"
TOWNS: Final = [
    (f"JD{number:02d}", f"{name}街道") for number, name in enumerate(_TOWN_NAMES.split(), 1)
]
#: Groups of three levels: code, name, code of the parent.
GROUPS: Final = [
    (f"JT{top}{level or ''}", f"{name}集团{suffix}", parent)
    for top, name in enumerate(("城投", "申江", "临空", "浦汇"), 1)
    for level, suffix, parent in (
        (0, "", None),
        (1, "置业公司", f"JT{top}"),
        (2, "实业公司", f"JT{top}"),
        (3, "物业公司", f"JT{top}1"),
    )
]
_FIRST: Final = "申江沪虹闵浦海华东方瑞康宏达永盛金泰恒信"
_SECOND: Final = "源利兴隆和安顺通明辉达美新联丰润佳益诚德"


@dataclass(frozen=True)
class Unit:
    """One enterprise as it is planned."""

    number: int
    name: str
    sector: str
    department: str
    town: str
    group: str | None
    ownership: str
    staff: int
    #: How many hazards were reported there.
    cases: int
    #: For so many days at least nobody has reported there.
    quiet_days: int

    @property
    def code(self) -> str:
        """Give the short code that stands in its numbers."""
        return f"E{self.number:05d}"


def units(enterprises: int, hazards: int) -> Iterator[Unit]:
    """Yield the enterprises: nothing comes from some, hundreds of reports from a few."""
    rng = Random(SEED)  # noqa: S311 - a story, no secret
    weights = [_weight(rng) for _ in range(enterprises)]
    share, given, so_far = hazards / (sum(weights) or 1), 0, 0.0
    for number, weight in enumerate(weights, 1):
        so_far += weight * share
        cases = (hazards if number == enterprises else round(so_far)) - given
        given += cases
        yield _unit(rng, number, cases)


def _weight(rng: Random) -> float:
    """Give how much is reported: most of it in few enterprises, nothing in some."""
    return 0.0 if rng.random() < 0.12 else min(rng.paretovariate(1.1), 60)


def _unit(rng: Random, number: int, cases: int) -> Unit:
    shares = [share for _, share, *_ in SECTORS]
    sector, _, department, ending = rng.choices(SECTORS, shares)[0]
    group = rng.choice(GROUPS)[0] if rng.random() < 0.08 else None
    name = rng.choice(_FIRST) + rng.choice(_FIRST) + rng.choice(_SECOND)
    return Unit(
        number=number,
        name=f"{name}{number}号{ending}",
        sector=sector,
        department=department,
        town=rng.choice(TOWNS)[0],
        group=group,
        ownership="district_soe" if group else rng.choice(("private", "private", "foreign")),
        staff=max(2, cases * 3 + rng.randint(1, 40)),
        cases=cases,
        quiet_days=rng.randint(95, 500) if rng.random() < 0.1 else 0,
    )
