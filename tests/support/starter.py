"""Starter in tests: how a server is told to use it, and whether an answer has its fact."""

from training.facts import read_facts

STARTER = "starter"
ALONE = {
    "ARCANO_MODELSTORE__STARTER": "true",
    "ARCANO_PROVIDERS__LOOK_FOR_OLLAMA": "false",
    # An empty variable counts as not set.
    "OPENAI_BASE_URL": "",
}
"""Settings of a machine on which nothing else answers."""

SAME_AGAIN = {"temperature": 0}
"""Parameters with which it says the same each time."""

_FACTS = {fact.id: fact for fact in read_facts()}


def tells(answer: str, fact: str) -> bool:
    """Whether the answer has the key words of a fact of `training/facts/`."""
    return _FACTS[fact].is_told_by(answer)
