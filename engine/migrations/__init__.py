"""Moving running cases to another version of their process.

First a plan, then a dry run over the cases, then a batch: each case is moved once, in a transaction
of its own, by a job; what became of it stands in its item and in its own history.
"""

from engine.migrations.batches import JOB, retry, start, stop
from engine.migrations.cases import MOST, Case, Trial, count, dry_run, sources
from engine.migrations.plans import Plan, Version, plan, targets
from engine.migrations.progress import Item, Progress, items, listed, progress

__all__ = [
    "JOB",
    "MOST",
    "Case",
    "Item",
    "Plan",
    "Progress",
    "Trial",
    "Version",
    "count",
    "dry_run",
    "items",
    "listed",
    "plan",
    "progress",
    "retry",
    "sources",
    "start",
    "stop",
    "targets",
]
