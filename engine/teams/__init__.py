"""Workshops and teams 车间、班组 of an enterprise: a register of them, and who is in which (R-02).

A person is in one team at a time, from one day up to another, and no day that is over changes: so
a report counts for ever for the team of its day. What a team looks after are places, by name.
"""

from engine.teams.areas import (
    add_area,
    areas_of,
    places_without_team,
    remove_area,
    team_of_places,
)
from engine.teams.keeping import DEEPEST, LONGEST_NAME, change, close, open_team, reopen
from engine.teams.moving import (
    History,
    Member,
    find_people,
    history_of,
    member_by_login,
    members,
    put,
    teams_of,
)
from engine.teams.register import Node, below, changes, get, listed, tree

__all__ = [
    "DEEPEST",
    "LONGEST_NAME",
    "History",
    "Member",
    "Node",
    "add_area",
    "areas_of",
    "below",
    "change",
    "changes",
    "close",
    "find_people",
    "get",
    "history_of",
    "listed",
    "member_by_login",
    "members",
    "open_team",
    "places_without_team",
    "put",
    "remove_area",
    "reopen",
    "team_of_places",
    "teams_of",
    "tree",
]
