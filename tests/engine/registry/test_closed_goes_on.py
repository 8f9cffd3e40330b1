"""A closed enterprise takes no new report, and what is open goes on to its end."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import clock, registry
from engine.commands import execute
from engine.errors import Refused
from engine.filestore import FileStore
from engine.store import Hazard
from tests.cast import Cast
from tests.engine import stories
from tests.loop import Loop
from tests.processes.player import REPORT
from web.config import Config

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def test_what_is_open_when_an_enterprise_closes_is_handled_to_its_end(
    session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    loop = Loop(session, cast)
    execute(
        session, registry.act, cast.enterprise_id, "merge", effective_on=clock.local_date(),
        reason="吸收合并", into_id=cast.one_person_firm_id, actor=cast.office,
    )  # fmt: skip
    loop.goes_round()
    hazard = session.get_one(Hazard, (cast.enterprise_id, loop.id))
    assert hazard.state == "closed"
    assert registry.open_hazards(session, cast.enterprise_id) == 0
    with pytest.raises(Refused):
        stories.begin(session, cast.reporter, "hazard_report", answers=dict(REPORT))
