"""What the doors of setting up providers take and give. What is taken is what `arcano.toml` takes, by the same rules."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)

from arcano.identity.elsewhere.kept_provider import KeptProvider
from arcano.identity.elsewhere.settings import (
    MANUAL,
    AskedForFactor,
    NewPeople,
    ProviderKind,
    ProviderName,
    SignInProviderSettings,
)
from arcano.identity.permissions import RoleName
from arcano.platform.errors import InvalidInputError

MAX_ENTRIES: Final = 200


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("It has characters that cannot be seen.")
    return text


def _not_manual(name: str) -> str:
    if name == MANUAL:
        raise ValueError(f"No provider can be called `{MANUAL}`.")
    return name


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_plain)
]
Claim = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(_plain)
]
Scope = Annotated[str, StringConstraints(pattern=r"^[!#-\[\]-~]{1,100}$")]
Domain = Annotated[str, StringConstraints(pattern=r"^@?[^@\s]{1,253}$")]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=2000)]
NewName = Annotated[ProviderName, AfterValidator(_not_manual)]


class SignInProviderFacts(BaseModel):
    """What is said of a provider, but for its secret.

    Where Firebase's keys are can be said in the settings alone: whoever said it could sign for anybody.
    """

    model_config = ConfigDict(extra="forbid")

    kind: ProviderKind
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    client_id: Text = ""
    issuer: Text = ""
    project: Claim = ""
    scopes: list[Scope] = Field(default_factory=list[Scope], max_length=30)
    group_claim: Claim = ""
    groups: dict[Claim, Claim] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    make_groups: bool = False
    role_claim: Claim = ""
    roles: dict[Claim, RoleName] = Field(default_factory=dict, max_length=MAX_ENTRIES)
    domains: list[Domain] = Field(default_factory=list[Domain], max_length=MAX_ENTRIES)
    new_people: NewPeople = "wait"
    trust_email: bool = False
    second_factor: AskedForFactor = "unless-vouched"
    private_addresses: bool = False
    """Whether it may lead to this machine and its network."""

    def _settings(self, secret: SecretStr | None, besides: set[str]) -> SignInProviderSettings:
        said = self.model_dump(exclude={"private_addresses", *besides}, exclude_defaults=True)
        said = {**said, "kind": self.kind, "client_secret": secret}
        try:
            return SignInProviderSettings.model_validate(said)
        except ValidationError as wrong:
            first = wrong.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            told = first["msg"].removeprefix("Value error, ")
            raise InvalidInputError(f"{place}: {told}" if place else told) from wrong


class SignInProviderDraft(SignInProviderFacts):
    """A provider that is to be set up."""

    name: NewName
    """Stands in the address to register at the provider, and never changes."""
    client_secret: Secret | None = None
    is_enabled: bool = True

    @property
    def settings(self) -> SignInProviderSettings:
        """What it comes to.

        Raises:
            InvalidInputError: It is not complete.
        """
        return self._settings(self.client_secret, {"name", "client_secret", "is_enabled"})


class SignInProviderChange(SignInProviderFacts):
    """What is to stand in the place of the provider as it was at `version`."""

    version: int = Field(ge=0)
    client_secret: Secret | None = None
    """Left out, it stays what it is; null takes it away."""

    @property
    def keeps_secret(self) -> bool:
        return "client_secret" not in self.model_fields_set

    def settings(self, kept: SecretStr | None) -> SignInProviderSettings:
        """What it comes to. `kept`: the secret so far.

        Raises:
            InvalidInputError: It is not complete.
        """
        secret = kept if self.keeps_secret else self.client_secret
        return self._settings(secret, {"version", "client_secret"})


class SignInProviderSwitch(BaseModel):
    is_enabled: bool
    version: int = Field(ge=0)


class SignInProviderSaid(SignInProviderFacts):
    """What somebody said of it, for changing it."""


class SignInSettingsView(BaseModel):
    """One provider, for whoever administers the workspace. Nothing secret."""

    name: str
    label: str
    kind: ProviderKind
    source: Literal["settings", "person"]
    is_enabled: bool
    version: int
    """0 for those of the settings."""
    problem: str | None
    """Why it lets nobody in though it should."""
    issuer: str
    client_id: str
    has_secret: bool
    scopes: list[str]
    group_claim: str
    role_claim: str
    roles: dict[str, RoleName]
    domains: list[str]
    new_people: NewPeople
    trust_email: bool
    second_factor: AskedForFactor
    redirect_address: str | None
    """What to register at the provider; nothing where nobody is sent back."""
    accounts: int
    """How many people here have an account of it."""
    only_way_of: int
    """How many people could not sign in without it."""
    said: SignInProviderSaid | None
    """For changing it; nothing for those of the settings, which are changed there."""
    changed_at: datetime | None

    @classmethod
    def configured(cls, name: str, settings: SignInProviderSettings, **more: Any) -> Self:  # noqa: ANN401 - fields of its own
        """One of the settings."""
        return cls._of(
            name,
            settings,
            source="settings",
            is_enabled=True,
            version=0,
            problem=None,
            said=None,
            changed_at=None,
            **more,
        )

    @classmethod
    def kept(cls, provider: KeptProvider, *, problem: str | None, **more: Any) -> Self:  # noqa: ANN401 - fields of its own
        """One that somebody has set up."""
        settings = provider.settings
        facts = set(SignInProviderFacts.model_fields) - {"private_addresses"}
        said = settings.model_dump(include=facts)
        said["private_addresses"] = provider.private_addresses
        return cls._of(
            provider.name,
            settings,
            source="person",
            is_enabled=provider.is_enabled,
            version=provider.version,
            problem=problem,
            said=SignInProviderSaid.model_validate(said),
            changed_at=provider.changed_at,
            **more,
        )

    @classmethod
    def _of(
        cls,
        name: str,
        settings: SignInProviderSettings,
        *,
        redirect: str,
        **more: Any,  # noqa: ANN401 - fields of its own
    ) -> Self:
        return cls(
            name=name,
            label=settings.called(name),
            kind=settings.kind,
            issuer=settings.at,
            client_id=settings.client_id or settings.project,
            has_secret=settings.secret is not None,
            scopes=settings.scope.split(),
            group_claim=settings.group_claim,
            role_claim=settings.role_claim,
            roles=settings.roles,
            domains=settings.domains,
            new_people=settings.new_people,
            trust_email=settings.trust_email,
            second_factor=settings.second_factor,
            redirect_address=None if settings.kind == "firebase" else redirect,
            **more,
        )


class SignInSettingsList(BaseModel):
    items: list[SignInSettingsView]
    redirect_pattern: str
    """The address to register for a provider that is yet to come, with `{name}` for its name."""
