"""Between a provider's word and a second factor of ours: who came, kept by the browser that came, sealed.

Whoever has a second factor here is asked for it, also after a sign-in elsewhere, unless the provider vouches for one of its
own in what it signed (`vouches`) and the deployment takes its word (`second_factor`). The page asks the question, so the
browser carries the half that is done: unreadable, for as long as a question may be answered.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

from arcano.identity.domain import UserId
from arcano.identity.elsewhere.domain import Told
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.errors import ChallengeOverError
from arcano.identity.second_factors import ANSWER_WITHIN
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.errors import SecretUnreadableError

_PURPOSE: Final = "sign_in/half-way/browser"


def vouches(claims: Mapping[str, Any], settings: SignInProviderSettings) -> bool:
    """Whether a signed token says that more than one factor was shown: `mfa` in `amr` (RFC 8176), or a known `acr`.

    Firebase says it in its own way, by naming the second factor.
    """
    methods = claims.get("amr")
    if isinstance(methods, list) and "mfa" in cast("list[object]", methods):
        return True
    firebase = claims.get("firebase")
    if settings.kind == "firebase" and isinstance(firebase, dict):
        return bool(cast("dict[str, object]", firebase).get("sign_in_second_factor"))
    return claims.get("acr") in settings.second_factor_acr


def is_asked(told: Told, settings: SignInProviderSettings) -> bool:
    """Whether whoever has a second factor here is to show it."""
    match settings.second_factor:
        case "always":
            return True
        case "never":
            return False
        case "unless-vouched":
            return not told.vouched


def seal_half_way(user_id: UserId, *, now: datetime, box: SecretBox) -> str:
    """What the cookie holds."""
    told = [user_id, int((now + ANSWER_WITHIN).timestamp())]
    return base64.urlsafe_b64encode(box.seal_away(json.dumps(told).encode(), _PURPOSE)).decode()


def open_half_way(cookie: str | None, *, now: datetime, box: SecretBox) -> UserId:
    """Who is half way in.

    Raises:
        ChallengeOverError: Nobody, or too long ago.
    """
    try:
        told = json.loads(box.open_away(base64.urlsafe_b64decode(cookie or ""), _PURPOSE))
    except (SecretUnreadableError, binascii.Error, ValueError) as unreadable:
        raise _over() from unreadable
    user_id, expires_at = told
    if now >= datetime.fromtimestamp(expires_at, UTC):
        raise _over()
    return UserId(user_id)


def _over() -> ChallengeOverError:
    return ChallengeOverError("This sign-in took too long or began elsewhere. Begin again.")
