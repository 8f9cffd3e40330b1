"""Names by consent 署名同意: whose name may stand where everybody reads it (R-30; B7, C7.7).

Only who reported by name can agree, once for all of their reports in an enterprise or for one
case, and take it back at any time. Reports made in confidence or anonymously never bear a name,
whatever their reporter says elsewhere. What is kept says that somebody agreed, or that the reporter
of a case did; which of the two belong together only the vault knows. Somebody with an account
stands under the account's name, so that nobody signs for another; somebody without one under the
name given with the report, and only once the reward was paid, which is when somebody saw who it is.
A report that somebody else typed in bears a name only by the word of the account it is bound to.

Names take the cover from who did not agree: where too few people are left who could have sent the
rest, nobody is named.
"""

from engine.naming.consent import Choice, agree, choice, choose, standing, withdraw
from engine.naming.signing import (
    LEAST_OTHERS,
    NOBODY,
    Person,
    Signed,
    is_own,
    leaves_enough,
    people,
    read_for_paper,
    signed,
)

__all__ = [
    "LEAST_OTHERS",
    "NOBODY",
    "Choice",
    "Person",
    "Signed",
    "agree",
    "choice",
    "choose",
    "is_own",
    "leaves_enough",
    "people",
    "read_for_paper",
    "signed",
    "standing",
    "withdraw",
]
