"""The studio as tests of the browser use it: a draft, opened at a desk, and what is drawn in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from engine import commands
from engine.actors import Actor
from engine.definitions import Bundle, drafts
from engine.definitions.drafts import blank
from tests.web.screens import Screens

STUDIO = "document.getElementById('studio').studio"


def begun(session: Session, actor: Actor, bundle: Bundle | None = None) -> UUID:
    """Begin a draft; without files it is the smallest flow that runs, under the key "patrol"."""
    files = bundle or blank.blank("巡查", "patrol")
    row = commands.execute(
        session, drafts.create, title="巡查", bundle=files, base_id=None, actor=actor
    )
    return row.id


class Desk:
    """One person at the editor of a draft."""

    def __init__(self, screens: Screens, draft_id: UUID | None, login: str, **options: Any) -> None:
        self.page: Page = screens.desk(**options)
        self.page.set_viewport_size({"width": 1440, "height": 900})
        screens.sign_in(self.page, login)
        if draft_id is not None:
            self.page.goto(f"/studio/drafts/{draft_id}")
            self.ready()

    def redraw(self, flow: str) -> None:
        """Begin a draft of a flow in force, from the first page of the studio."""
        self.page.goto("/studio")
        row = self.page.get_by_role("row", name=flow)
        row.get_by_role("button", name="改画").click()
        self.ready()

    def ready(self) -> None:
        """Wait until the diagram is there and has been checked."""
        self.page.locator("#studio.is-ready").wait_for()
        self.page.locator(".studio-problems-title .state").wait_for()

    def run(self, script: str) -> Any:
        """Run a script that may say `studio` and `get(service of bpmn-js)`."""
        parts = f"const studio = {STUDIO}; const get = (name) => studio.modeler.get(name);"
        return self.page.evaluate(f"(() => {{ {parts} {script} }})()")

    def select(self, element: str) -> None:
        """Select an element, with every part of its properties unfolded."""
        self.run(f"studio.shell.board.lookAt('{element}')")
        self.unfold()

    def unfold(self) -> None:
        """Unfold every part of the properties."""
        self.page.locator(".studio-section").first.wait_for()
        self.page.evaluate(
            "document.querySelectorAll('.studio-section').forEach(d => d.open = true)"
        )

    def property(self, name: str) -> Locator:
        """Give a control of the properties by its name."""
        return self.page.locator(f".studio-side [name='{name}']").first

    def choose(self, name: str, value: str) -> None:
        """Choose in a list of the properties, and wait until the diagram says so."""
        before = self.text()
        self.property(name).select_option(value)
        self.changed(before)
        self.page.wait_for_timeout(100)
        self.unfold()

    def write(self, name: str, value: str) -> None:
        """Type into a field of the properties and leave it."""
        before = self.text()
        control = self.property(name)
        control.fill(value)
        control.blur()
        self.changed(before)

    def tick(self, name: str) -> None:
        """Tick a box of the properties."""
        before = self.text()
        self.property(name).check()
        self.changed(before)

    def press(self, name: str) -> None:
        """Press a button of the properties that draws something."""
        before = self.text()
        self.property(name).click()
        self.changed(before)
        self.unfold()

    def rename(self, element: str, name: str) -> None:
        """Give an element another name."""
        self.select(element)
        self.write("name", name)

    def until_clean(self) -> None:
        """Wait until no rule is broken."""
        for _ in range(50):
            if not self.problems():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.problems()} are broken")

    def until_broken(self, rule: str) -> None:
        """Wait until a rule is broken."""
        for _ in range(50):
            if rule in self.problems():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{rule} is kept")

    def changed(self, before: str) -> None:
        """Wait until what is drawn is no longer `before`."""
        for _ in range(100):
            if self.text() != before:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("nothing was drawn")

    def text(self) -> str:
        """Give the diagram as it would be saved."""
        found: str = self.run("return studio.draft.text('bpmn', studio.shell.board.file)")
        return found

    def said(self) -> list[str]:
        """Give what the properties say, without the file's own names, examples and answers."""
        parts = "h2, label, legend, summary, th, .btn, select:not([name=message]) option"
        found: list[str] = self.run(
            f"return [...document.querySelectorAll('.studio-side :is({parts})')]"
            ".map((one) => one.textContent);"
        )
        return found

    def helped(self) -> list[str]:
        """Give the explanations in the properties."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll('.studio-side .studio-help')]"
            ".map((one) => one.textContent);"
        )
        return found

    def problems(self) -> list[str]:
        """Check at once; give the rules that are broken.

        A check that the page begins meanwhile ends this one without an answer: then again.
        """
        found: list[str] = self.page.evaluate(
            f"async () => {{ const {{shell}} = {STUDIO}; await shell.board.sync(); "
            "for (let mine; !mine || mine.signal.aborted;) {"
            "const running = shell.problems.run(); mine = shell.problems.asking; await running; }"
            "return shell.problems.found.map((one) => one.rule); }"
        )
        return found

    def save(self) -> None:
        """Press Ctrl+S and wait until it is saved."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".studio-save")).to_have_attribute("data-state", "savedAt")
