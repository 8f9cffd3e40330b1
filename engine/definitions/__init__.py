"""Process definitions: read a folder, check it, deploy it as versions, load one to run.

After `deploy` the store is the truth. Definitions, diagrams, tables, forms and checklists are
immutable rows; a running instance is pinned to the versions it started with. This is the only
room that opens the `processes/` and `forms/` folders.
"""

from engine.definitions.borrowing import filled_up, only_used
from engine.definitions.bundle import Bundle, read_folder
from engine.definitions.check import problems_of
from engine.definitions.deciding import Made, decide, without_reward
from engine.definitions.deploy import deploy
from engine.definitions.in_force import (
    FOR_OVERSIGHT,
    find_inherited,
    find_latest,
    get_latest,
    inheritance,
    startable,
)
from engine.definitions.load import Loaded, form_asked, load, loaded_from
from engine.definitions.review import review
from engine.definitions.versions import (
    get_version,
    lineage,
    owner,
    resource_content,
    versions,
)

__all__ = [
    "FOR_OVERSIGHT",
    "Bundle",
    "Loaded",
    "Made",
    "decide",
    "deploy",
    "filled_up",
    "find_inherited",
    "find_latest",
    "form_asked",
    "get_latest",
    "get_version",
    "inheritance",
    "lineage",
    "load",
    "loaded_from",
    "only_used",
    "owner",
    "problems_of",
    "read_folder",
    "resource_content",
    "review",
    "startable",
    "versions",
    "without_reward",
]
