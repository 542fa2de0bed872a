"""What Google's models differ in, as data: how they are told to think, and what they do not take.

Source: Gemini API guides "Thinking" and "Thought signatures", and the table of thinking levels by model
in Google Cloud's guide "Thinking". Adding a model is a row.
"""

from dataclasses import dataclass, replace
from typing import Any

from arcano.providers.provider import OfferedModel
from arcano.providers.request import ReasoningEffort
from arcano.providers.takes import Range, Takes


@dataclass(frozen=True, slots=True)
class GeminiFamily:
    """What is true of all models whose name has a mark in it.

    `efforts` is what says how much to think; without an entry nothing is said. `thinks_unasked`: it
    thinks by default, so that thoughts may be asked for without saying how much. `signs_calls`: it
    refuses a tool call of the present turn that carries no signature. `takes_instructions`: it knows
    `systemInstruction`. `sees_and_calls`: it reads images, calls tools and answers in JSON.
    """

    efforts: dict[ReasoningEffort, dict[str, Any]]
    thinks_unasked: bool = True
    signs_calls: bool = False
    takes_instructions: bool = True
    sees_and_calls: bool = True


def _levels(
    none: str = "LOW", low: str = "LOW", medium: str = "MEDIUM", high: str = "HIGH"
) -> dict[ReasoningEffort, dict[str, Any]]:
    levels: dict[ReasoningEffort, str] = {"none": none, "low": low, "medium": medium, "high": high}
    return {effort: {"thinkingLevel": level} for effort, level in levels.items()}


def _budgets(none: int) -> dict[ReasoningEffort, dict[str, Any]]:
    """Tokens for each effort, as Google's own OpenAI-compatible door translates them."""
    budgets: dict[ReasoningEffort, int] = {
        "none": none,
        "low": 1024,
        "medium": 8192,
        "high": 24_576,
    }
    return {effort: {"thinkingBudget": budget} for effort, budget in budgets.items()}


PLAIN = GeminiFamily(efforts={}, thinks_unasked=False)
SPEAKS_OR_DRAWS = replace(PLAIN, sees_and_calls=False)
GEMMA = replace(PLAIN, takes_instructions=False, sees_and_calls=False)
PRO_2_5 = GeminiFamily(efforts=_budgets(none=128))
FLASH_2_5 = GeminiFamily(efforts=_budgets(none=0))
FLASH_LITE_2_5 = replace(FLASH_2_5, thinks_unasked=False)
LEVELS = GeminiFamily(efforts=_levels(), signs_calls=True)
LEVELS_WITH_MINIMAL = replace(LEVELS, efforts=_levels(none="MINIMAL"))
PRO_3 = replace(LEVELS, efforts=_levels(medium="HIGH"))

_FAMILIES: tuple[tuple[str, GeminiFamily], ...] = (
    ("gemma", GEMMA),
    ("-tts", SPEAKS_OR_DRAWS),
    ("-image", SPEAKS_OR_DRAWS),
    ("-embedding", SPEAKS_OR_DRAWS),
    ("gemini-1", PLAIN),
    ("gemini-2.0", PLAIN),
    ("gemini-2.5-pro", PRO_2_5),
    ("gemini-2.5-flash-lite", FLASH_LITE_2_5),
    ("gemini-2.5", FLASH_2_5),
    ("gemini-3-pro", PRO_3),
    ("gemini-3.1-flash-lite", replace(LEVELS_WITH_MINIMAL, thinks_unasked=False)),
    ("gemini-3.5-flash-lite", replace(LEVELS_WITH_MINIMAL, thinks_unasked=False)),
    ("gemini-3-flash", LEVELS_WITH_MINIMAL),
    ("gemini-3.5-flash", LEVELS_WITH_MINIMAL),
    ("gemini-3.6-flash", LEVELS_WITH_MINIMAL),
    ("-flash-lite", replace(LEVELS, thinks_unasked=False)),
    # What comes later is expected to be like what came last.
    ("gemini-", LEVELS),
)


GEMINI_MODELS = tuple(mark for mark, family in _FAMILIES if family is not SPEAKS_OR_DRAWS)
"""The marks in the names that we know, of models that answer in words."""


def takes_of(offered: OfferedModel) -> Takes:
    """What this model takes. Not to think at all can be asked only of those that can do without."""
    family = family_of(offered.name)
    may_rest = family.efforts.get("none") == {"thinkingBudget": 0}
    efforts = Takes().efforts if may_rest else Takes().efforts[1:]
    return Takes(
        max_tokens=Range(1, offered.max_output_tokens),
        stop=5,
        efforts=efforts if family.efforts else (),
        json_schema=family.sees_and_calls,
    )


def family_of(model: str) -> GeminiFamily:
    """What we know of a model by its name, with or without `models/` before it."""
    for mark, family in _FAMILIES:
        if mark in model:
            return family
    return SPEAKS_OR_DRAWS


def thinking_config(model: str, effort: ReasoningEffort | None) -> dict[str, Any]:
    """The fields of `thinkingConfig`, or none.

    Thoughts are asked for wherever the model thinks: one that does not refuses to be asked.
    """
    family = family_of(model)
    if effort is None:
        return {"includeThoughts": True} if family.thinks_unasked else {}
    amount = family.efforts.get(effort, {})
    if effort == "none" or not amount:
        return amount
    return {"includeThoughts": True, **amount}
