"""A text to go on with in the words of OpenAI's older completions, read.

Source: OpenAI API reference, "Create completion". Where a route says that its model `completes`, the words pass to it as
they are; everywhere else the prompt is asked as a person's message, and what no message can say is refused by name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

from arcano.gateway.numbers import MOST_TOKENS, Seed
from arcano.gateway.openai.chat_request import SAYS_NOTHING, StreamOptions, as_list
from arcano.platform.errors import InvalidInputError
from arcano.providers import (
    ModelRequest,
    Parameters,
    RequestMessage,
    TextPart,
    WireRequest,
)

DIALECT = "openai-completions"
MAX_PROMPTS = 256

_USUAL: Mapping[str, Any] = {
    "best_of": 1,
    "echo": False,
    "frequency_penalty": 0,
    "logit_bias": {},
    "presence_penalty": 0,
    "suffix": "",
}
"""What says the same as leaving it out."""


class CompletionDraft(BaseModel):
    """The body of `POST /v1/completions`, as far as it is understood here."""

    model_config = ConfigDict(extra="allow")

    model: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    prompt: str | Annotated[list[str] | list[int] | list[list[int]], Field(min_length=1)] = ""
    n: Annotated[int, Field(ge=1)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)] | None = None
    stop: Annotated[list[str], BeforeValidator(as_list)] | None = None
    seed: Seed | None = None


_DRAFT = TypeAdapter(CompletionDraft)


@dataclass(frozen=True, slots=True)
class AskedCompletion:
    """One request for each prompt, and how the answers are wanted."""

    model: str
    requests: tuple[ModelRequest, ...]
    choices: int
    """How many answers are wanted to each."""
    stream: bool
    usage_wanted: bool


def read_completion(body: dict[str, Any]) -> AskedCompletion:
    """What a body asks.

    Raises:
        ValidationError: It is not what the API says; names the field.
        InvalidInputError: The prompts are tokens, or too many.
    """
    draft = _DRAFT.validate_python(body)
    beyond = tuple(sorted(_beyond(draft)))
    parameters = Parameters(
        temperature=draft.temperature,
        top_p=draft.top_p,
        max_tokens=draft.max_tokens,
        stop=tuple(draft.stop or ()),
        seed=draft.seed,
    )
    requests = tuple(
        ModelRequest(
            model=draft.model,
            messages=(RequestMessage("user", (TextPart(prompt),)),),
            parameters=parameters,
            whole=not draft.stream,
            wire=WireRequest(DIALECT, {**body, "prompt": prompt}, beyond),
        )
        for prompt in _prompts(draft)
    )
    options = draft.stream_options
    wanted = options is not None and options.include_usage
    return AskedCompletion(draft.model, requests, draft.n or 1, bool(draft.stream), wanted)


def _prompts(draft: CompletionDraft) -> list[str]:
    if isinstance(draft.prompt, str):
        return [draft.prompt]
    prompts = [prompt for prompt in draft.prompt if isinstance(prompt, str)]
    if len(prompts) < len(draft.prompt):
        raise InvalidInputError(
            "prompt: Send text. Tokens mean something to one tokenizer alone, and here any model may answer."
        )
    if len(prompts) > MAX_PROMPTS:
        raise InvalidInputError(f"prompt: {MAX_PROMPTS} prompts are taken at most.")
    return prompts


def _beyond(draft: CompletionDraft) -> Iterator[str]:
    """The names of the fields that only a target of the same format understands."""
    if draft.n not in (None, 1):
        yield "n"
    for name, value in (draft.model_extra or {}).items():
        usual = value is None or (name in _USUAL and value == _USUAL[name])
        if name not in SAYS_NOTHING and not usual:
            yield name
