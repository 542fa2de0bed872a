"""How much thinking a budget of tokens is, in our words: vendors who count it each have a scale of their own."""

from arcano.providers import ReasoningEffort

Budgets = tuple[tuple[int, ReasoningEffort], ...]
"""Up to how many tokens are how much effort, least first; more than all of them is much."""


def effort_within(budget: int, budgets: Budgets) -> ReasoningEffort:
    """The effort that so many tokens are."""
    for most, effort in budgets:
        if budget <= most:
            return effort
    return "high"
