"""Takes the pictures of the README: `.venv/bin/python docs/screenshots.py`.

Needs Chromium and pdftoppm. Starts a demonstration on a free port in a temporary folder, opens its
pages as people hold them, and writes docs/images. `docs/screenshots.py NAME…` takes only some.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from darkroom import demonstration, printed, small, until_there
from playwright.sync_api import Browser, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium-headless-shell"
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK = {"viewport": {"width": 1440, "height": 900}}


class Studio:
    """A running demonstration and a browser to look at it."""

    def __init__(self, browser: Browser, url: str, told: dict[str, Any]) -> None:
        self.browser = browser
        self.url = url
        self.told = told
        self.people = {person["login"]: person for person in told["people"]}
        #: What did not load: a picture without its styles is no picture.
        self.failed: list[str] = []

    def open(self, screen: dict[str, Any], login: str | None = None) -> Page:
        """Give a fresh browser window, signed in as `login`."""
        context = self.browser.new_context(
            base_url=self.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **screen,
        )
        page = context.new_page()
        page.on("response", self._notice)
        if login is not None:
            page.goto("/sign-in")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", self.people[login]["password"])
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def _notice(self, answer: Response) -> None:
        if answer.status >= 400:
            self.failed.append(f"{answer.status} {answer.url}")

    def ask(self, login: str, path: str) -> Any:
        """Ask the API as somebody."""
        return json.loads(self.fetch(login, f"/api/v1{path}"))

    def fetch(self, login: str, path: str) -> bytes:
        """Fetch something from the API as somebody."""
        key = {"Authorization": f"Bearer {self.people[login]['token']}"}
        request = urllib.request.Request(self.url + path, headers=key)  # noqa: S310 - our own address
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            content: bytes = answer.read()
        return content

    def case(self, login: str, words: str) -> str:
        """Give the id of the case whose title holds `words`."""
        after = ""
        while True:
            found = self.ask(login, f"/instances?limit=50{after}")
            for one in found["items"]:
                if words in one["title"]:
                    return str(one["id"])
            after = f"&after={found['next']}"

    def task(self, login: str, key: str, words: str) -> str:
        """Give the id of an open task by its key and the title of its case."""
        found = self.ask(login, "/tasks?scope=all&state=open&limit=100")
        return next(
            str(one["id"]) for one in found["items"] if one["key"] == key and words in one["title"]
        )


def report(studio: Studio) -> bytes:
    """A phone after scanning a poster: the place is known, the words are typed."""
    page = studio.open(PHONE)
    page.goto(f"/r/{studio.told['poster']}")
    page.fill("textarea[name=description]", "3 号冲床防护门关不上，还在用")
    page.evaluate("document.activeElement.blur()")
    return shot(page)


def status(studio: Studio) -> bytes:
    """What a reporter without a name sees with the receipt code."""
    page = studio.open(PHONE)
    page.goto("/status")
    page.fill("input[name=code]", studio.told["receipt_code"])
    page.press("input[name=code]", "Enter")
    page.wait_for_load_state("networkidle")
    return shot(page)


def inbox(studio: Studio) -> bytes:
    """The verifier's inbox on a phone."""
    page = studio.open(PHONE, "safety")
    page.goto("/tasks?scope=group")
    return shot(page)


def verify(studio: Studio) -> bytes:
    """Verification on a phone: the form of the enterprise."""
    page = studio.open(PHONE, "safety")
    page.goto(f"/tasks/{studio.task('safety', 'verify', '冷库')}")
    page.get_by_label("属实，构成隐患", exact=True).check()
    page.get_by_text("核查结论").first.evaluate("box => box.scrollIntoView()")
    page.mouse.wheel(0, -90)
    return shot(page)


def case(studio: Studio) -> bytes:
    """A major hazard: what happened, and where it stands on the diagram."""
    page = studio.open(DESK, "safety")
    page.goto(f"/cases/{studio.case('safety', '调漆间用油性漆')}")
    page.wait_for_load_state("networkidle")
    return shot(page)


def rewards(studio: Studio) -> bytes:
    """The reward ledger as the trade union sees it."""
    page = studio.open(DESK, "union")
    page.goto("/rewards")
    return shot(page)


def statistics(studio: Studio) -> bytes:
    """The district's month."""
    page = studio.open(DESK, "director")
    page.goto("/statistics")
    page.wait_for_load_state("networkidle")
    return shot(page)


def certificate(studio: Studio) -> bytes:
    """A closure certificate as it is printed."""
    page = studio.open(DESK, "safety")
    page.goto(f"/cases/{studio.case('safety', '低压柜上方管道滴水')}/papers")
    number = re.search(r"XH-SJ001-\d{4}-\d{5}", page.content())
    if number is None:
        raise SystemExit("the case has no closure certificate")
    address = f"/api/v1/certificates/{number[0]}.pdf"
    return printed(until_there(lambda: studio.fetch("safety", address)))


def board(studio: Studio) -> bytes:
    """What the district's director reads in a minute."""
    page = studio.open(DESK, "director")
    page.goto("/board")
    return shot(page)


def replay(studio: Studio) -> bytes:
    """One case replayed to the step at which its acceptance failed."""
    page = studio.open(DESK, "boss")
    page.goto(f"/cases/{studio.case('safety', '调漆间用油性漆')}/audit/replay?at=9")
    page.wait_for_load_state("networkidle")
    return shot(page)


def drawing(studio: Studio) -> bytes:
    """An enterprise's flow in the studio, with a step's properties."""
    page = studio.open(DESK, "admin")
    page.goto("/studio")
    page.get_by_role("button", name="改画 事故隐患报告").first.click()
    page.locator("g[data-element-id=verify]").click()
    page.wait_for_load_state("networkidle")
    return shot(page)


TAKEN: dict[str, Callable[[Studio], bytes]] = {
    "report": report,
    "status": status,
    "inbox": inbox,
    "verify": verify,
    "case": case,
    "rewards": rewards,
    "certificate": certificate,
    "statistics": statistics,
    "board": board,
    "replay": replay,
    "drawing": drawing,
}


def shot(page: Page) -> bytes:
    """Photograph what the screen shows."""
    page.wait_for_timeout(400)
    return page.screenshot(animations="disabled", caret="hide")


def main() -> None:
    """Take the pictures named on the command line, by default all."""
    wanted = sys.argv[1:] or list(TAKEN)
    IMAGES.mkdir(exist_ok=True)
    with demonstration() as (url, told), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        studio = Studio(browser, url, told)
        for name in wanted:
            content = small(TAKEN[name](studio))
            for context in browser.contexts:
                context.close()
            if studio.failed:
                raise SystemExit(f"{name}: {', '.join(studio.failed)}")
            (IMAGES / f"{name}.png").write_bytes(content)
            print(f"{name}.png {len(content) // 1000} kB")
        browser.close()


if __name__ == "__main__":
    main()
