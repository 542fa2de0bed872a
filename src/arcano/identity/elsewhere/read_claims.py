"""From a provider's claims to what is told: every value may be anything, and there may be far too many."""

from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import TypeAdapter, ValidationError

from arcano.identity.elsewhere.domain import Told
from arcano.identity.elsewhere.settings import SignInProviderSettings
from arcano.identity.permissions import MEMBER, RoleName
from arcano.identity.schemas import Email

Claims = Mapping[str, Any]

MAX_VALUES: Final = 500
MAX_LENGTH: Final = 100
"""Of a name of a person, a group or a role."""

_EMAIL: Final[TypeAdapter[str]] = TypeAdapter(Email)


def told_by(
    claims: Claims,
    settings: SignInProviderSettings,
    *,
    provider: str,
    issuer: str,
    subject: str,
    refresh_token: str | None = None,
    vouched: bool = False,
) -> Told:
    """What the claims say about the one whom `issuer` calls `subject`. `vouched`: see `Told`; only what is signed says it."""
    email = email_of(claims.get("email"))
    # Word for word: "false" is a text that some would take for a yes.
    is_verified = claims.get("email_verified") is True or settings.trust_email
    return Told(
        provider,
        issuer,
        subject,
        email,
        email is not None and is_verified,
        name_of(claims, email=email),
        groups_of(claims, settings),
        role_of(claims, settings),
        refresh_token,
        vouched,
    )


def email_of(value: object) -> str | None:
    """An address in lower case, if it is one."""
    try:
        return _EMAIL.validate_python(value, strict=True)
    except ValidationError:
        return None


def name_of(claims: Claims, *, email: str | None) -> str:
    """What to call the person."""
    given = [claims.get(key) for key in ("name", "preferred_username", "nickname", "login")]
    names = [" ".join(each.split()) for each in given if isinstance(each, str)]
    names = [name for name in names if name.isprintable()]
    names.append((email or "").partition("@")[0])
    return next((name[:MAX_LENGTH] for name in names if name), "Somebody")


def groups_of(claims: Claims, settings: SignInProviderSettings) -> frozenset[str] | None:
    """The groups by their names here. None: there are too many to say, so nothing is said.

    A person who is in very many groups has none of them in their token, but a note that they are to be asked for.
    """
    if not settings.group_claim:
        return frozenset()
    values = values_of(claims, settings.group_claim)
    if values is None:
        elsewhere = claims.get("_claim_names")
        told_elsewhere = isinstance(elsewhere, dict) and settings.group_claim in elsewhere
        return None if told_elsewhere or claims.get("hasgroups") is True else frozenset()
    return frozenset(settings.groups.get(value, value) for value in values)


def role_of(claims: Claims, settings: SignInProviderSettings) -> RoleName | None:
    """The role that the provider decides on, if it decides on any."""
    if not settings.role_claim:
        return None
    values = values_of(claims, settings.role_claim) or frozenset()
    return next((role for value, role in settings.roles.items() if value in values), MEMBER)


def values_of(claims: Claims, path: str) -> frozenset[str] | None:
    """The texts at `path`, which names a claim or, with dots, one inside another; None if there is none."""
    found: object = claims.get(path)
    if found is None:
        found = claims
        for step in path.split("."):
            found = cast("dict[str, object]", found).get(step) if isinstance(found, dict) else None
    if found is None:
        return None
    several = cast("list[object]", found) if isinstance(found, list) else [found]
    return frozenset(
        each
        for each in several[:MAX_VALUES]
        if isinstance(each, str) and 0 < len(each) <= MAX_LENGTH and each.isprintable()
    )
