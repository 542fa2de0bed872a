"""ID tokens: who signed, for whom, when, and in answer to what. joserfc and Authlib look; we say what must be so.

Both are loaded with the first token: twenty megabytes that a server without any need not hold.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from arcano.identity.elsewhere.errors import SignInNotVerifiedError
from arcano.identity.elsewhere.published_keys import KEY_TYPES, PublishedKeys

log = logging.getLogger(__name__)

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)
"""Where whoever checks cannot also sign. Never `none`, never HS256 and its like."""

LEEWAY_SECONDS: Final = 60
"""By how much the clocks may differ."""
MAX_AGE_SECONDS: Final = 600
"""A token is made for the sign-in that is under way, not for an older one."""
MAX_TOKEN: Final = 64 * 1024
MAX_SUBJECT: Final = 255
MIN_RSA_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be the one that was asked for."""

    issuer: str
    audience: str
    nonce: str | None = None
    access_token: str | None = None
    max_age_seconds: int | None = MAX_AGE_SECONDS


async def verified_claims(
    token: object,
    *,
    keys: PublishedKeys,
    keys_at: str,
    algorithms: Collection[str],
    expected: Expected,
    now: datetime,
) -> Mapping[str, Any]:
    """What the token says, once everything about it is as it must be.

    Raises:
        SignInNotVerifiedError: Something is not; which, stands in the log.
        ProviderUnreachableError: The keys cannot be read.
    """
    header = _header(token)
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS.intersection(algorithms):
        raise _refused(f"signed with {algorithm!r}")
    if not (key_id is None or isinstance(key_id, str)):
        raise _refused("the key's name is none")
    if str(header.get("typ", "JWT")).upper() != "JWT":
        raise _refused(f"it is a {header['typ']!r}")
    key = await keys.key(keys_at, key_id=key_id, algorithm=algorithm)
    if key is None:
        raise _refused("no such key is published")
    claims = _signed(str(token), key, algorithm)
    check_claims(claims, algorithm=algorithm, expected=expected, now=now)
    return claims


def check_claims(
    claims: Mapping[str, Any], *, algorithm: str, expected: Expected, now: datetime
) -> None:
    """See to it that a token's claims are what they must be.

    Raises:
        SignInNotVerifiedError: They are not.
    """
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - see above
    from joserfc.errors import JoseError  # noqa: PLC0415

    seconds = int(now.timestamp())
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.audience},
        "sub": {"essential": True},
    }
    params = {
        "client_id": expected.audience,
        "nonce": expected.nonce,
        "access_token": expected.access_token,
    }
    try:
        CodeIDToken(dict(claims), {"alg": algorithm}, options, params).validate(  # pyright: ignore[reportUnknownMemberType] - Authlib has no types
            seconds, LEEWAY_SECONDS
        )
    except (JoseError, ValueError, TypeError, AttributeError) as wrong:
        raise _refused(str(wrong)) from wrong
    subject = claims["sub"]
    if len(subject) > MAX_SUBJECT or not subject.strip() or not subject.isprintable():
        raise _refused("no usable subject")
    age = expected.max_age_seconds
    if age is not None and claims["iat"] < seconds - age - LEEWAY_SECONDS:
        raise _refused("made long ago")
    if "events" in claims:
        raise _refused("it is made for signing out")


def _header(token: object) -> dict[str, Any]:
    from joserfc import jws  # noqa: PLC0415 - see above
    from joserfc.errors import JoseError  # noqa: PLC0415

    if not isinstance(token, str) or len(token) > MAX_TOKEN:
        raise _refused("there is none")
    try:
        return jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as broken:
        raise _refused("it cannot be read") from broken


def _signed(token: str, key: Mapping[str, Any], algorithm: str) -> dict[str, Any]:
    from joserfc import jwt  # noqa: PLC0415 - see above
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import ECKey, RSAKey  # noqa: PLC0415

    if len(str(key.get("n", ""))) * 6 < MIN_RSA_BITS and "n" in key:
        raise _refused("its key is too short")
    kinds = {"RSA": RSAKey, "EC": ECKey}
    try:
        checker = kinds[KEY_TYPES[algorithm[:2]]].import_key(dict(key))
        return jwt.decode(token, checker, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise _refused(f"not signed by its key ({wrong})") from wrong


def _refused(why: str) -> SignInNotVerifiedError:
    # For whoever runs the server; who signs in can do nothing about it, and an attacker should not learn from it.
    log.warning("a token was refused", extra={"why": why})
    return SignInNotVerifiedError("The provider's word could not be verified. Begin again.")
