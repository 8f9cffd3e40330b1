"""What the rules need and the program does not know: five steps, each question with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine import clock
from engine.coverage.kinds import CHAPTER_NAMES, FUNDS
from engine.errors import Message
from engine.mechanism import Mechanism

#: The steps are the five chapters (R-26).
STEPS: Final = CHAPTER_NAMES
#: What is given beside money.
FORMS: Final = {
    "honour": Message("荣誉、表彰", "Honours"),
    "points": Message("积分", "Points"),
    "goods": Message("实物", "Goods"),
}
#: What results are used for (R-30).
USES: Final = {
    "appraisal": Message("考核", "Appraisal"),
    "honours": Message("评优", "Honours"),
    "promotion": Message("晋升", "Promotion"),
}
MONTHS: Final = {str(n): Message(f"{n} 月", f"Month {n}") for n in range(1, 13)}


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question: how it is asked, why, and what stands there before anybody answers."""

    key: str
    step: str
    #: text | email | day | flag | whole | money | choice | choices
    kind: str
    label: Message
    why: Message
    default: Callable[[Mechanism], Any] = lambda _: ""
    required: bool = False
    #: The longest text, or the largest number.
    most: int = 100
    choices: Mapping[str, Message] | None = None
    unit: Message | None = None
    #: The setting of the organisation that this very question is; it is kept there and only there.
    setting: str = ""


def _named(role: str, otherwise: str) -> Callable[[Mechanism], str]:
    def default(found: Mechanism) -> str:
        return "、".join(found.people.get(role, ()))[:100] or otherwise

    return default


def _setting(key: str) -> Callable[[Mechanism], Any]:
    return lambda found: found.setting(key)


_YES: Final[Callable[[Mechanism], Any]] = lambda _: True  # noqa: E731 - one word in the table


def _always(value: Any) -> Callable[[Mechanism], Any]:
    return lambda _: value


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        key="title", step="content", kind="text", required=True,
        label=Message("制度名称", "Name of the rules"),
        why=Message("制度封面和机制档案都用这个名称。", "Cover and record use this name."),
        default=_always("事故隐患内部报告奖励制度"),
    ),
    Question(
        key="number", step="content", kind="text", most=60,
        label=Message("文号", "Number of the document"),
        why=Message("单位的发文编号；还没有的，签发时再填。", "Yours; if none yet, when issued."),
    ),
    Question(
        key="effective_on", step="content", kind="day",
        label=Message("施行日期", "Effective day"),
        why=Message("空着就写“自发布之日起施行”。", "Left empty: from the day of issue."),
    ),
    Question(
        key="department", step="content", kind="text", required=True, most=60,
        label=Message("责任部门", "Responsible department"),
        why=Message("写明谁管、谁解释，职工才知道问谁。", "Staff have to know whom to ask."),
        default=_always("安全管理部门"),
    ),
    Question(
        key="contractors", step="content", kind="flag",
        label=Message(
            "承包、承租单位人员和来访者也可以报告、领奖",
            "Staff of contractors and tenants, and visitors, report and are rewarded too",
        ),
        why=Message(
            "被派遣劳动者、实习人员一律包括（安全生产法第二十八条）；承包、承租单位由本单位决定。",
            "Dispatched workers and interns always are (Work Safety Law art. 28).",
        ),
        default=_YES,
    ),
    Question(
        key="receiver", step="channels", kind="text", required=True,
        label=Message("受理人", "Who takes reports up"),
        why=Message("“向谁报”要写到人，公示栏上也写。", "“To whom” is a name, also on the board."),
        default=_named("verifier", "安全管理员"),
    ),
    Question(
        key="talker", step="channels", kind="text", required=True, most=60,
        label=Message("谁与报告人沟通", "Who talks with the reporter"),
        why=Message(
            "接到报告后，主要负责人应当及时与报告人沟通（安委〔2024〕7号，据新闻发布会文字）。",
            "The principal talks with the reporter (Anwei [2024] No. 7, as the press was told).",
        ),
        default=_named("principal", "主要负责人"),
    ),
    Question(
        key="phone", step="channels", kind="text", most=40,
        label=Message("报告电话", "Telephone for reports"),
        why=Message("印在制度和公示栏上；没有就空着。", "Printed in the rules and on the board."),
    ),
    Question(
        key="email", step="channels", kind="email",
        label=Message("电子邮箱", "E-mail"),
        why=Message("没有就空着，制度里不写这一条。", "Left empty, the rules do not name one."),
    ),
    Question(
        key="box", step="channels", kind="text",
        label=Message("意见箱挂在哪里", "Where the slip box hangs"),
        why=Message("不用手机的人也能报。没有就空着。", "For those without a phone."),
    ),
    Question(
        key="meeting", step="channels", kind="flag",
        label=Message("班前会上可以口头报告", "Reports are taken at shift meetings"),
        why=Message("由受理人当场代填，同样有编号和时限。", "Typed in at once, with a number."),
        default=_YES,
    ),
    Question(
        key="anonymous", step="channels", kind="flag", setting="anonymous_reports",
        label=Message("允许不登录、匿名报告", "Anonymous reports, without signing in"),
        why=Message("就是“单位设置”里的那一项，改这里就是改设置。", "It is the very setting."),
        default=_setting("anonymous_reports"),
    ),
    Question(
        key="retention_years", step="handling", kind="whole", required=True, most=30,
        label=Message("报告和整改记录保存几年", "Years for which records are kept"),
        why=Message(
            "没有查到统一规定，3 年是本系统的建议；本单位档案规定更长的，按更长的。",
            "No common rule was found; 3 years is our proposal. Longer if your own rules say so.",
        ),
        default=_always(3), unit=Message("年", "years"),
    ),
    Question(
        key="safeguard", step="handling", kind="text", required=True, most=60,
        label=Message("临时防范措施由谁负责", "Who sees to interim measures"),
        why=Message(
            "整改完成以前要有人看住（安监总局令第 16 号第十六条）。",
            "Somebody guards it until it is put right (Order 16, art. 16).",
        ),
        default=_always("隐患所在部门负责人"),
    ),
    Question(
        key="reward_limit", step="rewards", kind="money", required=True, most=100_000_000,
        setting="reward_limit_fen",
        label=Message("免审批限额", "Limit without approval"),
        why=Message(
            "不超过这个数的奖励直接发放，“及时奖励”靠它；就是“单位设置”里的那一项。",
            "Rewards up to this are paid at once, without approval; it is the very setting.",
        ),
        default=_setting("reward_limit_fen"),
    ),
    Question(
        key="budget", step="rewards", kind="money", most=10**12,
        label=Message("年度奖励预算", "Budget of the year"),
        why=Message("有预算，奖励才发得出；也是机制档案要的材料。", "Rewards need money."),
        default=lambda _: None,
    ),
    Question(
        key="budget_year", step="rewards", kind="whole", most=2100,
        label=Message("预算年度", "Year of the budget"),
        why=Message("预算逐年定。", "Budgets go by the year."),
        default=lambda _: clock.local_date().year,
    ),
    Question(
        key="fund", step="rewards", kind="choice", required=True, choices=FUNDS,
        label=Message("资金来源", "Where the money comes from"),
        why=Message(
            "提取安全生产费用的单位可以列入（财资〔2022〕136号第五条第（四）项）；"
            "不提取的列成本费用，工会经费按工会规定。",
            "Firms that set safety expenses aside may use them (Caizi [2022] 136, art. 5(4)); "
            "others charge cost; union funds go by the union's rules.",
        ),
        default=_always("safety_expense"),
    ),
    Question(
        key="forms", step="rewards", kind="choices", choices=FORMS,
        label=Message("奖金以外还给什么", "What is given beside money"),
        why=Message(
            "积分、实物怎么换算由本单位另定；本系统只记奖金和荣誉。",
            "How points and goods count is yours to say; this system keeps money and honours.",
        ),
        default=_always(["honour"]),
    ),
    Question(
        key="team", step="rewards", kind="flag",
        label=Message("班组、车间共同报告的，可以奖励集体", "Teams are rewarded, too"),
        why=Message("共同发现的，奖励给谁要事先说清。", "Say beforehand who gets it."),
        default=_YES,
    ),
    Question(
        key="pickup", step="rewards", kind="text", most=200,
        label=Message("匿名报告的奖励怎么领", "How anonymous reporters collect"),
        why=Message("不写清楚，匿名的人不敢来领。", "Else nobody anonymous dares to come."),
        default=_always("凭凭证码向财务领取，不登记身份"),
    ),
    Question(
        key="uses", step="results", kind="choices", choices=USES,
        label=Message("报告和整改情况用于", "Reports and rectification count in"),
        why=Message("结果要用得上；用到个人身上先征得同意。", "With the person's consent only."),
        default=_always(list(USES)),
    ),
    Question(
        key="public_place", step="results", kind="text", required=True,
        label=Message("公示地点", "Where it is made public"),
        why=Message(
            "隐患排查治理情况要向从业人员通报（安全生产法第四十一条）。",
            "Staff are told how hazards are dealt with (Work Safety Law, art. 41).",
        ),
        default=_always("单位公示栏"),
    ),
    Question(
        key="public_days", step="results", kind="whole", required=True, most=60,
        label=Message("每次公示几个工作日", "Working days of each posting"),
        why=Message("没有统一规定，5 个工作日是本系统的建议。", "No rule; 5 is our proposal."),
        default=_always(5),
    ),
    Question(
        key="review_month", step="results", kind="choice", required=True, choices=MONTHS,
        label=Message("每年哪个月评估、修订", "Month of the yearly review"),
        why=Message("制度要跟着用的情况改，定下月份才会有人做。", "A month makes sure it is done."),
        default=_always("12"),
    ),
)  # fmt: skip
BY_KEY: Final[Mapping[str, Question]] = {one.key: one for one in QUESTIONS}


def of_step(step: str) -> tuple[Question, ...]:
    """Give the questions of a step; none for an unknown one."""
    return tuple(one for one in QUESTIONS if one.step == step)


def defaults(found: Mechanism) -> dict[str, Any]:
    """Give what stands there before anybody answers: from settings, people and our proposals."""
    return {one.key: one.default(found) for one in QUESTIONS}
