"""What to do about each kind of finding, for whoever runs `bihuan doctor`."""

from __future__ import annotations

from typing import Final

#: Subject of a finding → what to do.
ADVICE: Final = {
    "history": "A history is never mended: find out who had access to the database, restore what "
    "was altered from a backup beside this one, keep both.",
    "seals": "Compare seal.pub with the copy kept apart, and the seals with the published list; "
    "restore altered rows from a backup, keep both.",
    "state": "Suspend the case, keep a copy of the database, restore the instance row from a "
    "backup taken before, and let the case go on from there.",
    "tasks": "The state is right: restore the task rows of this case from a backup, or cancel the "
    "case with a reason and report it anew.",
    "votes": "The history is right: restore the votes of this case from a backup.",
    "visits": "The history is right: restore the visit and follow_up rows of this case from a "
    "backup; letters that were sent stay as they are.",
    "complaints": "The history is right: restore the complaint and union_letter rows of this case "
    "from a backup; letters that were sent stay as they are.",
    "timer": "The state is right: restore due_at of the case and its job from a backup.",
    "services": "The state is right: restore the jobs of this case from a backup.",
    "jobs": "Open the incidents 异常 and try again what has failed; start a worker if none runs.",
    "ledger": "`bihuan stats recount` names each row and column with what the history "
    "gives; restore the rows from a backup or set them to that.",
    "certificates": "Never print over it: revoke the paper on its page with the reason; a new one "
    "is made from the history.",
    "files": "Restore the files/ folder of the data directory from the backup of that day.",
    "numbers": "Stop the servers and set the counter to the highest number that was given.",
    "vault": "Restore the reporter row from a backup; without it nobody is known as the reporter.",
    "returns": "A locked month is not mended in place: restore its rows from the "
    "backup of the day it was locked, or have it returned with a reason and lock it again.",
    "campaigns": "Its sheets are right: restore the campaign's rows from a backup taken after it "
    "was decided, or tell the entrants and decide again in a new campaign.",
    "scores": "A draft: compute the sheet again on its page. A signed one: restore it from the "
    "backup of the day it was signed.",
    "self-checks": "Restore the round from a backup, or make the round again; a signed one is not "
    "changed.",
    "teams": "Put the people into the right team on its page; days that are over are "
    "restored from a backup.",
    "practices": "The history is right: restore the row from a backup; take the case back on its "
    "page meanwhile if it must not be public.",
}


def advice_on(subject: str) -> str:
    """Give what to do about findings of this kind; "" for one nobody has advice on."""
    return ADVICE.get(subject, "")
