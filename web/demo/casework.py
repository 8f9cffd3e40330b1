"""What people of the demonstration do with a case, each act through the engine's operations."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import actors, attachments, filestore, messages, reporters, starting, tasks
from engine.actors import Actor
from engine.commands import execute
from engine.hazards.origins import Origin
from engine.store import Task
from web.demo import pictures
from web.demo.people import Crew

_WORDS: Final = {
    "cabinet": "配电柜",
    "aisle": "疏散通道",
    "press": "冲床",
    "extinguisher": "灭火器",
    "scaffold": "脚手架",
    "valve": "燃气阀门",
    "drums": "化学品存放",
    "cable": "临时电缆",
    "stairs": "楼梯",
    "bottles": "气瓶",
}


class Album:
    """The drawn photos; each is drawn and received once, however many cases show it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, bool], attachments.Upload] = {}

    def photo(self, scene: str, *, mended: bool) -> attachments.Upload:
        """Give the photo of a scene as it was found or as it was mended."""
        if (scene, mended) not in self._known:
            content = pictures.jpeg(scene, _WORDS[scene], mended=mended)
            self._known[scene, mended] = attachments.receive(
                filestore.of(self._session), content, "photo.jpg", only_photos=True
            )
        return self._known[scene, mended]


@dataclass
class Case:
    """One report on its way."""

    session: Session
    crew: Crew
    album: Album
    rng: Random
    scene: str
    reporter: Actor
    instance_id: UUID
    number: str
    receipt_code: str

    def does(self, key: str, by: Actor, **answers: Any) -> None:
        """Complete the open task `key`; fields `photos_…` are given as whether it is mended."""
        task_id = self._open_task(key)
        photos = {name: answers.pop(name) for name in list(answers) if name.startswith("photos_")}
        uploads = {name: self.album.photo(self.scene, mended=on) for name, on in photos.items()}
        execute(self.session, _complete, task_id, answers, uploads, actor=by)

    def claim(self, key: str, by: Actor) -> None:
        """Take an open task for oneself."""
        execute(self.session, tasks.claim, self._open_task(key), actor=by)

    def says(self, text: str, by: Actor | None = None) -> None:
        """Leave a message; without `by` it is the reporter, who comes back with the code."""
        execute(self.session, messages.say, self.instance_id, text, actor=by or self.by_code)

    @property
    def by_code(self) -> Actor:
        """The reporter as the receipt code knows them."""
        return actors.by_receipt(self.crew.organisation_id, self.instance_id)

    def _open_task(self, key: str) -> UUID:
        found: UUID = self.session.scalars(
            select(Task.id).where(
                Task.organisation_id == self.crew.organisation_id,
                Task.instance_id == self.instance_id,
                Task.key == key,
                Task.state == "open",
            )
        ).one()
        return found


def report(
    session: Session,
    crew: Crew,
    album: Album,
    rng: Random,
    *,
    by: Actor,
    scene: str,
    mode: str = "named",
    definition_key: str = "hazard_report",
    reporter_type: str = "staff",
    contact: str = "",
    identity: reporters.Identity | None = None,
    origin: Origin | None = None,
    **answers: Any,
) -> Case:
    """Send in a report with a photo; with an `origin` it is of whom `identity` says, or nobody."""
    if origin is None:
        origin = Origin(channel="qr" if len(answers.get("description", "")) % 3 else "web")
        identity = reporters.identity_of(
            by, mode=mode, reporter_type=reporter_type, contact=contact
        )
    started = execute(
        session,
        _start,
        definition_key,
        {"identity_mode": mode, "reporter_type": reporter_type, **answers},
        album.photo(scene, mended=False),
        identity,
        origin,
        actor=by,
    )
    code = started.receipt_code or ""
    return Case(session, crew, album, rng, scene, by, started.instance_id, started.number, code)


def _start(
    session: Session,
    definition_key: str,
    answers: dict[str, Any],
    photo: attachments.Upload,
    identity: reporters.Identity | None,
    origin: Origin,
    *,
    actor: Actor,
) -> starting.Started:
    sent = attachments.add(session, photo, actor=actor)
    return starting.start(
        session,
        definition_key=definition_key,
        answers={**answers, "photos_before": [str(sent.id)]},
        actor=actor,
        identity=identity,
        origin=origin,
    )


def _complete(
    session: Session,
    task_id: UUID,
    answers: dict[str, Any],
    uploads: dict[str, attachments.Upload],
    *,
    actor: Actor,
) -> None:
    sent = {
        name: [str(attachments.add(session, upload, actor=actor).id)]
        for name, upload in uploads.items()
    }
    tasks.complete(session, task_id, {**answers, **sent}, actor=actor)
