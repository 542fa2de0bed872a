"""A title for a conversation, taken from its first question. No model is asked."""

import re

MAX_TITLE = 60
_MARKUP = re.compile(r"[`*_#>\[\]|~]+")


def title_from(question: str) -> str | None:
    """The first sentence of the question, cut between words. None if there is nothing to read."""
    for line in question.splitlines():
        words = " ".join(_MARKUP.sub(" ", line).split())
        if any(character.isalnum() for character in words):
            return _shortened(_first_sentence(words))
    return None


def _first_sentence(words: str) -> str:
    match = re.search(r"(?<=[^\s.!?]{3})[.!?](?=\s)", words)
    return words if match is None else words[: match.end()].rstrip(".")


def _shortened(words: str) -> str:
    if len(words) <= MAX_TITLE:
        return words.rstrip(".")
    cut = words[: MAX_TITLE - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > MAX_TITLE // 2 else cut).rstrip(" ,;:-") + "…"
