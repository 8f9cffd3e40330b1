"""All tables under one roof, so that `tables.Hazard` can be said anywhere in the engine."""

from engine.store.campaigns import (
    Campaign,
    CampaignEntry,
    CampaignNotice,
    CampaignReview,
    CampaignReviewer,
    CampaignStep,
    PracticeText,
)
from engine.store.coverage import CoverageTarget, Evidence, MechanismRecord, ZeroStatement
from engine.store.documents import PolicyDocument
from engine.store.guidance import (
    Attendance,
    FollowUp,
    Practice,
    PracticeUse,
    SafetyConsent,
    ScoreScheme,
    ScoreSheet,
    TrainingSession,
    Visit,
)
from engine.store.honours import Honour, NamingChoice, NamingConsent
from engine.store.ledger import Hazard, Month, MonthPerson, Reward
from engine.store.oversight import (
    AuditGround,
    AuditLook,
    MajorReport,
    Rollup,
    SavedView,
    Supervision,
)
from engine.store.people import Membership, Organisation, Place, Token, User
from engine.store.record import (
    Attachment,
    Certificate,
    Event,
    Notification,
    Reporter,
    ReporterMessage,
)
from engine.store.registry import (
    CoSupervision,
    ImportBatch,
    OrganisationChange,
    Placement,
    StandardReminder,
)
from engine.store.repository import ChecklistItem, Definition, Resource
from engine.store.returns import (
    Adjustment,
    ExportEntry,
    ExportProfile,
    MonthlyReturn,
    ReturnBundle,
    ReturnLine,
)
from engine.store.runtime import Counter, Draft, Idempotency, Incident, Instance, Job, Task, Vote
from engine.store.seals import Seal
from engine.store.selfcheck import SelfCheck
from engine.store.studio import DefinitionDraft, DraftFile, Migration, MigrationItem
from engine.store.teams import Team, TeamArea, TeamChange, TeamMember

__all__ = [
    "Adjustment",
    "Attachment",
    "Attendance",
    "AuditGround",
    "AuditLook",
    "Campaign",
    "CampaignEntry",
    "CampaignNotice",
    "CampaignReview",
    "CampaignReviewer",
    "CampaignStep",
    "Certificate",
    "ChecklistItem",
    "CoSupervision",
    "Counter",
    "CoverageTarget",
    "Definition",
    "DefinitionDraft",
    "Draft",
    "DraftFile",
    "Event",
    "Evidence",
    "ExportEntry",
    "ExportProfile",
    "FollowUp",
    "Hazard",
    "Honour",
    "Idempotency",
    "ImportBatch",
    "Incident",
    "Instance",
    "Job",
    "MajorReport",
    "MechanismRecord",
    "Membership",
    "Migration",
    "MigrationItem",
    "Month",
    "MonthPerson",
    "MonthlyReturn",
    "NamingChoice",
    "NamingConsent",
    "Notification",
    "Organisation",
    "OrganisationChange",
    "Place",
    "Placement",
    "PolicyDocument",
    "Practice",
    "PracticeText",
    "PracticeUse",
    "Reporter",
    "ReporterMessage",
    "Resource",
    "ReturnBundle",
    "ReturnLine",
    "Reward",
    "Rollup",
    "SafetyConsent",
    "SavedView",
    "ScoreScheme",
    "ScoreSheet",
    "Seal",
    "SelfCheck",
    "StandardReminder",
    "Supervision",
    "Task",
    "Team",
    "TeamArea",
    "TeamChange",
    "TeamMember",
    "Token",
    "TrainingSession",
    "User",
    "Visit",
    "Vote",
    "ZeroStatement",
]
