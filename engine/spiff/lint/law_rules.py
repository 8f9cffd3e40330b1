"""The legal rules: what they ask, the articles behind them, and whether they may be set aside.

Sources and how sure they are: domain.md B3 to B6 and F.2. Where no article says it in so many
words, the rule says that it is practice or policy, and an enterprise may set it aside with a
reason that is kept.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from engine.spiff.lint.rules import Rule, declare


class Override(NamedTuple):
    """A legal rule that an enterprise sets aside, and why."""

    rule: str
    reason: str


class Article(NamedTuple):
    """What stands behind a rule, in both languages."""

    zh: str
    en: str


def _law(id: str, zh: str, en: str) -> Rule:
    return declare(id, zh, en, family="law")


ACCEPTANCE: Final = _law(
    "law-acceptance",
    "隐患整改后经验收合格才能销号。",
    "A hazard is closed only after its rectification was accepted.",
)
SETTLED: Final = _law(
    "law-unsettled",
    "每个报告要么销号，要么有据不予上账。",
    "Every report is closed, or rejected with a documented finding.",
)
OWN_WORK: Final = _law(
    "law-own-work",
    "整改的人不能验收自己的整改。",
    "Nobody accepts their own rectification.",
)
REWARD: Final = _law(
    "law-reward-waits",
    "奖励看核查，不等整改。",
    "The reward hangs on verification and never waits for rectification.",
)
DOUBLE: Final = _law(
    "law-double-report",
    "重大隐患既报监管部门，也报职代会或工会。",
    "A major hazard is reported to the authority and to the workers' congress.",
)
FEEDBACK: Final = _law(
    "law-feedback",
    "报告人总会得到答复。",
    "The reporter always gets an answer.",
)

ARTICLES: Final = {
    ACCEPTANCE.id: Article(
        "《安全生产法》第四十一条（如实记录排查治理情况）、第一百零二条（未消除隐患）；"
        "验收合格才销号是闭环管理的通行做法",
        "Work Safety Law art. 41 (truthful records of treatment) and art. 102 (hazards not "
        "eliminated); that acceptance comes first is common practice",
    ),
    SETTLED.id: Article(
        "《安全生产法》第四十一条（如实记录排查治理情况）、第五十九条（接到报告应当及时处理）",
        "Work Safety Law art. 41 (truthful records of treatment) and art. 59 (a report is handled "
        "promptly)",
    ),
    OWN_WORK.id: Article(
        "《安全生产法》第四十一条要求治理闭环；验收人与整改人分开是通行做法，"
        "只有一个人的单位由主要负责人办理并留下记录",
        "Work Safety Law art. 41 asks for a closed loop; that acceptor and rectifier differ is "
        "common practice, and in a firm of one person the principal does both, on record",
    ),
    REWARD.id: Article(
        "《安全生产事故隐患排查治理暂行规定》第十一条（报告奖励制度）和“及时实施奖励”的政策要求",
        "Provisional Rules on Hazard Treatment (order 16) art. 11 (reward system) and the policy "
        "that rewards are given promptly",
    ),
    DOUBLE.id: Article(
        "《安全生产法》第四十一条（重大隐患及时向负有安全生产监督管理职责的部门和职工大会或者"
        "职工代表大会报告）、第一百零一条第五项",
        "Work Safety Law art. 41 (majors are reported to the supervising authority and to the "
        "workers' congress) and art. 101(5)",
    ),
    FEEDBACK.id: Article(
        "《安全生产法》第五十九条（接到报告应当及时处理）；反馈是内部报告奖励机制的政策要求",
        "Work Safety Law art. 59 (a report is handled promptly); feedback is asked for by the "
        "policy on internal hazard reports",
    ),
}
#: Rules with no article behind them that says it in so many words.
MAY_BE_SET_ASIDE: Final = frozenset({REWARD.id, FEEDBACK.id})
