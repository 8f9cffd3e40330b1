"""How often somebody may try: counted in the memory of this process."""

from __future__ import annotations

from typing import Final

from flask import Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")

#: Wrong passwords for one login from one address, and for any login from one address: a whole
#: plant may share one address.
WRONG_PASSWORDS: Final = "5 per minute;30 per hour"
WRONG_SIGN_INS: Final = "60 per 10 minutes"
#: Wrong receipt codes from one address. There are 10^16: nobody guesses one, but nobody needs more.
WRONG_CODES: Final = "10 per minute;60 per hour"
#: Messages to those who handle a case, from one address.
MESSAGES: Final = "20 per 10 minutes"
#: Organisations named in vain, by one enterprise: a grant is given to whom one knows, and nobody
#: finds out by trying who works with this system.
WRONG_NAMES: Final = "10 per hour;30 per day"
#: Photos from one address: a whole plant at the end of a shift, but no flood.
UPLOADS: Final = "200 per 10 minutes"


def failed(response: Response) -> bool:
    """Say whether a try counts: a right password or code answers with a redirect."""
    return not 300 <= response.status_code < 400


def address_and_login() -> str:
    """Give whose tries are counted together: this address with this login."""
    return f"{get_remote_address()} {request.form.get('login', '').strip().lower()[:64]}"
