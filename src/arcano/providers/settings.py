"""Settings of providers: what is found at start without anybody configuring it."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class PriceSetting(BaseModel):
    """Dollars for a million tokens: read, and written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0, description="Dollars for a million tokens that the model reads.")
    output: float = Field(ge=0, description="Dollars for a million tokens that it writes.")


class ProviderSettings(BaseModel):
    """Servers that the environment knows. Common variable names are accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    openai_api_key: SecretStr | None = Field(
        default=None, description="Key for OpenAI, or for the server at `openai_base_url`."
    )
    openai_base_url: str | None = Field(
        default=None,
        description="Address of a server that speaks OpenAI's chat completions, up to `/v1`. "
        "With a key and without this, OpenAI itself.",
    )
    anthropic_api_key: SecretStr | None = Field(default=None, description="Key for Anthropic.")
    anthropic_base_url: str | None = Field(
        default=None, description="Where Anthropic's API is, if not at Anthropic."
    )
    mistral_api_key: SecretStr | None = Field(default=None, description="Key for Mistral.")
    mistral_base_url: str | None = Field(
        default=None, description="Where Mistral's API is, if not at Mistral."
    )
    gemini_api_key: SecretStr | None = Field(
        default=None, description="Key for Google's Gemini API."
    )
    gemini_base_url: str | None = Field(
        default=None, description="Where Gemini's API is, if not at Google."
    )
    prices: dict[str, PriceSetting] = Field(
        default_factory=dict[str, PriceSetting],
        description="What models cost, by the name that their provider calls them, where you know better "
        "than the data that Arcano comes with: `[providers.prices.gpt-5]` with `input` and `output`.",
    )
    own_keys: bool = Field(
        default=True,
        description="Whether every person may connect providers with a key of their own, for themselves "
        "alone. If not, those that were made are not used.",
    )
    own_key_hosts: list[str] = Field(
        default_factory=list,
        description="Hosts besides the known providers' that a person's own connection may lead to "
        "(`llm.example.com`). The owner may connect to any.",
    )
    ollama_base_url: str = Field(
        default="http://127.0.0.1:11434",
        description="Where a local Ollama is looked for at start.",
    )
    look_for_ollama: bool = Field(
        default=True, description="Ask `ollama_base_url` at start whether an Ollama is there."
    )
