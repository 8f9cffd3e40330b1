"""What pages and files of the register say to those above: what a report holds, and no more."""

from __future__ import annotations

from io import BytesIO

import openpyxl

from tests.cast import STAFF
from tests.engine.majors.major_stories import Major
from tests.engine.majors.test_owed_to_those_above import WRITTEN, major
from tests.web.told_cases import text_of
from tests.web.visits import Client

__all__ = ["major"]


def test_its_pages_and_files_say_no_more(major: Major, client: Client) -> None:
    cast = major.cast
    kept = [str(one) for one in WRITTEN.values() if isinstance(one, str)]
    doers = [STAFF["verifier"], STAFF["acceptor"], STAFF["principal"]]
    client.sign_in(cast.officer)
    page = text_of(client, f"/majors/{major.id}")
    main = page.partition("<main")[2]
    assert not [one for one in (*kept, *doers, "1,234.00") if one in main]
    assert "应急管理部令第10号 第三条（一）" in main
    assert "停用，派人看守" in main
    assert "查看要先说明依据" in main
    assert "/audit/grounds/new" in client.get(f"/cases/{major.id}").headers["Location"]
    book = openpyxl.load_workbook(BytesIO(client.get("/majors.xlsx?standing=all").data))
    assert book.active is not None
    cells = " ".join(str(one) for row in book.active.iter_rows(values_only=True) for one in row)
    assert "第三条（一）" in cells
    assert not [one for one in (*kept, *doers) if one in cells]
    client.sign_in(cast.principal)
    page = text_of(client, f"/majors/{major.id}")
    assert all(one in page for one in (WRITTEN["note"], WRITTEN["done"], WRITTEN["accept"]))
    assert "查看要先说明依据" not in page.partition("<main")[2]
