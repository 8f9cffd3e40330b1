"""Chromium, driven as people hold it: a phone in the workshop, a desk in the office."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.cast import PASSWORD

#: A phone in daylight, a desk at night.
LOOKS = (((390, 844), "light"), ((1440, 900), "dark"))
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
#: The one without a window takes half the time of the other.
_CHROMIUM = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """Start Debian's Chromium; skip the test (in CI: fail) without one."""
    program = next((path for path in _CHROMIUM if path.exists()), None)
    if program is None:
        reason = f"no {_CHROMIUM[0]}: install Debian's chromium-headless-shell package"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


class Screens:
    """Fresh browsers, each with its own cookies, and what went wrong in them."""

    def __init__(self, browser: Any, url: str) -> None:
        self._browser: Browser = browser
        self.url = url
        self.faults: list[str] = []

    def phone(self, **options: Any) -> Page:
        """Open a phone: 390 × 844 points, touch."""
        return self._open(
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            has_touch=True,
            is_mobile=True,
            **options,
        )

    def desk(self, **options: Any) -> Page:
        """Open a window of 1280 × 800 points."""
        return self._open(viewport={"width": 1280, "height": 800}, **options)

    def sign_in(self, page: Page, login: str) -> None:
        """Sign one of the cast in, as the page does that asks for it, without drawing it."""
        browser = page.context.request
        token = _TOKEN.search(browser.get("/sign-in").text())
        assert token is not None
        form = {"csrf_token": token[1], "login": login, "password": PASSWORD}
        answer = browser.post("/sign-in", form=form, max_redirects=0)
        assert answer.status == 302, answer.text()

    def close(self) -> None:
        """Close every browser that was opened."""
        for context in list(self._browser.contexts):
            context.close()

    def _open(self, **options: Any) -> Page:
        settings = {"base_url": self.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        page = self._browser.new_context(**(settings | options)).new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._listen)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            address = message.page.url if message.page else ""
            self.faults.append(f"{address}: {message.text}")


#: Colours change from element to element, a frame each, however short it takes: what is measured
#: before that has the old ink on the new paper.
_STILL = """async () => {
    // What turns for ever, such as a sign of waiting, is not waited for.
    const moves = () => document.getAnimations().some(
        one => Number.isFinite(one.effect.getComputedTiming().endTime));
    for (let calm = 0, frames = 0; calm < 3 && frames < 300; frames++) {
        await new Promise(requestAnimationFrame);
        calm = moves() ? 0 : calm + 1;
    }
}"""


#: Sent only to pages that do not have it yet: it is half a megabyte.
_AXE = f"window.axe || (() => {{ {AXE_SCRIPT} }})()"


def keep_axe_at_hand(page: Page) -> None:
    """Let every page that is opened here from now on have axe: for whoever looks at many."""
    page.context.add_init_script(_AXE)


def faults_in(page: Page) -> list[str]:
    """Say what axe finds, and whether anything sticks out, in every one of LOOKS.

    The page is loaded once: what fits a phone only until it is loaded again fits no phone.
    """
    faults = []
    for (width, height), scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        faults += [f"{width} {scheme} {fault}" for fault in faults_here(page)]
    return faults


def faults_here(page: Page) -> list[str]:
    """Say the same of a page as somebody has it before them, in the middle of their work."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    page.evaluate(_STILL)
    faults: list[str] = page.evaluate(
        """async () => (await axe.run({resultTypes: ["violations"]})).violations.flatMap(
            rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`))"""
    )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("something sticks out")
    return faults
