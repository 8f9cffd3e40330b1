"""The API against its own document: whatever is sent, the answer is one the document promises.

A handler, those who sign, an overseer and a stranger send what the document allows and what it does
not, at what is there and at what is not. Nothing may fail inside, and every answer has a status, a
type and a shape that the document names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web import access_table
from tests.web.house import House, furnish

PREFIX = "/api/v1"
PARTS = ("verifier", "principal", "officer", "office", "stranger")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


#: The same cases every time, few enough for a slow machine.
MODERATE = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
_ARGUMENT = re.compile(r"<(?:[^<>:]+:)?(\w+)>")


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An enterprise with a case, tasks, certificates and files."""
    with furnish(tmp_path_factory.mktemp("fuzz"), sqlite_template) as furnished:
        yield furnished


@pytest.fixture(scope="module")
def document(house: House) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app)


ROUTES = sorted(route for route in access_table.ROUTES if PREFIX in route)


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_is_one_the_document_promises(house: House, document: Any, route: str) -> None:
    method, rule = route.split(" ")
    operation = document[_ARGUMENT.sub(r"{\1}", rule.removeprefix(PREFIX))][method]
    cases = st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(MODERATE)
    @given(case=cases, part=st.sampled_from(PARTS), there=st.booleans())
    def answers(case: schemathesis.Case, part: str, there: bool) -> None:
        if there:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = house.thing(route, name)
        response = case.call(headers={"Authorization": f"Bearer {house.keys[part]}"})
        case.validate_response(response, checks=CHECKS)

    answers()
