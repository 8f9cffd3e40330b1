"""What the register of majors calls its codes. Pages say them with `say`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.errors import Message

ADDRESSEES: Final[Mapping[str, Message]] = {
    "authority": Message("监管部门", "Authority"),
    "congress": Message("职代会或工会", "Workers' congress or union"),
}
METHODS: Final[Mapping[str, Message]] = {
    "system": Message("信息系统", "Information system"),
    "written": Message("书面", "In writing"),
    "phone": Message("电话", "By phone"),
    "in_person": Message("当面", "In person"),
    "congress": Message("职工大会或职代会", "At the workers' congress"),
    "union": Message("工会委员会", "Through the union committee"),
}
MISSING: Final[Mapping[str, Message]] = {
    "determination": Message("没有逐条判定", "Not determined condition by condition"),
    "authority": Message("没有报告监管部门", "Not reported to the authority"),
    "congress": Message("没有报告职代会或工会", "Not reported to the workers' congress"),
    "interim": Message("没有临时防范措施", "No interim measures"),
    "plan": Message("没有六要素治理方案", "No plan in six elements"),
    "overdue": Message("整改逾期", "Overdue"),
}
#: The same in the few words a table has room for.
MISSING_SHORT: Final[Mapping[str, Message]] = {
    "determination": Message("缺判定", "determination"),
    "authority": Message("缺部门报告", "authority"),
    "congress": Message("缺职代会报告", "congress"),
    "interim": Message("缺防范措施", "measures"),
    "plan": Message("缺治理方案", "plan"),
    "overdue": Message("逾期", "overdue"),
}
STANDINGS: Final[Mapping[str, Message]] = {
    "": Message("在册", "On the register"),
    "open": Message("未销号", "Open"),
    "closed_inside": Message("已销号，未核销", "Closed inside, not struck off"),
    "closed": Message("已销号", "Closed"),
    "all": Message("全部", "All"),
}
AGES: Final[Mapping[str, Message]] = {
    "week": Message("7 天以内", "Up to 7 days"),
    "month": Message("8 至 30 天", "8 to 30 days"),
    "quarter": Message("31 至 90 天", "31 to 90 days"),
    "longer": Message("超过 90 天", "More than 90 days"),
}
PLAN: Final[Mapping[str, Message]] = {
    "plan_goal": Message("治理的目标和任务", "Goals and tasks"),
    "plan_methods": Message("采取的方法和措施", "Methods and measures"),
    "plan_resources": Message("经费和物资的落实", "Money and materials"),
    "plan_people": Message("负责治理的机构和人员", "Who carries it out"),
    "plan_schedule": Message("治理的时限和要求", "Time limits and requirements"),
    "plan_safety": Message("安全措施和应急预案", "Safety measures and emergency plan"),
}
EVALUATIONS: Final[Mapping[str, Message]] = {
    "self": Message("本单位组织技术人员自评", "By our own engineers"),
    "experts": Message("聘请专家评估", "By experts"),
    "institution": Message("委托安全评价机构评估", "By a safety assessment institution"),
}
MET: Final[Mapping[bool | None, Message]] = {
    True: Message("符合", "Holds"),
    False: Message("不符合", "Does not hold"),
    None: Message("还不清楚", "Not known"),
}
PROPOSED: Final[Mapping[str, Message]] = {
    "major": Message("按逐条勾选应为重大", "The ticks make it major"),
    "general": Message("按逐条勾选不构成重大", "The ticks do not make it major"),
    "undecided": Message("按逐条勾选还不能判定", "The ticks do not decide it"),
}
