"""People who take a hazard round the loop on their phones, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from engine import clock
from tests.pictures import photo
from tests.web.screens import Screens, faults_here


class Crew:
    """The enterprise's people at their phones; every page that opens is looked at with axe."""

    def __init__(self, screens: Screens, folder: Path) -> None:
        self.screens = screens
        self.picture = folder / "after.webp"
        self.picture.write_bytes(photo("green"))
        self._pages: dict[str, Page] = {}

    def at(self, login: str) -> Page:
        """Give somebody's phone; they sign in when they first need it."""
        if login not in self._pages:
            page = self.screens.phone()
            self.screens.sign_in(page, login)
            self._pages[login] = page
        return self._pages[login]

    def does(self, login: str, task: str, fill: Callable[[Page], None]) -> Page:
        """Find the task in the inbox, fill it in, send it; it says that it is done."""
        page = self.at(login)
        page.goto("/tasks")
        if not _task(page, task).count():
            page.get_by_role("link", name=re.compile("^本岗位")).click()
        _task(page, task).first.click()
        expect(page.get_by_role("heading", name=task, level=1)).to_be_visible()
        fill(page)
        looks_well(page)
        page.get_by_role("button", name="提交").click()
        page.get_by_text(f"“{task}”已办完").wait_for()
        return page

    def rectifies(self) -> Page:
        """Say what was done and show it."""

        def fill(page: Page) -> None:
            page.get_by_label("做了什么").fill("换了柜门密封条，重新接地")
            page.set_input_files("#answer-photos_after", self.picture)
            page.locator("input[type=hidden][name=photos_after]").wait_for(state="attached")
            page.get_by_label(re.compile("^工程措施")).check()

        return self.does("rectifier", "整改", fill)


def verifies(page: Page) -> None:
    """It is a hazard, a general one, of equipment."""
    page.get_by_label("属实，构成隐患", exact=True).check()
    page.get_by_label("隐患类别").select_option("object")
    page.get_by_label("一般", exact=True).check()


def plans(page: Page) -> None:
    """The five 落实: who, what, money, by when, and if it goes wrong."""
    page.get_by_label(re.compile("整改责任人")).select_option(label="郑改")
    page.get_by_label(re.compile("整改措施")).fill("更换柜门密封条")
    page.get_by_label(re.compile("整改资金")).fill("360")
    due_on = clock.local_date() + timedelta(days=7)
    page.get_by_label(re.compile("整改期限")).fill(due_on.isoformat())
    page.get_by_label(re.compile("应急预案")).fill("断电，派人看守")
    page.get_by_label("整改期间的防范措施").fill("拉警戒线")


def looks_well(page: Page) -> None:
    """Nothing that axe finds, nothing that sticks out of the phone."""
    assert faults_here(page) == []


def _task(page: Page, task: str) -> Page:
    return page.locator("main").get_by_role("link", name=re.compile(f"^{task}："))  # type: ignore[return-value]
