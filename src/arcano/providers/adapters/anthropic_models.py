"""What we know about Claude models, as data: a new model is a row, not a branch in the code.

Source: Anthropic's pages on each model and its migration guide, "Thinking", "Effort", "Prompt caching"
(platform.claude.com, autumn 2026). The server's own model list says some of it, but not before each call.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from arcano.providers.profiles import GENERIC, Profile
from arcano.providers.provider import OfferedModel
from arcano.providers.takes import Range, Takes

ANTHROPIC: Profile = replace(
    GENERIC,
    capabilities=frozenset({"chat", "images", "json-schema", "reasoning", "tools"}),
)


@dataclass(frozen=True, slots=True)
class ClaudeModel:
    """How one family of models wants to be asked.

    `thinking`: `adaptive` decides by itself how long, `budget` is told in tokens. `thinks_unasked`: it
    thinks where the request says nothing. `thinking_off` is the `thinking.type` that stops it; None
    where saying nothing is enough, `never` where nothing does.
    `binds_thinking`: thoughts sent back are refused when the conversation before them was edited.
    `takes_sampling`: temperature and top-p, one of them (`takes_both_samplings`: or both).
    `forces_tools`: always, never, or only while it does not think.
    `caches_from_tokens`: shorter prefixes are not cached; None where markers are not understood.
    """

    thinking: Literal["adaptive", "budget"] = "adaptive"
    thinks_unasked: bool = True
    thinking_off: Literal["disabled", "between_tools", "never"] | None = "disabled"
    binds_thinking: bool = False
    takes_effort: bool = True
    takes_sampling: bool = False
    takes_both_samplings: bool = False
    continues_answers: bool = False
    forces_tools: Literal["always", "unthinking", "never"] = "always"
    max_output_tokens: int | None = 128_000
    caches_from_tokens: int | None = 512
    api_version: str = "2026-10-21"


_CLAUDE_5 = ClaudeModel()
_BOUND = replace(_CLAUDE_5, binds_thinking=True, forces_tools="never")
_NEWEST = replace(_BOUND, thinking_off="never")
_ALWAYS_THINKING = replace(_CLAUDE_5, thinking_off="never")
_ASKED_TO_THINK = replace(_CLAUDE_5, thinks_unasked=False, thinking_off=None)
_BUDGETED = ClaudeModel(
    thinking="budget",
    thinks_unasked=False,
    thinking_off=None,
    takes_effort=False,
    takes_sampling=True,
    continues_answers=True,
    forces_tools="unthinking",
    max_output_tokens=64_000,
    caches_from_tokens=1024,
)

_ROWS: dict[str, ClaudeModel] = {
    "claude-fable-5-2": _NEWEST,
    "claude-fable-5-1": _NEWEST,
    "claude-fable-5": _ALWAYS_THINKING,
    "claude-mythos-5-2": _NEWEST,
    "claude-mythos-5-1": _NEWEST,
    "claude-mythos-5": _ALWAYS_THINKING,
    "claude-mythos-preview": _ALWAYS_THINKING,
    "claude-opus-5-5": _NEWEST,
    "claude-sonnet-5-5": replace(_BOUND, thinking_off="between_tools"),
    "claude-haiku-5-5": replace(_BOUND, forces_tools="always"),
    "claude-opus-5": _CLAUDE_5,
    "claude-sonnet-5": replace(_CLAUDE_5, caches_from_tokens=1024),
    "claude-opus-4-8": replace(_ASKED_TO_THINK, caches_from_tokens=1024),
    "claude-opus-4-7": replace(_ASKED_TO_THINK, caches_from_tokens=2048),
    "claude-opus-4-6": replace(_ASKED_TO_THINK, takes_sampling=True, caches_from_tokens=4096),
    "claude-sonnet-4-6": replace(_ASKED_TO_THINK, takes_sampling=True, caches_from_tokens=1024),
    "claude-opus-4-5": replace(_BUDGETED, takes_effort=True, caches_from_tokens=4096),
    "claude-sonnet-4-5": _BUDGETED,
    "claude-haiku-4-5": replace(_BUDGETED, caches_from_tokens=4096),
    "claude-sonnet-4": _BUDGETED,
    "claude-opus-4": replace(_BUDGETED, max_output_tokens=32_000),
}

CLAUDE_MODELS = tuple(_ROWS)
"""The beginnings of the names that we know."""

OTHER_VENDOR = ClaudeModel(
    thinking="budget",
    thinking_off="disabled",
    takes_effort=False,
    takes_sampling=True,
    takes_both_samplings=True,
    max_output_tokens=None,
    caches_from_tokens=None,
    api_version="2023-06-01",
)
"""A model of somebody else behind this wire format: only what all servers understand."""


def takes_of(offered: OfferedModel) -> Takes:
    """What this model takes. Thinking that nothing stops cannot be asked to be none."""
    model = claude_model(offered.name)
    efforts = Takes().efforts
    told = offered.capabilities
    if told is not None and "reasoning" not in told:
        efforts = ()
    elif model.thinking_off == "never":
        efforts = efforts[1:]
    return Takes(
        temperature=Range(0, 1) if model.takes_sampling else None,
        top_p=Range(0, 1) if model.takes_sampling else None,
        max_tokens=Range(1, offered.max_output_tokens or model.max_output_tokens),
        seed=False,
        efforts=efforts,
        json_schema=told is None or "json-schema" in told,
    )


def claude_model(name: str) -> ClaudeModel:
    """The row for a model's name, in the vendor's spelling or a gateway's.

    A Claude that we do not know yet is asked as the newest, which takes the least.
    """
    at = name.find("claude-")
    if at < 0:
        return OTHER_VENDOR
    spelled = name[at:].replace(".", "-")
    # Longest first, so that `opus-5-5` is not `opus-5`; and no digit behind, so that a date is not a version.
    for prefix in sorted(_ROWS, key=len, reverse=True):
        if re.match(rf"{prefix}(?!\d)", spelled):
            return _ROWS[prefix]
    return _NEWEST
