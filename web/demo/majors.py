"""Stories of major hazards and of suggestions, in several enterprises."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from engine import clock, majors
from engine.commands import execute
from web.demo import steps
from web.demo.casework import Case
from web.demo.people import MAIN
from web.demo.stage import Beginning, Stage
from web.demo.steps import Found
from web.demo.telling import Story, after

_SPRAY_BOOTH: Final = Found(
    sector="industry_trade",
    place="喷漆房",
    part="调漆间",
    text="调漆间用油性漆，没有装固定式可燃气体报警装置",
    category="object",
    item="IT-03",
    scene="drums",
    cost="46000",
    measures="停用调漆间；安装固定式可燃气体报警装置并与排风联锁",
    done="报警装置已安装，与排风联锁，第三方检测合格",
)
_CHEMICALS: Final = Found(
    sector="hazchem",
    place="甲类仓库",
    part="西区",
    text="禁忌物料同库混放，且超出核定储量",
    category="management",
    item="HC-05",
    scene="drums",
    cost="28000",
    measures="立即分库，超量部分外运；货位重新划分",
    done="已分库存放，储量降至核定值以下，标识齐全",
)
_SCAFFOLD: Final = Found(
    sector="construction",
    place="三号楼工地",
    part="北侧脚手架",
    text="脚手架第四步连墙件整层缺失",
    category="object",
    item="CO-05",
    scene="scaffold",
    cost="12000",
    measures="停止该侧作业，按方案补设连墙件，验收后恢复",
    done="连墙件已按方案补齐，监理验收合格",
)
_STATION: Final = Found(
    sector="gas",
    place="天山路调压站",
    part="调压间",
    text="调压间没有装固定式燃气浓度报警装置",
    category="object",
    item="GA-05",
    scene="valve",
    cost="32000",
    measures="安装固定式报警装置并接入监控中心",
    done="报警装置已安装并接入监控中心",
)
_BOOTH_MARKS: Final = {
    1: ("yes", "现场为机械企业调漆间，使用油性漆（照片 1）"),
    2: ("yes", "未见固定式报警装置，设备台账也没有（照片 1）"),
    3: ("no", "有排风系统，运行正常"),
}


def listed(stage: Stage, case: Case, by: str, authority: str, number: str) -> None:
    """The authority puts a major under its supervision 挂牌督办."""
    today = clock.local_date()
    execute(
        stage.teller.session,
        majors.put_under_supervision,
        case.instance_id,
        authority=authority,
        case_number=number,
        listed_on=today,
        due_on=today + timedelta(days=60),
        note="重大事故隐患挂牌督办，请按期治理并书面申请核销",
        actor=stage.crews[by].who("officer"),
    )


def drawn_up(case: Case) -> None:
    """The report for the authority is printed before it is handed over."""
    execute(
        case.session,
        majors.draw_up_report,
        case.instance_id,
        addressee="authority",
        addressed_to="区应急管理局",
        state_and_cause="调漆间建成时未设计可燃气体报警装置，改用油性漆后没有补装。",
        harm_and_difficulty="遇火源可能爆燃，波及喷漆房四人；要停用、设计、安装、检测，约 30 天。",
        contact="王安",
        actor=case.crew.who("verifier"),
    )


def under_way(stage: Stage) -> Story:
    """A major hazard: determined, reported twice, planned in six elements, being put right."""
    case = stage.cases["major"] = stage.report(_SPRAY_BOOTH, by="worker")
    yield from steps.acknowledged(case, "已停用调漆间，今天核查")
    yield from steps.verified(case, _SPRAY_BOOTH, level="major", report_quality="good")
    yield from steps.determined(case, _BOOTH_MARKS, "应急管理部令第10号 第七条（七）")
    drawn_up(case)
    stage.teller.begin(clock.now(), steps.rewarded_after_approval(case))
    yield from steps.reported_twice(case, _SPRAY_BOOTH, "区应急管理局")
    yield from steps.planned(case, _SPRAY_BOOTH, days=45, major=True)


def signed(stage: Stage) -> Story:
    """A major hazard that was put right and closed with the principal's signature."""
    case = stage.report(_CHEMICALS, by="chem-staff", code="HG001")
    marks = {
        1: ("yes", "两种禁忌物料在同一库区（照片 1）"),
        2: ("yes", "台账 38 吨，核定 30 吨"),
        3: ("yes", "氧化剂与可燃物相邻"),
    }
    yield from steps.acknowledged(case)
    yield from steps.verified(case, _CHEMICALS, level="major")
    yield from steps.determined(case, marks, "安监总管三〔2017〕121号 第（二十）项")
    stage.teller.begin(clock.now(), steps.rewarded_after_approval(case))
    yield from steps.reported_twice(case, _CHEMICALS, "区应急管理局")
    yield after(1, case.rng)
    listed(stage, case, "YJJ", "区应急管理局", f"长安督〔{clock.local_date():%Y}〕7号")
    yield from steps.planned(case, _CHEMICALS, days=30, major=True)
    yield from steps.rectified(case, _CHEMICALS, 9)
    yield from steps.accepted(case)
    yield after(1, case.rng)
    principal = case.crew.who("principal")
    case.does("sign_closure", principal, closure_signed=True, closure_note="举一反三，全库排查")


def awaiting_signature(stage: Stage) -> Story:
    """A major hazard that was accepted; the principal has to sign its closure."""
    case = stage.report(_SCAFFOLD, by="build-staff", code="JG001")
    marks = {1: ("no", "其他各步有连墙件"), 2: ("yes", "第四步整层没有连墙件（照片 1）")}
    yield from steps.acknowledged(case, "已停止北侧作业")
    yield from steps.verified(
        case,
        _SCAFFOLD,
        level="major",
        report_quality="good",
        employer="subcontractor",
        employer_name="东架劳务公司",
    )
    yield from steps.determined(case, marks, "建质规〔2024〕5号 第七条（二）")
    stage.teller.begin(clock.now(), steps.rewarded_after_approval(case))
    yield from steps.told_employer(case, _SCAFFOLD)
    yield from steps.reported_twice(case, _SCAFFOLD, "区建设和管理委员会")
    yield from steps.planned(case, _SCAFFOLD, days=20, major=True)
    yield from steps.rectified(case, _SCAFFOLD, 6)
    yield from steps.accepted(case)


def overdue_major(stage: Stage) -> Story:
    """A major hazard that is overdue: the department was told as well."""
    case = stage.report(_STATION, by="gas-staff", code="RQ001")
    marks = {
        1: ("yes", "调压间属于可能泄漏的设施区域"),
        2: ("yes", "未安装固定式报警装置（照片 1）"),
    }
    yield from steps.acknowledged(case)
    yield from steps.verified(case, _STATION, level="major")
    yield from steps.determined(case, marks, "建城规〔2023〕4号 第五条（五）")
    stage.teller.begin(clock.now(), steps.rewarded_after_approval(case))
    yield from steps.reported_twice(case, _STATION, "区建设和管理委员会")
    yield from steps.planned(case, _STATION, days=25, major=True)
    yield after(2, case.rng)
    listed(stage, case, "JGW", "区建设和管理委员会", f"长建督〔{clock.local_date():%Y}〕3号")


def _suggests(
    stage: Stage, by: str, place: str, text: str, benefit: str, *, code: str = MAIN
) -> Story:
    found = Found("", place, "", text, "environment", "", "stairs", "", "", "")
    case = stage.report(
        found,
        by=by,
        code=code,
        definition_key="suggestion",
        kind="suggestion",
        benefit=benefit,
    )
    stage.cases[f"suggestion of {by}"] = case
    yield from ()


def adopted(stage: Stage) -> Story:
    """A suggestion that was adopted and rewarded."""
    yield from _suggests(
        stage,
        "worker",
        "二号车间",
        "在坡道加防滑条，叉车转弯处装凸面镜",
        "雨天不打滑，转弯看得见人",
    )
    case = stage.cases["suggestion of worker"]
    yield after(4, case.rng)
    verifier = case.crew.who("verifier")
    case.does(
        "consider", verifier, adopted=True, reply="很好，本月内完成加装。", report_quality="normal"
    )
    yield from steps.rewarded(case)


def not_adopted(stage: Stage) -> Story:
    """A suggestion that was answered with the reason why not."""
    yield from _suggests(
        stage, "mall-staff", "中庭", "中庭吊装作业全部改到夜里零点后", "白天没有人", code="GC001"
    )
    case = stage.cases["suggestion of mall-staff"]
    yield after(6, case.rng)
    reply = "零点后照明和救援力量不足，风险更大；已改为闭店后到零点前。"
    case.does("consider", case.crew.who("verifier"), adopted=False, reply=reply)


def suggested(stage: Stage) -> Story:
    """A suggestion that waits for an answer."""
    yield from _suggests(
        stage, "keeper", "原料仓库", "货架端头装防撞护角，叉车加蓝光灯", "减少碰撞"
    )


STORIES: Final[tuple[Beginning, ...]] = (
    (11, under_way),
    (72, signed),
    (21, awaiting_signature),
    (45, overdue_major),
    (28, adopted),
    (33, not_adopted),
    (2, suggested),
)
