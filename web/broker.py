"""Workers on several machines: RabbitMQ carries job ids, the job rows carry everything else.

A message says "look at this job". A lost one is sent again by the next look at the table, a
doubled one finds the job leased or gone: neither does harm, so the broker needs no care.
"""

from __future__ import annotations

import logging
from threading import Event
from time import monotonic
from typing import Final
from uuid import UUID

from dramatiq import Actor, Message, Worker
from dramatiq.broker import Broker
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from flask import Flask

from web.runner import IDLE_SECONDS, TROUBLE_SECONDS, Rounds, due, run_one

logger = logging.getLogger("bihuan.broker")

_QUEUE: Final = "bihuan"
#: Seconds before a job that is still due is announced once more.
_AGAIN_SECONDS: Final = 30.0


def work(app: Flask, url: str, *, threads: int, told_to_stop: Event) -> None:
    """Announce due jobs and run announced ones, until `told_to_stop` is set."""
    broker = RabbitmqBroker(url=url)
    announcer = Announcer(app, look_actor(app, broker))
    worker = Worker(broker, worker_threads=threads)
    worker.start()
    rounds, pause = Rounds(app), IDLE_SECONDS
    try:
        while not told_to_stop.wait(pause):
            pause = _look(announcer, rounds)
    finally:
        worker.stop()
        broker.close()


def _look(announcer: Announcer, rounds: Rounds) -> float:
    """Announce what is due; give how long to wait before the next look."""
    try:
        rounds.go()
        announcer.look()
    except Exception:
        logger.exception("jobs could not be announced; trying again")
        return TROUBLE_SECONDS
    return IDLE_SECONDS


def look_actor(app: Flask, broker: Broker) -> Actor[[str, str], None]:
    """Give the actor that runs one job; our own rows count the attempts, not the broker."""

    def look(organisation_id: str, job_id: str) -> None:
        run_one(app, UUID(organisation_id), UUID(job_id))

    return Actor(
        look,
        broker=broker,
        actor_name="look",
        queue_name=_QUEUE,
        priority=0,
        options={"max_retries": 0},
    )


class Announcer:
    """Sends a message for each due job, and not again for the same job for a while."""

    def __init__(self, app: Flask, actor: Actor[[str, str], None]) -> None:
        self._app = app
        self._actor = actor
        self._announced: dict[UUID, float] = {}

    def look(self) -> list[Message[None]]:
        """Announce what is due and was not announced lately; give the messages sent."""
        now = monotonic()
        recent = {job_id: at for job_id, at in self._announced.items() if now - at < _AGAIN_SECONDS}
        fresh = [pair for pair in due(self._app) if pair[1] not in recent]
        self._announced = recent
        sent = []
        for owner, job_id in fresh:
            sent.append(self._actor.send(str(owner), str(job_id)))
            self._announced[job_id] = now
        return sent
