"""Signing in as people do it, in a real browser."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.web.screens import Screens

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]


def test_a_verifier_signs_in_on_a_phone(cast: Cast, screens: Screens) -> None:
    phone = screens.phone()
    screens.sign_in(phone, "verifier")
    assert phone.locator("h1").count() == 1
    assert "何核" in phone.content()
