"""How two enterprises of the demonstration make their rules: one has issued them, one asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import attachments, clock, filestore, mechanism
from engine.actors import Actor
from engine.attachments import Upload
from engine.commands import execute
from engine.rulebook import adopting, answers, asking, commenting, finding, wording
from engine.rulebook.commenting import Said
from web import rules_paper, rules_text
from web.demo.people import WITHOUT_MECHANISM, Crew
from web.demo.telling import Story, Teller
from web.rules_paper import Issue

_CHANNELS: Final[Mapping[str, Any]] = {
    "receiver": "王安、沈核", "talker": "郑总", "phone": "021-5555 0188",
    "email": "safe@sj.example",
    "box": "二号车间门口、食堂", "meeting": True, "anonymous": True,
}  # fmt: skip
_REWARDS: Final[Mapping[str, Any]] = {
    "reward_limit": "100", "budget": "30000", "fund": "safety_expense",
    "forms": ["honour"], "team": True, "pickup": "凭凭证码到财务领取，不登记身份",
}  # fmt: skip
_CARE: Final[Mapping[str, Any]] = {
    "receiver": "贺安", "talker": "松院", "phone": "021-5555 0166", "box": "一号楼活动室",
    "meeting": True, "anonymous": True,
}  # fmt: skip
_COMMENTS: Final = (
    Said(chapter="channels", article="how", text="夜班只有护理员在，请写明夜间报给谁、打哪个电话",
         suggestion="夜间打总值班电话 021-5555 0167，由总值班当场代填"),
    Said(chapter="rewards", article="fund", text="养老院不提取安全生产费用，请改列成本费用"),
)  # fmt: skip


def hear(session: Session, crew: Crew) -> None:
    """Answer the steps, ask the union and the department, and let the union say what it thinks."""
    boss = crew.who("principal")
    admin = crew.who("administrator")
    for step, given in (("channels", _CHANNELS), ("rewards", _with_year(_REWARDS))):
        execute(session, answers.save, step, given, seen=answers_seen(session, boss), actor=admin)
    row = _put(session, crew, boss)
    union = crew.who("union")
    said = Said(chapter="rewards", article="team", text="班组集体奖怎么分，要先在班组里公布")
    made = execute(session, commenting.comment, row.id, said, actor=union)
    execute(session, commenting.answer, made.id, "taken", "发放前在班组公布", actor=boss)
    text = "职工代表大会讨论过，到会代表过三分之二，同意试行"
    paper = rules_paper.opinion_paper(_opinion(row, text, union), clock.now())
    upload = _kept(session, paper)
    execute(session, commenting.hear_union, row.id, "agrees", text, upload, actor=union)


def issue(session: Session, crew: Crew) -> None:
    """Let the principal issue what was heard."""
    boss = crew.who("principal")
    row = finding.own_versions(session, crew.organisation_id)[0]
    today = clock.local_date()
    number = f"申机安〔{today.year}〕8号"
    head = Issue(
        number=number, issued_on=today, signer=boss.name, version=row.number, is_draft=False,
        heard_on=clock.local_date(row.made_at),
    )  # fmt: skip
    paper = rules_paper.rules_paper(wording.read(row.content), head, clock.now())
    found = mechanism.read(session, actor=boss)
    given = answers.current(session, found, version=row.answers_version)
    now = _text(session, found, given, proposed=False)
    execute(
        session, adopting.adopt, row.id, number=number, on=today, now=now,
        upload=_kept(session, paper), actor=boss,
    )  # fmt: skip


def begin(teller: Teller, crews: Mapping[str, Crew]) -> None:
    """Let the care home ask its department, which comments twice and is answered once."""
    day = clock.local_date(teller.until) - timedelta(days=7)
    moment = datetime.combine(day, time(9, 20), clock.LOCAL_ZONE)
    teller.begin(moment, _asked(teller.session, crews[WITHOUT_MECHANISM], crews["MZJ"]))


def _asked(session: Session, crew: Crew, department: Crew) -> Story:
    boss, officer = crew.who("principal"), department.who("officer")
    execute(session, answers.save, "channels", _CARE, seen=0, actor=boss)
    row = _put(session, crew, boss)
    yield clock.now() + timedelta(days=1, hours=2)
    made = [execute(session, commenting.comment, row.id, one, actor=officer) for one in _COMMENTS]
    yield clock.now() + timedelta(days=1)
    note = "改列成本费用，下一稿写进去"
    execute(session, commenting.answer, made[1].id, "taken", note, actor=boss)


def answers_seen(session: Session, boss: Actor) -> int:
    """Give the version of the answers that stands now."""
    return answers.current(session, mechanism.read(session, actor=boss)).version


def _put(session: Session, crew: Crew, boss: Actor) -> Any:
    found = mechanism.read(session, actor=boss)
    given = answers.current(session, found)
    text = _text(session, found, given)
    paper = rules_paper.rules_paper(text, Issue(version=1), clock.now())
    runs = found.definition
    units: list[UUID] = [unit for unit, _ in asking.askable(session, found.organisation)]
    put = asking.Put(
        wording=text,
        answers_version=given.version,
        made_from={
            "process": f"{runs.key} {runs.version}",
            "named": f"“{runs.name}”第 {runs.version} 版",
            "digest": runs.digest.hex(),
        },
        upload=_kept(session, paper),
        units=units[:2],
        days=asking.DAYS,
        note="报告途径和奖励标准",
    )
    return execute(session, asking.put, put, actor=boss)


def _text(session: Session, found: Any, given: Any, **how: bool) -> wording.Wording:
    return rules_text.compose(session, found, given, base_url=session.info["base_url"], **how)


def _kept(session: Session, paper: bytes) -> Upload:
    return attachments.receive(filestore.of(session), paper, "rules.pdf", only_photos=False)


def _with_year(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "budget_year": str(clock.local_date().year)}


def _opinion(row: Any, text: str, union: Actor) -> dict[str, Any]:
    return {
        "issuer": wording.read(row.content).issuer,
        "title": row.title,
        "number": row.number,
        "digest": row.sha256.hex(),
        "day": clock.local_date().isoformat(),
        "by": union.name,
        "conclusion": commenting.CONCLUSIONS["agrees"].zh,
        "text": text,
        "comments": [],
    }
