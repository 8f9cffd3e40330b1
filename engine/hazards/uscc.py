"""The unified social credit code 统一社会信用代码 of an organisation (GB 32100-2015)."""

from __future__ import annotations

from typing import Final

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from engine.errors import Invalid

_INNER: Final = slice(8, 16)
#: Weights and check signs of the organisation code inside (GB 11714).
_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS: Final = "0123456789X"


def clean(text: str) -> str:
    """Give a code in its plain form: 18 capitals and digits, the last one checked.

    Raises:
        Invalid: wrong length, characters or check character.
    """
    try:
        return str(uscc.validate(text))
    except ValidationError as error:
        raise Invalid(
            "统一社会信用代码不对：应为 18 位，请对照营业执照核对，末位是校验码。",
            "The unified social credit code is wrong: it has 18 characters, the last one a check "
            "character; compare it with the business licence.",
        ) from error


def inner_check_fails(code: str) -> bool:
    """Say whether the organisation code in a clean code fails its own check (GB 11714).

    Genuine codes exist for which it does, so this is a reason to look twice, not to refuse
    (domain.md C8 (d)).
    """
    total = sum(weight * int(sign, 36) for weight, sign in zip(_WEIGHTS, code[_INNER], strict=True))
    return _SIGNS[(11 - total % 11) % 11] != code[16]
