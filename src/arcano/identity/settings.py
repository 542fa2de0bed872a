"""Settings of sign-in."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from arcano.identity.elsewhere.settings import MANUAL, ProviderName, SignInProviderSettings


class MailSettings(BaseModel):
    """The mail server that invitations and forgotten passwords go through. Without one, links are passed on by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(description="The mail server (SMTP).")
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    starttls: bool = Field(default=True, description="Encrypt before anything is said.")
    user: str | None = Field(default=None, description="Who we are to it, where it asks.")
    password: SecretStr | None = Field(default=None, description="The password for it.")
    sender: str = Field(description="The address that mails come from.")
    page_url: str = Field(
        description="Where people reach Arcano (`https://chat.example.com`); stands in the links of mails.",
    )


class IdentitySettings(BaseModel):
    """How long sessions last and how often one may fail to sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_lifetime: timedelta = Field(
        default=timedelta(days=30),
        description="How long a sign-in lasts, however much it is used.",
    )
    session_idle: timedelta = Field(
        default=timedelta(days=7), description="How long a sign-in lasts without being used."
    )
    attempts_per_account: str = Field(
        default="10 per 5 minutes",
        description="Failed sign-ins for one e-mail before it has to wait.",
    )
    attempts_per_address: str = Field(
        default="50 per 5 minutes",
        description="Failed sign-ins from one network address before it has to wait.",
    )
    refused_keys_per_address: str = Field(
        default="100 per 1 minute",
        description="Keys that open nothing from one network address before it has to wait; keys in use go on.",
    )
    registrations_per_address: str = Field(
        default="20 per 1 hour",
        description="Registrations and forgotten passwords from one network address before it has to wait.",
    )
    invitation_lifetime: timedelta = Field(
        default=timedelta(days=7), description="How long the link of an invitation is good for."
    )
    reset_lifetime: timedelta = Field(
        default=timedelta(hours=24),
        description="How long a link for a new password is good for; an hour at most where it was mailed.",
    )
    mail: MailSettings | None = Field(default=None, description="The mail server.")
    providers: dict[ProviderName, SignInProviderSettings] = Field(
        default_factory=dict,
        description="Where else people may sign in.",
    )
    groups_refreshed_every: timedelta = Field(
        default=timedelta(minutes=15),
        ge=timedelta(minutes=1),
        description="How often a provider is asked again about groups and roles, without a new sign-in, where it lets us.",
    )
    firebase_auth_emulator_host: str = Field(
        default="",
        description="Set by whoever runs Firebase's emulator. While it is set, tokens that nobody has signed are taken: "
        "never set it where others can reach the server.",
    )

    @field_validator("providers")
    @classmethod
    def _not_called_manual(
        cls, providers: dict[ProviderName, SignInProviderSettings]
    ) -> dict[ProviderName, SignInProviderSettings]:
        if MANUAL in providers:
            raise ValueError(f"No provider can be called `{MANUAL}`.")
        return providers
