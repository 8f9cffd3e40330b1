"""The API of the rooms of those above an enterprise, and of what is done to cases as a whole."""

from __future__ import annotations

from typing import Final

from web.api import (
    analysis,
    board,
    case_steps,
    coverage,
    guidance,
    majors,
    moves,
    participation,
    particulars,
    platform,
    registry,
    registry_sheets,
    return_corrections,
    return_files,
    return_steps,
    returns,
    rulebook,
    training,
)

PARTS: Final = (
    returns, return_steps, return_corrections, return_files, majors, registry, registry_sheets,
    particulars, platform, coverage, participation, board, guidance, rulebook, training, analysis,
    case_steps, moves,
)  # fmt: skip
