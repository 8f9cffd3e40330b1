"""Process definitions: read a folder, check it, deploy it as versions, load one to run.

After `deploy` the store is the truth. Definitions, diagrams, tables, forms and checklists are
immutable rows; a running instance is pinned to the versions it started with. This is the only
room that opens the `processes/` and `forms/` folders.
"""

from engine.definitions.bundle import Bundle, read_folder
from engine.definitions.check import problems_of
from engine.definitions.deploy import deploy
from engine.definitions.load import Loaded, form_asked, load
from engine.definitions.versions import (
    find_latest,
    get_latest,
    inheritance,
    resource_content,
    startable,
    versions,
)

__all__ = [
    "Bundle",
    "Loaded",
    "deploy",
    "find_latest",
    "form_asked",
    "get_latest",
    "inheritance",
    "load",
    "problems_of",
    "read_folder",
    "resource_content",
    "startable",
    "versions",
]
