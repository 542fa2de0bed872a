"""What the doors of keys take and give. A secret is in the answer that makes it, and in no other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from arcano.identity.domain import PersonKind, UserId
from arcano.identity.keys.domain import LONGEST_OVERLAP, ApiKey, KeySecret, KeyState
from arcano.identity.keys.edit_keys import KeyTerms, MadeKey
from arcano.identity.keys.scope import EVERY_MODEL, KeyDoor, KeyLimits
from arcano.identity.keys.secret import BEGINS_WITH
from arcano.identity.schemas import Id


def _network(text: str) -> str:
    """One spelling of a network; an address alone is a network of one.

    Raises:
        ValueError: It is none.
    """
    try:
        return str(ip_network(text, strict=False))
    except ValueError as wrong:
        raise ValueError("An address is like 192.0.2.7, a network like 192.0.2.0/24.") from wrong


def _in_utc(moment: datetime) -> datetime:
    """The moment as it is kept.

    Raises:
        ValueError: It is before the first year or after the last: there is none such in UTC.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("There is no such time.") from beyond


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
KeyName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
ModelPattern = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
]
NetworkText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=60), AfterValidator(_network)
]
Doors = Annotated[list[KeyDoor], Field(min_length=1, max_length=5)]
Models = Annotated[list[ModelPattern], Field(min_length=1, max_length=100)]
Networks = Annotated[list[NetworkText], Field(max_length=50)]
_Number = Annotated[int, Field(ge=1, le=1_000_000_000)]


class LimitsDraft(BaseModel):
    """How much may be asked with a key; null means no limit of its own."""

    requests_per_minute: _Number | None = None
    tokens_per_minute: _Number | None = None
    concurrent: _Number | None = None

    def value(self) -> KeyLimits:
        return KeyLimits(self.requests_per_minute, self.tokens_per_minute, self.concurrent)


class LimitsView(BaseModel):
    requests_per_minute: int | None
    tokens_per_minute: int | None
    concurrent: int | None

    @classmethod
    def of(cls, limits: KeyLimits) -> Self:
        return cls(
            requests_per_minute=limits.requests_per_minute,
            tokens_per_minute=limits.tokens_per_minute,
            concurrent=limits.concurrent,
        )


class KeyDraft(BaseModel):
    """`models` are names, in which `*` stands for anything. `user_id`: the service account that it is for."""

    name: KeyName
    doors: Doors
    models: Models = list(EVERY_MODEL)
    addresses: Networks = []
    limits: LimitsDraft = LimitsDraft()
    expires_at: Moment | None = None
    user_id: Id | None = None

    def terms(self) -> KeyTerms:
        return KeyTerms(
            self.name,
            frozenset(self.doors),
            _models(self.models),
            tuple(dict.fromkeys(self.addresses)),
            self.limits.value(),
            self.expires_at,
        )

    def for_whom(self) -> UserId | None:
        return None if self.user_id is None else UserId(self.user_id)


class KeyChangeDraft(BaseModel):
    """What is left out stays as it is."""

    name: KeyName | None = None
    doors: Doors | None = None
    models: Models | None = None
    addresses: Networks | None = None
    limits: LimitsDraft | None = None
    expires_at: Moment | None = None
    """Null: never."""

    def change(self) -> Callable[[ApiKey], KeyTerms]:
        def terms(key: ApiKey) -> KeyTerms:
            scope = key.scope
            says_when = "expires_at" in self.model_fields_set
            return KeyTerms(
                self.name or scope.name,
                scope.doors if self.doors is None else frozenset(self.doors),
                scope.models if self.models is None else _models(self.models),
                key.addresses if self.addresses is None else tuple(dict.fromkeys(self.addresses)),
                scope.limits if self.limits is None else self.limits.value(),
                self.expires_at if says_when else key.expires_at,
            )

        return terms


class RotateDraft(BaseModel):
    """`replaces`: how the secret ends that is to be replaced, so that of two who rotate at once only one does."""

    overlap_seconds: Annotated[int, Field(ge=0, le=int(LONGEST_OVERLAP.total_seconds()))] = (
        24 * 60 * 60
    )
    """How long the secret before goes on beside the new one."""
    replaces: Annotated[str, StringConstraints(max_length=20)] | None = None

    @property
    def overlap(self) -> timedelta:
        return timedelta(seconds=self.overlap_seconds)


class KeySecretView(BaseModel):
    shown: str
    """How it begins and ends."""
    hint: str
    """How it ends."""
    made_at: datetime
    ends_at: datetime | None
    """When it stops, because another took its place."""
    last_used_at: datetime | None

    @classmethod
    def of(cls, secret: KeySecret) -> Self:
        return cls(
            shown=f"{BEGINS_WITH}…{secret.hint}",
            hint=secret.hint,
            made_at=secret.made_at,
            ends_at=secret.ends_at,
            last_used_at=secret.last_used_at,
        )


class KeyView(BaseModel):
    id: str
    name: str
    user_id: str
    owner_name: str
    owner_kind: PersonKind
    state: Literal["active", "expired", "revoked"]
    doors: list[KeyDoor]
    models: list[str]
    addresses: list[str]
    """Networks from which it may be used; none: from anywhere."""
    limits: LimitsView
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    """To a few seconds; null: never."""
    secrets: list[KeySecretView]
    """Newest first; a second one while the key is rotated."""

    @classmethod
    def of(cls, key: ApiKey, now: datetime) -> Self:
        state: KeyState = key.state(now)
        scope = key.scope
        going_on = [each for each in key.secrets if each.ends_at is None or each.ends_at > now]
        return cls(
            id=scope.id,
            name=scope.name,
            user_id=key.user_id,
            owner_name=key.owner_name,
            owner_kind=key.owner_kind,
            state=state,
            doors=sorted(scope.doors),
            models=list(scope.models),
            addresses=list(key.addresses),
            limits=LimitsView.of(scope.limits),
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            secrets=[KeySecretView.of(each) for each in going_on],
        )


class MadeKeyView(BaseModel):
    key: str
    """The secret. It is shown here and never again."""
    details: KeyView

    @classmethod
    def of_made(cls, made: MadeKey, now: datetime) -> Self:
        return cls(key=made.secret, details=KeyView.of(made.key, now))


class KeyPage(BaseModel):
    items: list[KeyView]
    next_cursor: str | None


def _models(models: list[str]) -> tuple[str, ...]:
    return EVERY_MODEL if "*" in models else tuple(dict.fromkeys(models))
