"""Bare prompts and what a model writes after each, in the words of OpenAI's completions.

Source: OpenAI API reference, "Create completion"; vLLM docs, "OpenAI-Compatible Server", "Completions API";
llama.cpp, `tools/server/README.md`, "POST /v1/completions". Several prompts go as a list; what was written comes as
`choices`, each with the place of its prompt as `index`.
"""

from typing import Any

from arcano.providers.adapters.openai_errors import error_in_stream
from arcano.providers.adapters.openai_request import wire_sampling
from arcano.providers.adapters.openai_stream import ChatCompletionStream, broken_off, usage_in
from arcano.providers.adapters.wire_json import as_list, as_object
from arcano.providers.errors import ProviderError, StreamCutError
from arcano.providers.profiles import Profile
from arcano.providers.provider import Completion, Completions
from arcano.providers.request import Parameters


def completion_body(
    model: str, prompts: tuple[str, ...], parameters: Parameters, profile: Profile
) -> dict[str, Any]:
    """The JSON body that asks to go on with each prompt."""
    # The chat completions' newer name for the limit is not known here.
    sampling = wire_sampling(model, parameters, profile, max_tokens_field="max_tokens")
    return {"model": model, "prompt": list(prompts), "stream": False, **sampling}


def completions_in(
    answer: Any, *, count: int, provider: str, key: str | None = None
) -> Completions:
    """What was written after each of `count` prompts. `key` is left out of what the server says.

    Raises:
        ProviderError: The server says that it failed, with all of them.
        ValueError: There are two answers to one prompt, or one to none.
        TypeError: There is something else.
        LookupError: The same.
    """
    if answer.get("error"):
        raise error_in_stream(provider, answer["error"], key=key)
    choices: dict[int, dict[str, Any]] = {}
    for choice in as_list(answer["choices"]):
        place = choice["index"]
        if place in choices or not 0 <= place < count:
            raise ValueError
        choices[place] = choice
    usage = usage_in(answer["usage"]) if as_object(answer.get("usage")) else None
    outcomes = [_outcome(choices.get(place), provider, key=key) for place in range(count)]
    first = outcomes[0]
    if "timings" in answer and count > 1:
        # llama.cpp counts the first prompt alone, and the others not at all.
        if isinstance(first, Completion):
            outcomes[0] = Completion(first.text, first.reason, usage)
        usage = None
    return Completions(tuple(outcomes), usage)


def _outcome(
    choice: dict[str, Any] | None, provider: str, *, key: str | None
) -> Completion | ProviderError:
    if choice is None or not choice.get("finish_reason"):
        return StreamCutError(f"{provider} did not answer this prompt to its end.")
    if broken := broken_off(provider, choice, key=key):
        return broken
    text = choice["text"]
    if not isinstance(text, str):
        raise TypeError
    reason = ChatCompletionStream.finish_reasons.get(choice["finish_reason"], "stop")
    return Completion(text, reason)
