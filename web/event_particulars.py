"""What is said of an event beside its name, and who says it: a small function for each tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from web.answer_words import Told

if TYPE_CHECKING:
    from web.timeline import Teller

Data = Mapping[str, Any]
_NO_ANSWERS: Final = Told()


@dataclass(frozen=True)
class Detail:
    """What is said of an event beside its name; empty parts leave the usual ones."""

    what: str = ""
    text: str = ""
    tone: str = ""
    icon: str = ""
    answers: Told = _NO_ANSWERS
    url: str = ""
    link_text: str = ""
    #: Who it was is not told.
    is_secret: bool = False


#: Tag → the function that tells it.
TELLERS: Final[dict[str, Callable[[Teller, Any, Data], Detail]]] = {}


def about(*tags: str) -> Callable[[Any], Any]:
    """Register the function that tells events of these tags."""

    def register(function: Any) -> Any:
        TELLERS.update(dict.fromkeys(tags, function))
        return function

    return register
