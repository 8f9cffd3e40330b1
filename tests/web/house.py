"""A furnished house: an application in which something of everything is there to be opened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import accounts, commands, incidents, jobs, notifications, organisations, tasks, tokens
from engine.actors import Actor
from engine.analysis import digest_of, views
from engine.auditing import grants, named
from engine.clock import local_date
from engine.coverage import evidence, quarters, targets
from engine.definitions import Bundle, drafts
from engine.definitions.drafts import blank
from engine.filestore import FileStore
from engine.store import (
    Attachment,
    Certificate,
    Hazard,
    Notification,
    Token,
    new_id,
    open_database,
)
from engine.store import tables as t
from tests import looking
from tests.cast import PASSWORD, Cast, enter
from tests.engine import stories
from tests.loop import Loop
from tests.processes.player import REPORT
from tests.web.access_table import ROUTES
from tests.web.drawn_once import papers_drawn_once
from tests.web.house_api import calls
from tests.web.house_asked import NOBODY, House
from tests.web.house_complaints import complaint
from tests.web.house_guidance import practice, published, scores, self_check, visited
from tests.web.house_honours import honours
from tests.web.house_majors import majors_and_training
from tests.web.house_registry import register
from tests.web.house_relations import relations
from tests.web.house_rulebook import rulebook
from tests.web.house_teams import house_teams
from tests.web.house_versions import versions
from tests.web.visits import Client
from web import create_app, db
from web.config import Config

__all__ = ["NOBODY", "House", "furnish"]


@contextmanager
def furnish(folder: Path, template: Path) -> Iterator[House]:
    """Give the house of one enterprise after one hazard went round and another was reported.

    It is told once a process; every house in it is a copy.
    """
    told = _tell(template)
    shutil.copytree(told.folder, folder, dirs_exist_ok=True)
    app = _open(folder)
    with papers_drawn_once():
        yield House(app, told.cast, told.keys, dict(told.things))
    with app.app_context():
        db.db.engine.dispose()


@dataclass(frozen=True)
class _Told:
    """What a house is a copy of."""

    folder: Path
    cast: Cast
    keys: dict[str, str]
    things: dict[str, Any]


@cache
def _tell(template: Path) -> _Told:
    folder = template.with_name("house")
    folder.mkdir()
    path = folder / "bihuan.sqlite"
    shutil.copyfile(template, path)
    app = _open(folder)
    engine = open_database(f"sqlite:///{path}")
    with closing(Session(engine, expire_on_commit=False)) as session:
        session.info["secrets"] = app.extensions["secrets"]
        session.info["files"] = FileStore(folder)
        cast = enter(session)
        story = _story(session, cast)
    with app.app_context():
        while jobs.run_due(db.session()):
            pass
        keys = {part: _key(db.session(), actor) for part, actor in cast.everybody().items()}
        things = {**story, **register(db.session(), cast), **_things(db.session(), cast)}
        things |= calls(things)
        db.session().close()
        db.db.engine.dispose()
    engine.dispose()
    return _Told(folder, cast, keys, things)


def _open(folder: Path) -> Flask:
    config = Config(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'bihuan.sqlite'}",
        secret_key="the secret key of the tests, 32 bytes or more",
        runner="off",
        testing=True,
    )
    app = create_app(config)
    app.test_client_class = Client
    return app


def _story(session: Session, cast: Cast) -> dict[str, Any]:
    """Let one hazard go round, another be reported; give what of it is in addresses."""
    loop = Loop(session, cast, owner=cast.office_id)
    loop.goes_round()
    waiting = stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    place = commands.execute(
        session,
        organisations.create_place,
        cast.enterprise_id,
        name="一号车间",
        actor=cast.administrator,
    )
    leaver = commands.execute(
        session,
        accounts.add_user,
        login="leaver",
        name="李迁",
        password=PASSWORD,
        organisation_id=cast.enterprise_id,
        roles=["rectifier"],
        actor=cast.administrator,
    )
    incident = commands.execute(
        session,
        incidents.open_incident,
        organisation_id=cast.enterprise_id,
        job_id=new_id(),
        instance_id=loop.id,
        kind="delegate",
        element="close_hazard",
        error="…",
    )
    commands.execute(
        session,
        notifications.notify,
        organisation_id=cast.enterprise_id,
        roles=["principal"],
        key="imminent",
        facts={"number": "BG-1"},
    )
    draft = commands.execute(
        session,
        drafts.create,
        title="新流程",
        bundle=_drawn(),
        base_id=None,
        actor=cast.administrator,
    )
    renamed = "POST /studio/drafts/<uuid:draft_id>/scenarios/<key>"
    return {
        **visited(session, cast),
        **published(session, cast),
        **self_check(session, cast),
        **practice(session, cast, loop),
        **scores(session, cast),
        **complaint(session, cast, loop),
        **_analysed(session, cast),
        "draft_id": draft.id,
        f"{renamed}/rename key": "told",
        f"{renamed}/remove key": "told",
        "instance_id": loop.id,
        **_tasks(session, cast, waiting),
        **majors_and_training(session, cast),
        **versions(session, cast),
        **_grounds(session, cast),
        **_mechanism(session, cast),
        **honours(session, cast),
        **relations(session, cast),
        **house_teams(session, cast),
        **rulebook(session, cast),
        "place_id": place.id,
        "GET /r/<code> code": place.code,
        "POST /r/<code> code": place.code,
        "action": "suspend",
        "GET /statistics/cases query": "?indicator=reported",
        "name": "hazard_report",
        "GET /definitions/<key>/<int:version>/files/<kind>/<name> kind": "bpmn",
        **{f"{route} key": "general" for route in ROUTES if " /packs/" in route},
        "paper": "notice",
        "user_id": leaver.id,
        "incident_id": incident,
        "key": "hazard_report",
        "version": 1,
        "kind": "xlsx",
        "filename": "mark.svg",
    }


def _analysed(session: Session, cast: Cast) -> dict[str, Any]:
    """Let a report come to its end at once, and the principal keep a view of the analysis."""
    ended = stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    stories.do(session, cast.verifier, ended, "acknowledge")
    answers = {"finding": "unfounded", "finding_note": "现场没有发现"}
    stories.do(session, cast.verifier, ended, "verify", **answers)
    view = commands.execute(session, views.keep, "analysis", "上月", {}, actor=cast.principal)
    return {
        "digest": digest_of("acknowledge verify"),
        "view_id": view.id,
        "GET /analysis/events.<kind> query": f"?unit={cast.enterprise_id}",
    }


def _tasks(session: Session, cast: Cast, waiting: UUID) -> dict[str, Any]:
    """Give one task that is free and one that the verifier has claimed."""
    claimed = stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
    task_id = stories.open_task(session, claimed, "acknowledge")
    commands.execute(session, tasks.claim, task_id, actor=cast.verifier)
    return {
        "task_id": stories.open_task(session, waiting, "acknowledge"),
        "POST /api/v1/tasks/<uuid:task_id>/release task_id": task_id,
        "POST /tasks/<uuid:task_id>/release task_id": task_id,
        "POST /api/v1/tasks/<uuid:task_id>/complete body": {"answers": {}},
    }


def _grounds(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the officer state a ground; the enterprise grants the department and, by name, 乙."""
    stated = looking.state_ground(session, cast.officer)
    granted = commands.execute(
        session,
        grants.grant,
        cast.department_id,
        purpose="请指导整改闭环",
        expires_on=local_date(),
        actor=cast.principal,
    )
    by_name = commands.execute(
        session,
        named.grant,
        "乙外地公司",
        purpose="核对闭环",
        expires_on=local_date(),
        actor=cast.principal,
    )
    return {
        "side": "ours",
        "ground_id": stated.id,
        **{f"{route} ground_id": by_name.id for route in ROUTES if "/granted/<" in route},
        "POST /audit/grants/<uuid:ground_id>/end ground_id": granted.id,
        "POST /api/v1/audit-grounds body": {"kind": "plan", "reference": "检查计划 1 号"},
    }


def _mechanism(session: Session, cast: Cast) -> dict[str, Any]:
    """Let the office have targets, and 甲 evidence for its mechanism."""
    commands.execute(session, targets.adopt, actor=cast.office)
    given = evidence.Given(kind="training", on=local_date(), details={"people": 12})
    row = commands.execute(session, evidence.enter, given, actor=cast.principal)
    quarter = quarters.quarters(session, actor=cast.principal)[0].key
    target = session.scalars(select(t.CoverageTarget.id).order_by(t.CoverageTarget.due_on)).first()
    session.rollback()
    routes = [route for route in ROUTES if " /mechanism/" in route]
    return {
        "evidence_id": row.id,
        "target_id": target,
        "POST /principal/quarters/<key> key": quarter,
        **{f"{route} organisation_id": cast.enterprise_id for route in routes},
        **{f"{route} kind": "checklist" for route in routes},
        # The union enters its opinion and nothing else, which is tested elsewhere.
        **{f"{route} kind": "union_opinion" for route in routes if "/evidence/<kind>" in route},
    }


def _drawn() -> Bundle:
    """Give the smallest flow with a scenario that it passes."""
    found = blank.blank("新流程", "new_flow")
    scenario = {
        "id": "told", "title": "提出", "process": "new_flow", "given": {"at": "2026-03-02"},
        "steps": [{"do": "start", "answers": {"description": "地面有水"}}],
        "expect": {"fields": {"description": "地面有水"}},
    }  # fmt: skip
    return Bundle({**found.contents, "scenario": {"told": json.dumps(scenario).encode()}})


def _things(session: Session, cast: Cast) -> dict[str, Any]:
    """Give what the jobs made."""
    closure = session.scalars(select(Certificate).where(Certificate.kind == "closure")).one()
    return {
        "number": closure.number,
        "code": closure.code,
        "GET /api/v1/hazards/<number> number": session.scalars(
            select(Hazard.number).where(Hazard.number.is_not(None))
        ).first(),
        "attachment_id": session.scalars(
            select(Attachment.id).where(Attachment.instance_id.is_not(None))
        ).first(),
        "token_id": session.scalars(
            select(Token.id).where(Token.user_id == cast.administrator.user_id)
        ).first(),
        **_RETURNS,
        "notification_id": session.scalars(
            select(Notification.id).where(Notification.user_id == cast.principal.user_id)
        ).first(),
    }


#: A month that is over, a figure and an export format of it.
_RETURNS: Final = {
    "month": "2026-09",
    "GET /returns/<month>/cases query": "?figure=reported",
    "GET /returns/<month>/export/<key>.<kind> key": "three_indicators",
    "GET /returns/<month>/export/<key>.<kind> kind": "csv",
    "GET /returns/formats/<key>.toml key": "national_system",
}


def _key(session: Session, actor: Actor) -> str:
    return commands.execute(session, tokens.create_token, name="test", actor=actor)
