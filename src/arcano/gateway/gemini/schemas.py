"""The bodies that Google's API knows, as far as they are understood here.

Source: Gemini API reference, "Generating content", "Counting tokens", "Embeddings". Fields are taken in both spellings,
`maxOutputTokens` and `max_output_tokens`, as Google takes them.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from arcano.gateway.numbers import MOST_TOKENS, Seed


class Tolerant(BaseModel):
    """What we do not know is kept: it may mean something to the target."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True)


def _as_list(value: Any) -> Any:  # noqa: ANN401 - judged by the type that follows
    return [value] if isinstance(value, dict) else value


def _in_capitals(value: Any) -> Any:  # noqa: ANN401 - judged by the type that follows
    return value.upper() if isinstance(value, str) else value


class InlineData(Tolerant):
    mime_type: str
    data: str


class FunctionCall(Tolerant):
    id: str | None = None
    name: Annotated[str, Field(min_length=1)]
    args: dict[str, Any] | None = None


class FunctionResponse(Tolerant):
    id: str | None = None
    name: Annotated[str, Field(min_length=1)]
    response: dict[str, Any] = Field(default_factory=dict[str, Any])


class Part(Tolerant):
    text: str | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    inline_data: InlineData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None


class Content(Tolerant):
    role: Literal["user", "model", "function", "system"] | None = None
    parts: Annotated[list[Part], BeforeValidator(_as_list)] = Field(default_factory=list[Part])


class FunctionDeclaration(Tolerant):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    parameters_json_schema: dict[str, Any] | None = None


class Tool(Tolerant):
    function_declarations: list[FunctionDeclaration] | None = None


class FunctionCallingConfig(Tolerant):
    mode: Annotated[
        Literal["AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED"],
        BeforeValidator(_in_capitals),
    ] = "AUTO"
    allowed_function_names: list[str] | None = None


class ToolConfig(Tolerant):
    function_calling_config: FunctionCallingConfig | None = None


class ThinkingConfig(Tolerant):
    include_thoughts: bool | None = None
    thinking_budget: int | None = None
    thinking_level: Annotated[str, BeforeValidator(_in_capitals)] | None = None


class GenerationConfig(Tolerant):
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)] | None = None
    stop_sequences: list[str] | None = None
    seed: Seed | None = None
    candidate_count: Annotated[int, Field(ge=1, le=8)] | None = None
    response_mime_type: str | None = None
    response_schema: dict[str, Any] | None = None
    response_json_schema: dict[str, Any] | None = None
    thinking_config: ThinkingConfig | None = None


class GenerateDraft(Tolerant):
    """The body of `:generateContent` and of `:streamGenerateContent`."""

    contents: Annotated[list[Content], BeforeValidator(_as_list), Field(min_length=1)]
    system_instruction: Content | None = None
    tools: list[Tool] | None = None
    tool_config: ToolConfig | None = None
    generation_config: GenerationConfig | None = None


class EmbedDraft(Tolerant):
    """The body of `:embedContent`, and each request of `:batchEmbedContents`."""

    content: Content
    output_dimensionality: Annotated[int, Field(ge=1, le=100_000)] | None = None
    task_type: str | None = None
    title: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(part.text or "" for part in self.content.parts)


class BatchEmbedDraft(Tolerant):
    """The body of `:batchEmbedContents`."""

    requests: Annotated[list[EmbedDraft], Field(min_length=1, max_length=2048)]
