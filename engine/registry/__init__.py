"""The register of enterprises: who is in it, where each stands, what changed (R-01, R-07)."""

from engine.registry.beside import (
    add_co_supervisor,
    co_supervisors,
    counted,
    end_co_supervisor,
    only_beside,
    set_co_supervisors,
)
from engine.registry.branches import Branch, add_node, branches, set_node
from engine.registry.entering import changeable, correct, enter, readable
from engine.registry.fields import BY_KEY, FIELDS, NODES, PARTS, Field
from engine.registry.leading import LEAD_DUE, Leader, leading
from engine.registry.listing import GAPS, Filters, count, listed
from engine.registry.moving import assign, move
from engine.registry.nodes import Node, nodes, of_kind
from engine.registry.running import ACTIONS, act, actions_for, open_hazards
from engine.registry.trail import changes, get, names_in, relatives

__all__ = [
    "ACTIONS",
    "BY_KEY",
    "FIELDS",
    "GAPS",
    "LEAD_DUE",
    "NODES",
    "PARTS",
    "Branch",
    "Field",
    "Filters",
    "Leader",
    "Node",
    "act",
    "actions_for",
    "add_co_supervisor",
    "add_node",
    "assign",
    "branches",
    "changeable",
    "changes",
    "co_supervisors",
    "correct",
    "count",
    "counted",
    "end_co_supervisor",
    "enter",
    "get",
    "leading",
    "listed",
    "move",
    "names_in",
    "nodes",
    "of_kind",
    "only_beside",
    "open_hazards",
    "readable",
    "relatives",
    "set_co_supervisors",
    "set_node",
]
