"""Workers on several machines: RabbitMQ carries ids of jobs, and no care need be taken of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika
import pytest
import time_machine
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from flask import Flask
from sqlalchemy.orm import Session

from engine import clock, jobs
from tests import rabbitmq
from tests.bells import PATIENCE, Bell, left, plan
from tests.cast import Cast
from tests.databases import on_both
from tests.engine.stories import begin, deploy, open_keys, tags
from web import broker
from web.config import Config

pytestmark = [pytest.mark.broker, on_both]
ROOT = Path(__file__).parents[2]

Send = Callable[..., Any]


@pytest.fixture(scope="module")
def broker_url() -> Iterator[str]:
    with rabbitmq.server() as url:
        yield url


@pytest.fixture
def queue(broker_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A queue of this test alone."""
    name = f"bihuan-test-{uuid4().hex}"
    monkeypatch.setattr(broker, "_QUEUE", name)
    yield name
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        for suffix in ("", ".DQ", ".XQ"):
            connection.channel().queue_delete(name + suffix)


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    bell = Bell()
    monkeypatch.setitem(jobs._HANDLERS, "ring", bell)
    return bell


@pytest.fixture
def sender(app: Flask, broker_url: str, queue: str) -> Iterator[broker.Announcer]:
    """Somebody who announces jobs, and runs none."""
    own = RabbitmqBroker(url=broker_url)
    yield broker.Announcer(app, broker.look_actor(app, own))
    own.close()


@contextmanager
def working(app: Flask, url: str, machines: int = 1) -> Iterator[None]:
    """Let workers work meanwhile."""
    told_to_stop = threading.Event()
    workers = [
        threading.Thread(
            target=broker.work,
            args=(app, url),
            kwargs={"threads": 2, "told_to_stop": told_to_stop},
        )
        for _ in range(machines)
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        told_to_stop.set()
        for worker in workers:
            worker.join(PATIENCE)
            assert not worker.is_alive()


def waiting(url: str, queue: str) -> int:
    """Count the messages nobody has taken yet."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


def test_workers_share_the_work(
    app: Flask, session: Session, cast: Cast, bell: Bell, broker_url: str, queue: str
) -> None:
    due = {plan(session, cast) for _ in range(20)}
    with working(app, broker_url, machines=2):
        bell.wait(20)
    # Two workers announced the same jobs: each was done once all the same.
    assert sorted(bell.done) == sorted(due)
    assert left(session) == 0


def test_a_message_says_which_job_and_nothing_else(
    session: Session, cast: Cast, bell: Bell, sender: broker.Announcer, broker_url: str, queue: str
) -> None:
    job_id = plan(session, cast)
    (message,) = sender.look()
    assert (message.args, message.kwargs) == ((str(cast.enterprise_id), str(job_id)), {})
    assert sender.look() == []
    assert waiting(broker_url, queue) == 1


def test_a_message_that_comes_often_is_heeded_once(
    app: Flask,
    session: Session,
    cast: Cast,
    bell: Bell,
    sender: broker.Announcer,
    broker_url: str,
    queue: str,
) -> None:
    twice = plan(session, cast)
    for _ in range(10):
        sender._actor.send(str(cast.enterprise_id), str(twice))
    with working(app, broker_url, machines=2):
        bell.wait(1)
        last = plan(session, cast)
        sender._actor.send(str(cast.enterprise_id), str(last))
        bell.wait(1)
    assert bell.done == [twice, last]


def test_a_message_that_is_lost_is_sent_again(
    app: Flask,
    session: Session,
    cast: Cast,
    bell: Bell,
    sender: broker.Announcer,
    broker_url: str,
    queue: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job_id = plan(session, cast)
    (message,) = sender.look()
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        connection.channel().queue_purge(queue)
    assert sender.look() == []
    monkeypatch.setattr(broker, "_AGAIN_SECONDS", 0.0)
    (again,) = sender.look()
    assert again.args == message.args
    with working(app, broker_url):
        bell.wait(1)
    assert bell.done == [job_id]


def test_messages_that_mean_nothing_do_no_harm(
    app: Flask,
    session: Session,
    cast: Cast,
    bell: Bell,
    sender: broker.Announcer,
    broker_url: str,
    queue: str,
) -> None:
    for nonsense in (("x", "y"), (str(uuid4()), str(uuid4())), (), (1, None), ("a", "b", "c")):
        sender._actor.send(*nonsense)
    job_id = plan(session, cast)
    with working(app, broker_url):
        bell.wait(1)
    assert bell.done == [job_id]


def test_a_job_that_fails_waits_in_its_row_and_not_at_the_broker(
    app: Flask,
    session: Session,
    cast: Cast,
    bell: Bell,
    broker_url: str,
    queue: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "BACK_OFF", (timedelta(milliseconds=10),) * 3)
    monkeypatch.setattr(broker, "_AGAIN_SECONDS", 0.0)
    failing, other = plan(session, cast, fails=True), plan(session, cast)
    with working(app, broker_url):
        bell.wait(2)
    assert sorted(bell.done) == sorted([failing, other])
    assert left(session) == 0


def test_trouble_with_database_or_broker_does_not_end_the_worker(
    app: Flask,
    session: Session,
    cast: Cast,
    bell: Bell,
    broker_url: str,
    queue: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = broker.due
    troubles = iter(
        [OSError("the database is gone"), pika.exceptions.AMQPError("so is the broker")]
    )

    def due(app: Flask) -> Any:
        if (trouble := next(troubles, None)) is not None:
            raise trouble
        return real(app)

    monkeypatch.setattr(broker, "due", due)
    monkeypatch.setattr(broker, "TROUBLE_SECONDS", 0.01)
    job_id = plan(session, cast)
    with working(app, broker_url):
        bell.wait(1)
    assert bell.done == [job_id]


def test_the_command_works_until_it_is_told_to_stop(
    session: Session, cast: Cast, config: Config, broker_url: str
) -> None:
    deploy(session, cast)
    with time_machine.travel(clock.now() - timedelta(hours=3)):
        instance = begin(session, cast.reporter, "late")
    settings = {
        "BIHUAN_DATA_DIR": str(config.data_dir),
        "BIHUAN_DATABASE_URL": config.database_url,
        "BIHUAN_SECRET_KEY": config.secret_key,
        "BIHUAN_BROKER_URL": broker_url,
    }
    words = [sys.executable, "-m", "bihuan", "work"]
    worker = subprocess.Popen(words, cwd=ROOT, env=os.environ | settings)
    try:
        for _ in range(10 * PATIENCE):
            if "hurry" in open_keys(session, instance):
                break
            threading.Event().wait(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    finally:
        worker.kill()
        worker.wait()
    assert open_keys(session, instance) == ["hurry", "slow"]
    assert tags(session, instance).count("timer:fired") == 1


def test_a_broker_that_is_not_there_is_waited_for(
    app: Flask, session: Session, cast: Cast, bell: Bell, queue: str
) -> None:
    plan(session, cast)
    with working(app, "amqp://guest:guest@127.0.0.1:1"):
        assert not bell.rung.acquire(timeout=1)
    assert left(session) == 1
