"""The API of the rooms of those above an enterprise, room by room."""

from __future__ import annotations

from typing import Final

from web.api import majors, return_files, return_steps, returns

PARTS: Final = (returns, return_steps, return_files, majors)
