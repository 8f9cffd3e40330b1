"""What each tag of the history is called, and the sign and colour it is shown with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext

from engine.errors import Message


@dataclass(frozen=True)
class Look:
    """How one kind of event is shown."""

    what: Any
    icon: str
    #: calm · going · soon · late · done
    tone: str = "calm"


LOOKS: Final = {
    "instance:started": Look(lazy_gettext("提交报告"), "report", "going"),
    "instance:completed": Look(lazy_gettext("流程办结"), "check", "done"),
    "instance:cancelled": Look(lazy_gettext("撤销事项"), "cross", "late"),
    "instance:suspended": Look(lazy_gettext("暂停办理"), "pause", "soon"),
    "instance:resumed": Look(lazy_gettext("恢复办理"), "forward", "going"),
    "instance:migrated": Look(lazy_gettext("迁移到新版本"), "forward", "going"),
    "task:completed": Look(lazy_gettext("办结任务"), "check", "done"),
    "task:claimed": Look(lazy_gettext("领取任务"), "person"),
    "task:released": Look(lazy_gettext("退回任务"), "back"),
    "task:cancelled": Look(lazy_gettext("任务不用办了"), "cross"),
    "vote:opened": Look(lazy_gettext("开始表决"), "people", "going"),
    "vote:counted_out": Look(lazy_gettext("表决人退出"), "person"),
    "vote:nobody": Look(lazy_gettext("没有人可以表决"), "people", "soon"),
    "vote:decided": Look(lazy_gettext("表决有结果"), "stamp", "done"),
    "vote:ended": Look(lazy_gettext("表决没有完成，流程已往下走"), "cross"),
    "separation:waived": Look(lazy_gettext("一人单位，允许自查自办"), "info", "soon"),
    "checklist:cited": Look(lazy_gettext("引用报告清单"), "list"),
    "decision:made": Look(lazy_gettext("按决策表判断"), "flow"),
    "delegate:failed": Look(lazy_gettext("自动步骤没有成功，会自动重试"), "late", "soon"),
    "delegate:recovered": Look(lazy_gettext("自动步骤重试成功"), "check"),
    "timer:fired": Look(lazy_gettext("到时间自动执行"), "clock", "soon"),
    "hazard:registered": Look(lazy_gettext("隐患上账"), "hazard", "going"),
    "hazard:closed": Look(lazy_gettext("隐患销号"), "stamp", "done"),
    "report:dismissed": Look(lazy_gettext("不予上账"), "cross"),
    "major:reported": Look(lazy_gettext("报告重大隐患"), "message", "going"),
    "major:guarded": Look(lazy_gettext("临时防范措施"), "lock", "going"),
    "supervision:listed": Look(lazy_gettext("挂牌督办"), "eye", "late"),
    "supervision:applied": Look(lazy_gettext("申请核销"), "message", "going"),
    "supervision:cancelled": Look(lazy_gettext("督办部门核销"), "check", "done"),
    "relation:concerned": Look(lazy_gettext("注明涉及相关方"), "people"),
    "relation:passed": Look(lazy_gettext("转给相关方"), "forward", "going"),
    "relation:answered": Look(lazy_gettext("相关方的答复"), "people"),
    "reward:proposed": Look(lazy_gettext("提出奖励"), "money", "going"),
    "reward:approved": Look(lazy_gettext("批准奖励"), "stamp", "going"),
    "reward:refused": Look(lazy_gettext("不批准奖励"), "cross"),
    "reward:paid": Look(lazy_gettext("发放奖励"), "money", "done"),
    "reward:received": Look(lazy_gettext("奖励已领取"), "check", "done"),
    "reporter:told": Look(lazy_gettext("告知报告人"), "message"),
    "people:notified": Look(lazy_gettext("通知"), "bell"),
    "case:escalated": Look(lazy_gettext("逾期上报"), "bell", "late"),
    "certificate:issued": Look(lazy_gettext("签发证书"), "seal"),
    "certificate:ready": Look(lazy_gettext("证书文件已生成"), "seal"),
    "certificate:revoked": Look(lazy_gettext("证书作废"), "cross", "late"),
    "incident:opened": Look(lazy_gettext("系统异常，等待管理员处理"), "wrench", "late"),
    "incident:retried": Look(lazy_gettext("管理员重试"), "wrench"),
    "message:sent": Look(lazy_gettext("发送了一条留言"), "message"),
    "identity:revealed": Look(lazy_gettext("查看报告人身份"), "eye", "late"),
    "identity:named": Look(lazy_gettext("按本人同意印了姓名"), "print"),
    "naming:agreed": Look(lazy_gettext("报告人同意署名"), "check"),
    "naming:declined": Look(lazy_gettext("报告人不署名"), "hidden"),
    "case:looked": Look(lazy_gettext("上级查阅"), "eye"),
    "visit:planned": Look(lazy_gettext("计划合规指导"), "clock", "going"),
    "visit:made": Look(lazy_gettext("现场指导，逐项记录"), "list", "going"),
    "visit:advised": Look(lazy_gettext("出具指导意见书"), "stamp", "going"),
    "visit:rechecked": Look(lazy_gettext("复查"), "check", "going"),
    "visit:closed": Look(lazy_gettext("指导结束"), "check", "done"),
    "visited:told": Look(lazy_gettext("告知企业"), "bell"),
    "follow_up:answered": Look(lazy_gettext("企业答复后续事项"), "message", "going"),
    "practice:nominated": Look(lazy_gettext("推荐为典型案例"), "seal", "going"),
    "practice:consented": Look(lazy_gettext("企业同意作为典型案例"), "check", "going"),
    "practice:checked": Look(lazy_gettext("保密审查通过"), "lock", "going"),
    "practice:reworded": Look(lazy_gettext("审查改动了案例文字，再请企业同意"), "edit", "soon"),
    "practice:vetted": Look(lazy_gettext("典型案例评审"), "list", "going"),
    "practice:published": Look(lazy_gettext("发布为典型案例"), "seal", "done"),
    "practice:declined": Look(lazy_gettext("典型案例没有采用"), "cross"),
    "practice:withdrawn": Look(lazy_gettext("企业撤回典型案例"), "cross"),
    "practice:exported": Look(lazy_gettext("典型案例提供给媒体"), "forward", "going"),
    "practice:reported": Look(lazy_gettext("典型案例已报送"), "forward", "done"),
    "campaign:entered": Look(lazy_gettext("典型案例参加征集评选"), "forward", "going"),
    "campaign:recommended": Look(lazy_gettext("典型案例由上级推荐报送"), "forward", "going"),
    "campaign:taken_back": Look(lazy_gettext("典型案例退出征集评选"), "back"),
    "campaign:refused": Look(lazy_gettext("征集评选没有受理典型案例"), "cross"),
    "campaign:revoked": Look(lazy_gettext("典型案例的奖项撤销"), "cross"),
    "campaign:awarded": Look(lazy_gettext("典型案例获奖"), "seal", "done"),
    "command:denied": Look(lazy_gettext("一次操作被拒绝"), "lock", "soon"),
}
#: What was refused, by the name of the engine's operation.
COMMANDS: Final = {
    "complete": lazy_gettext("办理"),
    "claim": lazy_gettext("领取"),
    "release": lazy_gettext("退回"),
    "assign": lazy_gettext("转派"),
    "save_draft": lazy_gettext("存草稿"),
    "suspend": lazy_gettext("暂停"),
    "resume": lazy_gettext("恢复"),
    "cancel": lazy_gettext("撤销"),
    "reveal": lazy_gettext("查看报告人身份"),
    "report": lazy_gettext("登记重大隐患报告"),
    "guard": lazy_gettext("写临时防范措施"),
    "put_under_supervision": lazy_gettext("登记挂牌督办"),
    "apply_for_check": lazy_gettext("登记申请核销"),
    "strike_off": lazy_gettext("登记核销"),
    "draw_up_report": lazy_gettext("开具重大隐患报告单"),
    "draw_up_acceptance": lazy_gettext("开具治理验收单"),
}
#: What decisions answer in one word.
OUTPUTS: Final = {
    "general": Message("一般", "General"),
    "major": Message("重大", "Major"),
}


def look_of(tag: str) -> Look:
    """Give how events with that tag are shown; a tag nobody knows stands for itself."""
    return LOOKS.get(tag) or Look(tag, "info")
