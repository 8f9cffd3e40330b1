"""The words of notices and of messages to reporters, by the keys that diagrams use.

A diagram says `tell_reporter(message="confirmed")`; the words are here, so that one change mends
them everywhere. Braces name facts of the case. The first sentence says what happened, the second
what happens next.
"""

from __future__ import annotations

from typing import Final

from engine.complaint_notices import COMPLAINANT_WORDS, COMPLAINT_WORDS
from engine.errors import Message

#: To the reporter, on the report's own page. Every way a report can end has words (R-70).
REPORTER_WORDS: Final = {
    "received": Message(
        "您的报告已收到。我们会在 24 小时内受理。",
        "Your report has arrived. It will be taken up within 24 hours.",
    ),
    "acknowledged": Message(
        "您的报告已受理，正在安排人员核查。",
        "Your report was taken up; somebody is being sent to verify it.",
    ),
    "confirmed": Message(
        "经核查，您报告的隐患属实，已上账，编号 {hazard_no}。谢谢您，我们会尽快整改。",
        "Your report was confirmed and the hazard is on the books as {hazard_no}. Thank you; it "
        "will be put right soon.",
    ),
    "not_a_hazard": Message(
        "经核查，您报告的情况不构成事故隐患。谢谢您的关心；如有不同看法，可在这里留言。",
        "What you reported was found not to be a hazard. Thank you for caring; if you see it "
        "otherwise, leave a message here.",
    ),
    "duplicate": Message(
        "您报告的隐患已有人先报告，正在办理。谢谢您。",
        "This hazard had been reported before and is being dealt with. Thank you.",
    ),
    "dismissed": Message(
        "您的报告已核查完毕，没有列入隐患台账。谢谢您；如有不同看法，可在这里留言。",
        "Your report was checked and is not entered as a hazard. Thank you; if you see it "
        "otherwise, leave a message here.",
    ),
    "cancelled": Message(
        "您的报告已终止办理。如有疑问，可在这里留言。",
        "Work on your report was ended. If you have questions, leave a message here.",
    ),
    "adopted": Message("您的建议已被采纳，谢谢您。", "Your suggestion was adopted. Thank you."),
    "not_adopted": Message(
        "您的建议这次没有采纳。谢谢您的建议，欢迎继续提出。",
        "Your suggestion was not adopted this time. Thank you; keep them coming.",
    ),
    "rectified": Message(
        "您报告的隐患已整改，正在验收。",
        "The hazard you reported was put right and is being checked.",
    ),
    "accepted": Message(
        "您报告的隐患已整改，并由另一人验收合格，即将销号。谢谢您。",
        "The hazard you reported was put right and passed by another person; it is about to be "
        "closed. Thank you.",
    ),
    "closed": Message(
        "您报告的隐患已整改并通过验收，已销号，编号 {closure_no}。谢谢您。",
        "The hazard you reported was put right, checked and closed as {closure_no}. Thank you.",
    ),
    "reward_approved": Message(
        "您的报告奖励 {amount_yuan} 元已批准，财务将尽快发放。",
        "Your reward of {amount_yuan} yuan was approved and will be paid soon.",
    ),
    "reward_paid": Message(
        "您的报告奖励（{given}）已发放，请核对后确认收到。",
        "Your reward was given: {given}. Please confirm that you have it.",
    ),
    "reward_refused": Message(
        "您的报告这次没有发放奖励。如有不同看法，可在这里留言。",
        "No reward was given for your report. If you see it otherwise, leave a message here.",
    ),
    "thanks": Message("谢谢您的报告。", "Thank you for your report."),
    **COMPLAINANT_WORDS,
}

#: To members, in their notifications.
MEMBER_WORDS: Final = {
    "imminent": Message(
        "{number}：报告称有紧急危险。请立即到现场，必要时先停工撤人（安全生产法第五十五条）。",
        "{number}: imminent danger is reported. Go there now; stop work and clear people if need "
        "be (Work Safety Law, art. 55).",
    ),
    "acknowledge_overdue": Message(
        "{number}：报告超过 24 小时还没有受理。请立即受理。",
        "{number}: not taken up within 24 hours. Take it up now.",
    ),
    "verify_overdue": Message(
        "{number}：核查已超过期限。请尽快核查。",
        "{number}: verification is overdue. Verify it soon.",
    ),
    "consider_overdue": Message(
        "{number}：合理化建议超过期限还没有答复。请研究并答复（安全生产法第六十条）。",
        "{number}: the suggestion has not been answered in time. Study and answer it (Work Safety "
        "Law, art. 60).",
    ),
    "report_overdue": Message(
        "{number}：重大事故隐患还没有双报告。请立即报告主管部门和职代会（安全生产法第四十一条）。",
        "{number}: the major hazard has not been reported twice. Report it now to the authority "
        "and to the workers' congress (Work Safety Law, art. 41).",
    ),
    "plan_overdue": Message(
        "{number}：治理方案已超过期限。请尽快制定。",
        "{number}: the rectification plan is overdue. Draw it up soon.",
    ),
    "make_safe_overdue": Message(
        "{number}：紧急情况到时还没有先期处置的记录。请立即到现场，确认已停止作业、撤离人员。",
        "{number}: imminent danger, and nobody has recorded that the site was made safe. Go there "
        "now; see that work has stopped and people are clear.",
    ),
    "step_overdue": Message(
        "{number}：有一步超过期限还没有办完。请查看并督促办理。",
        "{number}: a step is overdue. Look into it and press for it.",
    ),
    "rectify_due": Message(
        "{number}：整改今天到期。请完成整改，或说明情况。",
        "{number}: the rectification is due today. Finish it, or say why not.",
    ),
    "rectify_overdue": Message(
        "{number}：整改已超过期限。请督促整改，并落实临时防范措施。",
        "{number}: rectification is overdue. Press for it, and see to the interim controls.",
    ),
    "accept_overdue": Message(
        "{number}：验收已超过期限。请尽快验收。",
        "{number}: acceptance is overdue. Check it soon.",
    ),
    "closure_overdue": Message(
        "{number}：销号签字已超过期限。请尽快签字。",
        "{number}: signing the closure is overdue. Sign it soon.",
    ),
    "reward_overdue": Message(
        "{number}：奖励办理已超过期限。请尽快办理。",
        "{number}: the reward is overdue. See to it soon.",
    ),
    "reward_not_received": Message(
        "{number}：报告人说没有收到奖励。请财务核对，并告诉报告人。",
        "{number}: the reporter has not got the reward. Check the payment and tell them.",
    ),
    "reward_unconfirmed": Message(
        "{number}：报告人没有确认收到奖励，已记录，不再等待。",
        "{number}: the reporter did not confirm the reward; this is recorded, and waited for no "
        "longer.",
    ),
    "major_hazard": Message(
        "{number}：确认为重大事故隐患。请向主管部门和职工代表大会双报告（安全生产法第四十一条）。",
        "{number}: confirmed as a major hazard. Report it to the authority and to the workers' "
        "congress (Work Safety Law, art. 41).",
    ),
    "closed": Message("{number}：隐患已销号。", "{number}: the hazard is closed."),
    "rejected": Message(
        "{number}：验收没有通过，请继续整改。",
        "{number}: acceptance failed; go on rectifying.",
    ),
    "reward_paid": Message("{number}：奖励已发放。", "{number}: the reward was given."),
    "vote_over": Message(
        "{number}：表决已有结果，您不用再表决。",
        "{number}: the vote is decided; you need not vote any more.",
    ),
    "visit_planned": Message(
        "{visitor}计划于 {planned_on} 来本单位合规指导（{number}），请主要负责人或安全负责人在场。",
        "{visitor} plans a guidance visit on {planned_on} ({number}); please have the principal "
        "or the safety officer there.",
    ),
    "visit_overdue": Message(
        "{number}：计划的日子已到，还没有现场指导的记录。请去现场，或撤销计划。",
        "{number}: the planned day has come and no visit is recorded. Go there, or cancel the "
        "plan.",
    ),
    "opinion_issued": Message(
        "{visitor}出具了合规指导意见书 {opinion}。请查看，有后续事项的在 {answer_by} 前答复。",
        "{visitor} issued the opinion letter {opinion}. Read it, and answer its follow-ups by "
        "{answer_by}.",
    ),
    "follow_up_overdue": Message(
        "合规指导 {number}：今天是答复后续事项的最后一天（{answer_by}），还没有答复的请答复。",
        "Guidance visit {number}: follow-ups are to be answered by today ({answer_by}); answer "
        "what is still open.",
    ),
    "follow_up_again": Message(
        "合规指导 {number}：复查后有事项还没完成，请继续完善，并在 {answer_by} 前答复。",
        "Guidance visit {number}: the re-check found things not yet done; go on and answer by "
        "{answer_by}.",
    ),
    "follow_up_answered": Message(
        "{number}：企业已答复全部后续事项，可以复查。",
        "{number}: the enterprise has answered every follow-up; it can be checked again.",
    ),
    "visit_closed": Message(
        "{visitor}的合规指导 {number} 已结束。",
        "The guidance visit {number} of {visitor} is closed.",
    ),
    "vote_nobody": Message(
        "{number}：没有人可以表决，请主要负责人决定。",
        "{number}: nobody can vote; the principal is asked to decide.",
    ),
    **COMPLAINT_WORDS,
}

#: Of those, what is about a guidance visit.
VISIT_WORDS: Final = frozenset(
    {
        "visit_planned", "visit_overdue", "opinion_issued", "follow_up_overdue",
        "follow_up_again", "follow_up_answered", "visit_closed",
    }
)  # fmt: skip

#: To members, about what is no case and no diagram says: months, the mechanism.
OVERSIGHT_WORDS: Final = {
    "return_submitted": Message(
        "{unit}报送了 {month} 的月报，请在“月报”里查看。",
        "{unit} handed in its return of {month}; see it under Returns.",
    ),
    "return_due": Message(
        "{month} 的月报还没有报送，请在 {day} 前签字、锁定并报送。",
        "The return of {month} is not handed in; sign, lock and submit it by {day}.",
    ),
    "return_late": Message(
        "{month} 的月报已过 {day} 的期限，还没有报送。请尽快办理。",
        "The return of {month} was due by {day} and is not handed in. Please see to it.",
    ),
    "return_not_locked": Message(
        "{month} 的月报没有锁定：{why}",
        "The return of {month} was not locked: {why_en}",
    ),
    "coverage_reminder": Message(
        "{by}提醒：按“{target}”，本单位应在 {due_on} 前{stage}事故隐患内部报告奖励机制。"
        "请在“机制建设”补齐材料；有困难的请写明原因。",
        "{by} reminds you: by “{target}” your mechanism was to be {stage_en} by {due_on}. Complete "
        "the evidence under “Mechanism”, or say what stands in the way.",
    ),
    "quarter_due": Message(
        "{quarter} 的事故隐患统计分析请在 {day} 前签认，在“第一责任人”页面办理。",
        "Sign the analysis of {quarter} by {day}, on the page “First responsible”.",
    ),
    "quarter_late": Message(
        "{quarter} 的事故隐患统计分析应在 {day} 前签认，已经逾期，请尽快在“第一责任人”页面办理。",
        "The analysis of {quarter} was to be signed by {day}; do so now on the page “First "
        "responsible”.",
    ),
    "standard_ahead": Message(
        "本单位的安全生产标准化有效期到 {day}，还有 {left} 天，请及时申请复评。",
        "Your safety standardisation holds until {day}, {left} days from now; apply for its "
        "renewal.",
    ),
    "standard_after": Message(
        "本单位的安全生产标准化已于 {day} 到期。请尽快申请复评；已经复评的，请主管部门更正名录。",
        "Your safety standardisation ended on {day}. Apply for its renewal; if it is renewed, have "
        "the register corrected.",
    ),
}

#: To members who look after definitions, about what is drawn and published.
STUDIO_WORDS: Final = {
    "definition_proposed": Message(
        "{author} 提交了流程“{name}”，要发布需要您同意。请在“流程”里查看改动，再同意或退回。",
        "{author} put forward the process “{name}”; it needs your agreement. Look at what changed "
        "under “Processes”, then agree or decline.",
    ),
    "definition_declined": Message(
        "{author} 退回了流程“{name}”：{words}",
        "{author} declined the process “{name}”: {words}",
    ),
    "definition_published": Message(
        "流程“{name}”第 {version} 版已由 {author} 同意发布，{since} 起按它办理新报告。",
        "Version {version} of “{name}” was agreed to by {author} and published; new reports follow "
        "it from {since}.",
    ),
    "definition_suspended": Message(
        "{author} 停用了流程“{name}”第 {version} 版：{words}",
        "{author} suspended version {version} of “{name}”: {words}",
    ),
    "definition_resumed": Message(
        "{author} 恢复了流程“{name}”第 {version} 版：{words}",
        "{author} resumed version {version} of “{name}”: {words}",
    ),
    "definition_by_one": Message(
        "{author} 取消了“流程由两人发布”，今后一个人就能发布流程。您没有同意的话，"
        "请在单位设置里改回。",
        "{author} no longer has two people publish processes; one is enough from now on. If you "
        "did not agree, have the setting changed back.",
    ),
    "definition_inherited": Message(
        "{owner}发布了流程“{name}”第 {version} 版，{since} 起本单位的新报告按它办理。"
        "已经开始的事项不变。",
        "{owner} published version {version} of “{name}”; your new reports follow it from {since}. "
        "Cases that have begun stay as they are.",
    ),
    "definition_newer": Message(
        "{owner}发布了流程“{name}”第 {version} 版。本单位用的是自己改过的版本，不会自动改变；"
        "请在“流程”里比较后决定。",
        "{owner} published version {version} of “{name}”. You run a version of your own, which "
        "stays; compare them under “Processes” and decide.",
    ),
}
