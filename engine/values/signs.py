"""Signs that files can hold: XML 1.0 forbids some that people's texts may have."""

from __future__ import annotations

import re
from typing import Final

#: Everything but XML's `Char` (XML 1.0, 2.2): controls, halves of surrogate pairs, U+FFFE, U+FFFF.
_FORBIDDEN: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """Give a text without the signs that XML, and UTF-8, cannot hold."""
    return _FORBIDDEN.sub("", text)
