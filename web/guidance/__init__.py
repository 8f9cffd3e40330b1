"""Guidance visits 合规指导: planned by those above, read and answered by the enterprise."""

from web.guidance import answering, looking, planning, self_assessment
from web.guidance.room import blueprint

__all__ = ["answering", "blueprint", "looking", "planning", "self_assessment"]
