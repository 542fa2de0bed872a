"""A sign-in under way, kept by the browser that began it: sealed, so that nobody can read or write it.

Nothing is stored here meanwhile, so a crowd that only begins costs nothing; what comes back is bound to this browser.
"""

import base64
import binascii
import hmac
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from arcano.identity.domain import SessionId, UserId
from arcano.identity.elsewhere.domain import Attempt, Linker, Pending
from arcano.identity.elsewhere.errors import SignInExpiredError, SignInNotVerifiedError
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.errors import SecretUnreadableError

PENDING_COOKIE: Final = "arcano_sign_in"
PENDING_FOR: Final = timedelta(minutes=10)
MAX_PATH: Final = 500

_PURPOSE: Final = "sign_in/pending/browser"
_SAFE_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def safe_path(text: str) -> str:
    """`text` if it is a path of our own page, else the page's beginning. Never another site's address."""
    ours = len(text) <= MAX_PATH and _SAFE_PATH.fullmatch(text) and not text.startswith("/api")
    return text if ours else "/"


def new_attempt(redirect_uri: str) -> Attempt:
    """Three secrets that nobody has seen before."""
    return Attempt(
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(48),
        redirect_uri,
    )


def seal_pending(pending: Pending, box: SecretBox) -> str:
    """What the cookie holds."""
    attempt, linker = pending.attempt, pending.linker
    told = [
        pending.provider,
        [attempt.state, attempt.nonce, attempt.verifier, attempt.redirect_uri],
        pending.return_path,
        int(pending.expires_at.timestamp()),
        None if linker is None else [linker.user_id, linker.session_id],
    ]
    return base64.urlsafe_b64encode(box.seal_away(json.dumps(told).encode(), _PURPOSE)).decode()


def open_pending(
    cookie: str | None, *, provider: str, state: str, now: datetime, box: SecretBox
) -> Pending:
    """What was begun, if it was begun here, with this provider, and is what comes back now.

    Raises:
        SignInExpiredError: It was not begun in this browser, or too long ago.
        SignInNotVerifiedError: Something else comes back than was begun.
    """
    pending = _read(cookie, box)
    if pending is None or now >= pending.expires_at:
        raise SignInExpiredError("This sign-in took too long or began elsewhere. Begin again.")
    if pending.provider != provider or not hmac.compare_digest(
        pending.attempt.state.encode(), state.encode("utf-8", "replace")
    ):
        raise SignInNotVerifiedError("What came back belongs to another sign-in. Begin again.")
    return pending


def _read(cookie: str | None, box: SecretBox) -> Pending | None:
    if not cookie:
        return None
    try:
        told = json.loads(box.open_away(base64.urlsafe_b64decode(cookie), _PURPOSE))
    except (SecretUnreadableError, binascii.Error, ValueError):
        return None
    provider, attempt, return_path, expires_at, linker = told
    return Pending(
        provider,
        Attempt(*attempt),
        return_path,
        datetime.fromtimestamp(expires_at, UTC),
        None if linker is None else Linker(UserId(linker[0]), SessionId(linker[1])),
    )
