"""All tables under one roof, so that `tables.Hazard` can be said anywhere in the engine."""

from engine.store.ledger import Hazard, Month, MonthPerson, Reward
from engine.store.people import Membership, Organisation, Place, Token, User
from engine.store.record import (
    Attachment,
    Certificate,
    Event,
    Notification,
    Reporter,
    ReporterMessage,
)
from engine.store.repository import ChecklistItem, Definition, Resource
from engine.store.runtime import Counter, Draft, Idempotency, Incident, Instance, Job, Task, Vote
from engine.store.seals import Seal
from engine.store.studio import DefinitionDraft, DraftFile, Migration, MigrationItem

__all__ = [
    "Attachment",
    "Certificate",
    "ChecklistItem",
    "Counter",
    "Definition",
    "DefinitionDraft",
    "Draft",
    "DraftFile",
    "Event",
    "Hazard",
    "Idempotency",
    "Incident",
    "Instance",
    "Job",
    "Membership",
    "Migration",
    "MigrationItem",
    "Month",
    "MonthPerson",
    "Notification",
    "Organisation",
    "Place",
    "Reporter",
    "ReporterMessage",
    "Resource",
    "Reward",
    "Seal",
    "Task",
    "Token",
    "User",
    "Vote",
]
