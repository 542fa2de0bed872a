"""A question in the words of Anthropic's Messages API.

Source: Messages API reference, "Create a message" and "Versions"; "Thinking"; "Effort"; "Prompt caching";
"Structured outputs"; "Preserved thinking". What differs between models is data in `anthropic_models`.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from arcano.providers.adapters.anthropic_cache import mark_for_cache
from arcano.providers.adapters.anthropic_messages import add_turn, conversation, is_reasoning
from arcano.providers.adapters.anthropic_models import ANTHROPIC, ClaudeModel, claude_model
from arcano.providers.adapters.anthropic_schema import (
    MOST_PARTS,
    answer_schema,
    closes_an_object,
    in_words,
    parts_of,
)
from arcano.providers.adapters.openai_request import CONTINUE_INSTRUCTION
from arcano.providers.adapters.wire_json import as_object
from arcano.providers.profiles import Profile
from arcano.providers.request import ForcedTool, ModelRequest, TextPart

SAMPLING_VERSION = "2023-06-01"
"""The last version of the API that takes temperature and top-p, from the models that still do."""

BINDING_BETA = "thinking-binding-controls-2026-08-01"
_BUDGETS = {"low": 4096, "medium": 16_384, "high": 32_768}
_LEAST_BUDGET = 1024
_MOST_STREAMED = 64_000
_MOST_AT_ONCE = 16_000  # more may take longer than connections live
_MOST_UNKNOWN = 8192
_TOO_LONG_TOGETHER = re.compile(r"exceed context limit: (\d+) \+ \d+ > (\d+)")
"""What was read, and what fits in all: models before Claude 4.5 refuse a limit that there is no room for."""
_COUNTED = ("model", "system", "messages", "tools", "tool_choice", "thinking", "output_config")


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent. `owed` is blank text that the vendor does not let a beginning end with."""

    body: dict[str, Any]
    headers: dict[str, str]
    owed: str = ""

    def to_be_counted(self) -> dict[str, Any]:
        """The body for the endpoint that only counts."""
        return {name: self.body[name] for name in _COUNTED if name in self.body}


def question(request: ModelRequest, profile: Profile = ANTHROPIC) -> Question:
    """The call that asks for the answer to `request`."""
    return _Asking(request, claude_model(request.model), profile).question()


@dataclass(slots=True)
class _Asking:
    """One request on its way to the wire."""

    request: ModelRequest
    model: ClaudeModel
    profile: Profile
    body: dict[str, Any] = field(default_factory=dict[str, Any])
    owed: str = ""

    def question(self) -> Question:
        self.body["model"] = self.request.model
        self._say_limits_and_thinking()
        self._say_sampling()
        self._say_format()
        self._say_conversation()
        self._say_tools()
        self._say_format_in_words()
        if not self.request.whole:
            self.body["stream"] = True
        return Question(self.body, self._headers(), self.owed)

    @property
    def _continues_by_itself(self) -> bool:
        """The beginning can be sent as it is. Not with a schema, nor behind thoughts or calls."""
        return (
            self.request.continues
            and (self.model.continues_answers or self.profile.continues_answers)
            and self.request.answer_schema is None
            and all(isinstance(part, TextPart) for part in self.request.messages[-1].parts)
        )

    @property
    def _forces_a_tool(self) -> bool:
        choice = self.request.tool_choice
        return bool(self.request.tools) and (choice == "required" or isinstance(choice, ForcedTool))

    @property
    def _thinks(self) -> bool:
        """It will think, as far as we can tell."""
        kind = self.body.get("thinking", {}).get("type")
        return kind in ("adaptive", "enabled") or (
            kind is None and self.model.thinks_unasked and not self._continues_by_itself
        )

    def _say_limits_and_thinking(self) -> None:
        asked = self.request.parameters.max_tokens
        most = self.model.max_output_tokens
        usual = _MOST_AT_ONCE if self.request.whole else _MOST_STREAMED
        limit = asked or min(most or _MOST_UNKNOWN, usual)
        self.body["max_tokens"] = min(limit, most or limit)
        if self.model.thinking == "adaptive":
            self._think_freely()
        else:
            self._think_within_budget(limit)

    def _think_freely(self) -> None:
        effort = self.request.parameters.reasoning_effort
        if effort == "none" and self.model.thinking_off != "never":
            if self.model.thinking_off:
                self.body["thinking"] = {"type": self.model.thinking_off}
            return
        if effort is not None or self.model.thinks_unasked:
            # Without `display` the newer models think for minutes and nobody sees it.
            self.body["thinking"] = {"type": "adaptive", "display": "summarized"}
        if effort is not None:
            self.body["output_config"] = {"effort": "low" if effort == "none" else effort}

    def _think_within_budget(self, limit: int) -> None:
        effort = self.request.parameters.reasoning_effort
        if effort == "none" and self.model.thinking_off:
            self.body["thinking"] = {"type": self.model.thinking_off}
        if effort is None or effort == "none":
            return
        if self.model.takes_effort:
            self.body["output_config"] = {"effort": effort}
        cannot = self._forces_a_tool and self.model.forces_tools == "unthinking"
        if cannot or self._continues_by_itself:
            return
        # The budget is part of the limit there, and what was asked for is meant for the answer.
        wanted = limit + _BUDGETS[effort]
        whole = min(wanted, self.model.max_output_tokens or wanted)
        budget = min(_BUDGETS[effort], whole - 1)
        if budget >= _LEAST_BUDGET:
            self.body["max_tokens"] = whole
            self.body["thinking"] = {"type": "enabled", "budget_tokens": budget}

    def _say_sampling(self) -> None:
        asked = self.request.parameters
        if stops := [stop for stop in asked.stop if stop.strip()]:
            self.body["stop_sequences"] = stops
        if not self.model.takes_sampling:
            return
        if "thinking" in self.body and self._thinks:
            if (
                asked.top_p is not None and asked.top_p >= 0.95
            ):  # all that is allowed while thinking
                self.body["top_p"] = asked.top_p
            return
        if asked.temperature is not None:
            self.body["temperature"] = min(asked.temperature, 1.0)
        if asked.top_p is not None and (
            asked.temperature is None or self.model.takes_both_samplings
        ):
            self.body["top_p"] = asked.top_p

    def _say_format(self) -> None:
        asked = self.request.answer_schema
        schema = None if asked is None else asked.schema
        if schema and not closes_an_object(schema) and parts_of(schema) <= MOST_PARTS:
            form = {"type": "json_schema", "schema": answer_schema(schema)}
            self.body["output_config"] = {**self.body.get("output_config", {}), "format": form}

    def _say_format_in_words(self) -> None:
        schema = self.request.answer_schema
        if schema and "format" not in self.body.get("output_config", {}):
            text = in_words(schema.schema)
            add_turn(self.body["messages"], "user", [{"type": "text", "text": text}])

    def _say_conversation(self) -> None:
        system, turns = conversation(self.request.messages, with_reasoning=self._thinks)
        if self.request.tools:
            self.body["tools"] = [
                {
                    "name": tool.name,
                    "description": tool.description,
                    "input_schema": {"type": "object", **tool.parameters},
                }
                for tool in self.request.tools
            ]
        if system:
            self.body["system"] = system
        self.body["messages"] = turns
        mark_for_cache(self.body, least_tokens=self.model.caches_from_tokens)
        if self.request.continues:
            self._continue(turns)
        if self.model.binds_thinking and any(map(is_reasoning, _all_blocks(turns))):
            # Our context policies leave out and summarise; without this the vendor refuses all of it.
            binding = {"prefix_mismatch_behavior": "drop_block"}
            self.body["thinking"] = {**self.body["thinking"], "block_binding": binding}

    def _continue(self, turns: list[dict[str, Any]]) -> None:
        if not self._continues_by_itself:
            add_turn(turns, "user", [{"type": "text", "text": CONTINUE_INSTRUCTION}])
        elif turns[-1]["role"] == "assistant":  # or its beginning was blank, and there is none
            last = turns[-1]["content"][-1]
            text = last["text"]
            last["text"] = text.rstrip()
            self.owed = text[len(last["text"]) :]

    def _say_tools(self) -> None:
        if not self.request.tools:
            return
        choice = self.request.tool_choice
        wire: dict[str, Any] = {"type": "auto"}
        if self._forces_a_tool and self.model.forces_tools == "never":
            named = f"the tool `{choice.name}`" if isinstance(choice, ForcedTool) else "a tool"
            text = f"Answer this by calling {named}."
            add_turn(self.body["messages"], "user", [{"type": "text", "text": text}])
        elif isinstance(choice, ForcedTool):
            wire = {"type": "tool", "name": choice.name}
        elif choice == "required":
            wire = {"type": "any"}
        elif choice == "none":
            wire = {"type": "none"}
        if not self.request.parallel_tools and wire["type"] != "none":
            wire["disable_parallel_tool_use"] = True
        if wire != {"type": "auto"}:
            self.body["tool_choice"] = wire

    def _headers(self) -> dict[str, str]:
        sampled = "temperature" in self.body or "top_p" in self.body
        version = SAMPLING_VERSION if sampled else self.model.api_version
        headers = {"anthropic-version": version}
        if "block_binding" in self.body.get("thinking", {}):
            headers["anthropic-beta"] = BINDING_BETA
        return headers


def _all_blocks(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for turn in turns for block in turn["content"]]


def with_shorter_answer(body: bytes, refusal: str) -> bytes | None:
    """The same request for an answer that fits beside what is read; None where that was not the trouble."""
    told = _TOO_LONG_TOGETHER.search(refusal)
    left = int(told[2]) - int(told[1]) if told else 0
    if left < 1:
        return None
    asked = as_object(orjson.loads(body))
    asked["max_tokens"] = left
    # A budget to think within is part of it.
    if as_object(asked.get("thinking")).get("budget_tokens", 0) >= left:
        del asked["thinking"]
    return orjson.dumps(asked)
