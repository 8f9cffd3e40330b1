"""The legal basis 法律依据: every act and article that pages and papers cite, open to anybody."""

from __future__ import annotations

from flask import Blueprint, render_template

from engine import clock, law
from engine.law import CERTAINTIES, KINDS
from web.access import public
from web.language import say

blueprint = Blueprint("law", __name__)


@blueprint.get("/law")
@public
def show() -> str:
    """Show the acts, what they say for us, since when, and how sure that is."""
    today, known = clock.local_date(), law.acts()
    return render_template(
        "law.html",
        acts=[
            {
                "act": act,
                "kind": say(KINDS[act.kind]),
                "certainty": say(CERTAINTIES[act.certainty]),
                "holds": act.holds_on(today),
                "successor": known.get(act.superseded_by),
            }
            for act in known.values()
        ],
    )
