"""The month 月报 as units hand it in: counted, signed, locked, handed in; put right in the next.

A locked month never changes. What the histories say otherwise later is an adjusting row of the next
open month, with reason and signer (R-57, R-61; domain.md C5).
"""

from engine.returns.adjusting import (
    Stated,
    accept,
    adjustments,
    state,
)
from engine.returns.behind import Counted, behind, may_open, opens
from engine.returns.bundles import Bundle, ask, evidence_of, fetch
from engine.returns.carrying import open_month
from engine.returns.compared import Compared, compare, differences
from engine.returns.evidence import bundle
from engine.returns.exporting import (
    Cell,
    entered,
    export,
    get_profile,
    profiles,
    tick,
    upload,
)
from engine.returns.figures import ADJUSTABLE, ADJUSTED, KEYS, MOVES, STATED, balances, counted
from engine.returns.late import Part, due_on, received, remind
from engine.returns.lines import Line
from engine.returns.locking import lock, lock_by_size
from engine.returns.profiles import LARGEST_FILE, Profile, ProfileColumn
from engine.returns.proposals import Proposal
from engine.returns.settings import places_of, set_up, year_to_date
from engine.returns.showing import View, lines, months, view
from engine.returns.states import sign, submit, withdraw
from engine.returns.units import Unit, get_unit, own_unit
from engine.returns.versions import keys_of

__all__ = [
    "ADJUSTABLE",
    "ADJUSTED",
    "KEYS",
    "LARGEST_FILE",
    "MOVES",
    "STATED",
    "Bundle",
    "Cell",
    "Compared",
    "Counted",
    "Line",
    "Part",
    "Profile",
    "ProfileColumn",
    "Proposal",
    "Stated",
    "Unit",
    "View",
    "accept",
    "adjustments",
    "ask",
    "balances",
    "behind",
    "bundle",
    "compare",
    "counted",
    "differences",
    "due_on",
    "entered",
    "evidence_of",
    "export",
    "fetch",
    "get_profile",
    "get_unit",
    "keys_of",
    "lines",
    "lock",
    "lock_by_size",
    "may_open",
    "months",
    "open_month",
    "opens",
    "own_unit",
    "places_of",
    "profiles",
    "received",
    "remind",
    "set_up",
    "sign",
    "state",
    "submit",
    "tick",
    "upload",
    "view",
    "withdraw",
    "year_to_date",
]
