"""Killing who seals loses no day, seals none twice and leaves a chain that holds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, commands, seal_check, sealing
from engine.store import tables as t
from tests.cast import Cast
from tests.histories import Pen
from web.config import Config

DAYS = 24
#: Seals day by day, each in a transaction of its own, and says so after each.
_SEALER = """
import sys
from pathlib import Path
from uuid import UUID
from sqlalchemy.orm import Session
from engine import commands, sealing
from engine.secrets import Secrets
from engine.store import open_database
url, key, folder, owner = sys.argv[1:]
sealing._DAYS = 1
with Session(open_database(url)) as session:
    session.info["secrets"] = Secrets.open(key.encode(), Path(folder))
    while commands.execute(session, sealing.seal_next, UUID(owner)):
        print("sealed", flush=True)
"""


def sealers(config: Config, cast: Cast) -> Iterator[subprocess.Popen[str]]:
    """Start one who seals after the other; the caller kills each."""
    words = (config.database_url, config.secret_key, str(config.data_dir), str(cast.enterprise_id))
    while True:
        yield subprocess.Popen(
            [sys.executable, "-c", _SEALER, *words],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )


def test_who_is_killed_while_sealing_loses_and_doubles_nothing(
    session: Session, cast: Cast, config: Config
) -> None:
    pen = Pen(session)
    begun = clock.now() - timedelta(days=DAYS + 1)
    told = pen.case(cast.enterprise_id, begun)
    for day in range(1, DAYS):
        pen.tell(told, "notice:sent", at=begun + timedelta(days=day))
    told.instance.event_count, told.instance.head_hash = told.chain_end
    session.commit()
    for sealed, sealer in zip((1, 4, 7), sealers(config, cast), strict=False):
        assert sealer.stdout is not None
        for _ in range(sealed):
            assert sealer.stdout.readline() == "sealed\n"
        sealer.kill()
        with closing(sealer.stdout):
            sealer.wait()
    session.rollback()
    before = session.scalars(select(t.Seal.day)).all()
    assert len(before) >= 12
    while commands.execute(session, sealing.seal_next, cast.enterprise_id):
        pass
    days = session.scalars(select(t.Seal.day).order_by(t.Seal.day)).all()
    assert days == [clock.local_date(begun) + timedelta(days=day) for day in range(DAYS)]
    assert list(seal_check.verify(session)) == []
