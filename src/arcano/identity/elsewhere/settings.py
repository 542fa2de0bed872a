"""Settings of sign-in elsewhere: one section for each provider, as whoever runs it calls it."""

import re
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

ProviderKind = Literal["google", "github", "oidc", "firebase"]
NewPeople = Literal["refuse", "wait", "let-in"]
AskedForFactor = Literal["always", "unless-vouched", "never"]

MANUAL: Final = "manual"
"""The source of memberships that a person wrote; no provider may be called so."""

LABELS: Final = {"google": "Google", "github": "GitHub", "oidc": "", "firebase": "Firebase"}
ISSUERS: Final = {"google": "https://accounts.google.com", "github": "https://github.com"}
SCOPES: Final = {
    "google": ("openid", "email", "profile"),
    "oidc": ("openid", "email", "profile"),
    "github": ("read:user", "user:email"),
    "firebase": (),
}
VOUCHING_ACR: Final = (
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "https://refeds.org/profile/mfa",
)
FIREBASE_KEYS: Final = (
    "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
)

ProviderName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]

_ON_THIS_MACHINE = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/.*)?")


class SignInProviderSettings(BaseModel):
    """Somewhere people have an account already, and may sign in with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ProviderKind = Field(description="What it speaks.")
    label: str = Field(
        default="", max_length=40, description="What the button says; by default the kind's name."
    )
    client_id: str = Field(default="", description="What the provider calls this server.")
    client_secret: SecretStr | None = Field(
        default=None,
        description="The secret that belongs to it, unless the client is a public one.",
    )
    issuer: str = Field(
        default="",
        description="`oidc`: the provider's address, exactly as its discovery document says it. "
        "`github`: the address of a GitHub Enterprise server.",
    )
    project: str = Field(default="", description="`firebase`: the id of the project.")
    keys_url: str = Field(
        default=FIREBASE_KEYS, description="`firebase`: where the keys of its tokens are."
    )
    scopes: list[str] = Field(
        default_factory=list,
        description="What to ask for, instead of what is usual. With `offline_access`, where the provider knows it, "
        "groups are refreshed without a new sign-in.",
    )
    group_claim: str = Field(
        default="",
        description="The claim that names people's groups, such as `groups` or `realm_access.roles`. Empty: none does.",
    )
    groups: dict[str, str] = Field(
        default_factory=dict,
        description="What a value of that claim is called here. Values that are not named keep their own name.",
    )
    make_groups: bool = Field(
        default=False, description="Whether a group that does not exist here is made."
    )
    role_claim: str = Field(
        default="", description="The claim that decides people's role. Empty: none does."
    )
    roles: dict[str, str] = Field(
        default_factory=dict,
        description="Which role a value of that claim gives; the first that fits counts, and without any it is `member`. "
        "Nobody becomes or ceases to be the owner this way.",
    )
    domains: list[str] = Field(
        default_factory=list,
        description="Whose e-mail addresses are let in, by what stands after the @. Empty: all.",
    )
    new_people: NewPeople = Field(
        default="wait",
        description="What becomes of somebody who has no account yet: `refuse`, `wait` for an approval, or `let-in`.",
    )
    trust_email: bool = Field(
        default=False,
        description="Whether its e-mail addresses count as verified though it does not say so. Only for a provider "
        "whose addresses nobody can choose for themselves.",
    )
    second_factor: AskedForFactor = Field(
        default="unless-vouched",
        description="Whether people who have a second factor here are asked for it after this sign-in: `always`, `never`, or "
        "`unless-vouched`: not where the provider's signed token says that it saw one (`amr` with `mfa`, or `acr`).",
    )
    second_factor_acr: list[str] = Field(
        default=list(VOUCHING_ACR),
        description="Which values of the claim `acr` say so.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "firebase":
            if not self.project:
                raise ValueError("A provider of the kind `firebase` needs its `project`.")
            _expect_safe(self.keys_url)
            return self
        if not self.client_id:
            raise ValueError(f"A provider of the kind `{self.kind}` needs a `client_id`.")
        if not self.at:
            raise ValueError("A provider of the kind `oidc` needs its `issuer`.")
        if self.kind == "github" and self.client_secret is None:
            raise ValueError("A provider of the kind `github` needs a `client_secret`.")
        _expect_safe(self.at)
        if "owner" in self.roles.values():
            raise ValueError("No claim makes anybody the owner.")
        return self

    @property
    def at(self) -> str:
        """The issuer."""
        if self.kind == "firebase":
            return f"https://securetoken.google.com/{self.project}"
        return self.issuer or ISSUERS.get(self.kind, "")

    @property
    def scope(self) -> str:
        return " ".join(self.scopes or SCOPES[self.kind])

    @property
    def secret(self) -> str | None:
        return None if self.client_secret is None else self.client_secret.get_secret_value()

    def called(self, name: str) -> str:
        """What people read on the button."""
        return self.label or LABELS[self.kind] or name.replace("-", " ").replace("_", " ").title()


def is_safe(address: str) -> bool:
    """Whether nobody on the way can change what is said there: HTTPS, or this very machine."""
    if _ON_THIS_MACHINE.fullmatch(address):
        return True
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def _expect_safe(address: str) -> None:
    if not is_safe(address) or "?" in address or "#" in address:
        raise ValueError(f"{address} must be an https address without a query.")
