"""The settings of the whole program: read once, here, from the environment and then `arcano.toml`.

Our own variables start with `ARCANO_` and name sections with two underscores
(`ARCANO_IDENTITY__SESSION_LIFETIME`). Names that people already have in their environment are accepted
too (`COMMON_NAMES`). What is set in the environment wins over the file.
"""

import os
import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic.networks import IPvAnyNetwork
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from typing_extensions import override

from arcano.batches import BatchSettings
from arcano.gateway import GatewaySettings
from arcano.identity import IdentitySettings
from arcano.inference import InferenceSettings
from arcano.modelstore import ModelStoreSettings
from arcano.platform.egress import EgressSettings
from arcano.platform.errors import InvalidInputError
from arcano.platform.forwarded import Anybody
from arcano.platform.secrets.settings import SecretSettings
from arcano.platform.telemetry.settings import (
    ErrorReportSettings,
    MetricsSettings,
    TraceSettings,
)
from arcano.providers import LocalSettings, ProviderSettings
from arcano.usage import UsageSettings

COMMON_NAMES: Mapping[str, tuple[str, ...]] = {
    "HOST": ("host",),
    "PORT": ("port",),
    "DATA_DIR": ("data_dir",),
    "OPENAI_API_KEY": ("providers", "openai_api_key"),
    "OPENAI_BASE_URL": ("providers", "openai_base_url"),
    "OPENAI_API_BASE_URL": ("providers", "openai_base_url"),
    "ANTHROPIC_API_KEY": ("providers", "anthropic_api_key"),
    "ANTHROPIC_BASE_URL": ("providers", "anthropic_base_url"),
    "MISTRAL_API_KEY": ("providers", "mistral_api_key"),
    "GEMINI_API_KEY": ("providers", "gemini_api_key"),
    "GOOGLE_API_KEY": ("providers", "gemini_api_key"),
    "OLLAMA_BASE_URL": ("providers", "ollama_base_url"),
    "OLLAMA_HOST": ("providers", "ollama_base_url"),
    "REDIS_URL": ("inference", "redis_url"),
    "FIREBASE_AUTH_EMULATOR_HOST": ("identity", "firebase_auth_emulator_host"),
}
"""Variables without our prefix, and the settings they mean."""


class CommonNames(PydanticBaseSettingsSource):
    """Reads the variables of `COMMON_NAMES`. An empty one counts as not set."""

    @override
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        raise LookupError  # `__call__` gives everything at once

    @override
    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for variable, path in COMMON_NAMES.items():
            if value := os.environ.get(variable):  # noqa: TID251 - settings are read here
                section = found
                for name in path[:-1]:
                    section = section.setdefault(name, {})
                section.setdefault(path[-1], value)
        return found


class OurVariables(EnvSettingsSource):
    """Reads the variables with our prefix.

    Raises:
        InvalidInputError: One that must be JSON is not. Its value is not repeated: it may be secret.
    """

    @override
    def prepare_field_value(
        self,
        field_name: str,
        field: FieldInfo,
        value: Any,
        value_is_complex: bool,
    ) -> Any:
        try:
            return super().prepare_field_value(field_name, field, value, value_is_complex)
        except ValueError as wrong:
            name = f"{self.env_prefix}{field_name}".upper()
            which = name if value is not None else f"A variable {name}__…"
            raise InvalidInputError(
                f'{which} must be JSON, such as ["first", "second"] for a list: {wrong.__cause__ or wrong}.'
            ) from wrong


class OurFile(TomlConfigSettingsSource):
    """Reads `arcano.toml`, also one that an editor on Windows wrote.

    Raises:
        InvalidInputError: It cannot be read, or is not TOML; says where.
    """

    @override
    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        try:
            # Editors on Windows put a mark in front, which TOML does not know.
            return tomllib.loads(file_path.read_bytes().decode("utf-8-sig"))
        except OSError as refused:
            raise InvalidInputError(
                f"{file_path} cannot be read ({refused.strerror})."
            ) from refused
        except ValueError as wrong:
            raise InvalidInputError(f"{file_path} is not TOML: {wrong}.") from wrong


class Settings(BaseSettings):
    """Everything that can be set. Sections belong to the features that declare them."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_prefix="ARCANO_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        toml_file="arcano.toml",
        extra="forbid",
    )

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="The port to listen on.")
    data_dir: Path = Field(
        default=Path("data"),
        description="The folder where everything is kept: database, key, models.",
    )
    public_origins: list[str] = Field(
        default_factory=list,
        description="Addresses by which browsers reach this server (`https://chat.example.com`), "
        "where a proxy hides them. Without a proxy nothing need be set.",
    )
    https_only: bool | None = Field(
        default=None,
        description="Whether people reach this server over https alone: the session's cookie is then never sent "
        "without encryption, and no page or socket that is not encrypted can do anything. Left out: yes if "
        "`public_origins` names https addresses and no others.",
    )
    allowed_hosts: tuple[str, ...] | None = Field(
        default=None,
        description="Names by which people reach this server, beside addresses, `localhost`, names without a dot and those "
        "in `public_origins`: it then answers to no others. `*` is any. Left out: on this machine alone, without "
        "`trusted_proxies`, it answers to no others either; elsewhere another name only cannot set the workspace up.",
    )
    trusted_proxies: tuple[IPvAnyNetwork | Anybody, ...] = Field(
        default=(),
        description="Addresses or networks of proxies whose `X-Forwarded-For` and `-Proto` are believed; `*` is "
        "whoever can reach the server.",
    )
    trusted_proxy_hops: int | None = Field(
        default=None,
        ge=1,
        le=16,
        description="How many proxies stand one behind the other. Left out: as many as `trusted_proxies` names; "
        "with `*`, one.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is logged."
    )
    log_form: Literal["json", "text"] = Field(
        default="text", description="`json` for machines, `text` for a person's terminal."
    )
    drain_seconds: float = Field(
        default=25.0,
        ge=0,
        le=25,
        description="How long running answers may go on when the server is asked to stop.",
    )
    egress: EgressSettings = Field(default_factory=EgressSettings)
    identity: IdentitySettings = Field(default_factory=IdentitySettings)
    providers: ProviderSettings = Field(default_factory=ProviderSettings)
    inference: InferenceSettings = Field(default_factory=InferenceSettings)
    usage: UsageSettings = Field(default_factory=UsageSettings)
    batches: BatchSettings = Field(default_factory=BatchSettings)
    gateway: GatewaySettings = Field(default_factory=GatewaySettings)
    local: LocalSettings = Field(default_factory=LocalSettings)
    modelstore: ModelStoreSettings = Field(default_factory=ModelStoreSettings)
    secrets: SecretSettings = Field(default_factory=SecretSettings)
    metrics: MetricsSettings = Field(default_factory=MetricsSettings)
    traces: TraceSettings = Field(default_factory=TraceSettings)
    error_reports: ErrorReportSettings = Field(default_factory=ErrorReportSettings)

    @property
    def is_https_only(self) -> bool:
        if self.https_only is not None:
            return self.https_only
        return bool(self.public_origins) and all(
            origin.startswith("https://") for origin in self.public_origins
        )

    @override
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            OurVariables(settings_cls),
            CommonNames(settings_cls),
            OurFile(settings_cls),
        )
