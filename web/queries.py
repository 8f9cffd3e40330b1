"""Addresses that carry on what was chosen on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from flask import request


def chosen(names: Iterable[str]) -> dict[str, str]:
    """Give what the present address says for `names`, without what it leaves empty."""
    return {name: value for name in names if (value := request.args.get(name))}


def with_query(path: str, query: Mapping[str, str]) -> str:
    """Give `path` with a query; what people sent is only ever put in here, quoted."""
    return f"{path}?{urlencode(query)}" if query else path
