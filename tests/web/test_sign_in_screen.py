"""Signing in as people do it, in a real browser."""

from __future__ import annotations

import pytest

from tests.cast import PASSWORD, Cast
from tests.web.screens import Screens

pytestmark = pytest.mark.browser


def test_a_verifier_signs_in_on_a_phone(cast: Cast, screens: Screens) -> None:
    phone = screens.phone()
    phone.goto("/sign-in")
    phone.fill("input[name=login]", "verifier")
    phone.fill("input[name=password]", PASSWORD)
    phone.press("input[name=password]", "Enter")
    phone.wait_for_url(lambda url: "/sign-in" not in url)
    assert phone.locator("h1").count() == 1
    assert "何核" in phone.content()
