"""Many wordings of one question: frames, words that mean the same, typing mistakes, other forms of a sentence."""

import random
import re
from pathlib import Path

from training.facts import Fact
from training.grammar import Choice, choose, parse

_DEEDS = tuple(
    parse(line)
    for line in (
        "how (do|can|could|would|should) (i|we|one|you) {}",
        "how (do|can) i {} (here|in arcano|with arcano|please)",
        "how to {}",
        "[please] (tell|show|explain to) me how to {}",
        "(where|in what place|on which page) (can|do) (i|we) {}",
        "i (want|need|would like|wish|am trying|have) to {}",
        "i'd like to {}",
        "i (want|need) to {}(, how|. what do i do|, where do i go|. how does that work)",
        "can i {}",
        "can (you|somebody) (tell|show) me how to {}",
        "is it possible to {}",
        "is there a way to {}",
        "(what|which) (steps|buttons|command|place) (do i need|is there|lets me) to {}",
        "what (do|must|should) i (do|press|click|type|run) to {}",
        "what is the (way|best way|right way|easiest way) to {}",
        "(help me|help) {}",
        "{}",
        "{} how",
        "{} (please|in arcano)",
        "(steps|instructions|guide) (to|for how to) {}",
        "(does|can) (arcano|it|this) let me {}",
        "(may|am i allowed to|are we able to) {}",
        "i (do not know|don't know|can't find|cannot figure out|have no idea) how to {}",
        "(any idea|do you know) how to {}",
    )
)
_THINGS = tuple(
    parse(line)
    for line in (
        "what (is|are|does) {}[ mean]",
        "what (is|are) {} (for|about|good for)",
        "(explain|describe|define) {} [to me] [please]",
        "tell me (about|something about|more about) {}",
        "{}",
        "what (do you know|can you tell me) about {}",
        "(how|in what way) (does|do) {} work",
        "(what's|whats) {}",
        "i (read|heard|saw) (of|about) {}, what is (it|that)",
        "(meaning|purpose) of {}",
        "(where|how) do i find {}",
        "(help|info|information) (with|on|about) {}",
    )
)
_BEFORE = (
    "hi, ",
    "hello, ",
    "hey ",
    "please ",
    "ok, ",
    "so ",
    "well, ",
    "and ",
    "one question: ",
    "excuse me, ",
    "quick question, ",
    "sorry, ",
    "good morning, ",
    "thanks. ",
    "now ",
    "also ",
    "i wonder: ",
    "just asking, ",
    "in arcano, ",
    "listen, ",
)
_AFTER = (
    " please",
    " thanks",
    " in arcano",
    " here",
    ", please",
    " exactly",
    " again",
    " then",
    " in this program",
    " really",
    " now",
    " (i am new here)",
    ", i am new",
    " for me",
    " if i may ask",
)

SAME = tuple(
    tuple(line.split(" / "))
    for line in (Path(__file__).parent / "same.txt").read_text(encoding="utf-8").splitlines()
    if line.strip()
)
"""Words of which one may stand for another in a question. The first of a group is looked for."""

# Not within names such as `secret.key` and `provider-not-allowed`.
_LOOKED_FOR = [
    (re.compile(rf"(?<![\w.-]){re.escape(group[0])}(?![\w-]|\.\w)"), group) for group in SAME
]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SMALL_WORDS = frozenset(
    "a an the do i is it to of my in on can please how what me you for".split()
)


def ask(fact: Fact, chance: random.Random) -> str:
    """One way to ask for a fact, as somebody might type it."""
    kinds = [fact.questions, fact.deeds, fact.things, fact.situations]
    weights = [
        3.0 * len(fact.questions),
        2.5 * len(fact.deeds),
        1.0 * len(fact.things),
        0.15 * len(fact.situations),
    ]
    (kind,) = chance.choices(range(4), weights)
    text = choose(chance.choice(kinds[kind]), chance)
    if kind == 1:
        text = framed(text, _DEEDS, chance)
    elif kind == 2:
        text = framed(text, _THINGS, chance)
    return typed(reworded(text, chance), chance)


def framed(text: str, frames: tuple[Choice, ...], chance: random.Random) -> str:
    """The text in one of the frames."""
    return choose(chance.choice(frames), chance).replace("{}", text)


def reworded(text: str, chance: random.Random) -> str:
    """Some words exchanged for others that mean the same."""
    # Most of the groups are not in the text; only those that seem to be are shuffled and tried.
    near = [each for each in _LOOKED_FOR if each[1][0] in text]
    for pattern, group in chance.sample(near, len(near)):
        if chance.random() < 0.35 and pattern.search(text):
            text = pattern.sub(chance.choice(group), text, count=1)
    return text


def typed(text: str, chance: random.Random) -> str:
    """As people type: with and without capitals, marks, courtesies, mistakes, or as bare words."""
    if chance.random() < 0.12:
        text = chance.choice(_BEFORE) + text
    if chance.random() < 0.10:
        text += chance.choice(_AFTER)
    if chance.random() < 0.12:
        text = _without_small_words(text, chance)
    if chance.random() < 0.14:
        text = mistyped(text, chance)
    return _punctuated(text, chance)


def mistyped(text: str, chance: random.Random) -> str:
    """One or two mistakes that fingers make, in longer words."""
    words = text.split(" ")
    for at in chance.sample(range(len(words)), min(len(words), chance.choice((1, 1, 2)))):
        word = words[at]
        if len(word) < 4 or not word.isalpha():
            continue
        place = chance.randrange(1, len(word) - 1)
        match chance.randrange(4):
            case 0:
                word = word[:place] + word[place + 1 :]
            case 1:
                word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            case 2:
                word = word[:place] + word[place] + word[place:]
            case _:
                word = word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
        words[at] = word
    return " ".join(words)


def _without_small_words(text: str, chance: random.Random) -> str:
    words = [word for word in text.split(" ") if word not in _SMALL_WORDS]
    if len(words) > 2 and chance.random() < 0.3:
        chance.shuffle(words)
    return " ".join(words) if len(words) > 1 else text


_SAID_LARGE = re.compile(
    r"\b(i|arcano|html|css|csv|json|api|gpu|openai|anthropic|gemini|mistral|ollama|google|github)\b"
)
_LARGE = {
    "i": "I",
    "arcano": "Arcano",
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "gemini": "Gemini",
    "mistral": "Mistral",
    "ollama": "Ollama",
    "google": "Google",
    "github": "GitHub",
}


def _punctuated(text: str, chance: random.Random) -> str:
    if chance.random() < 0.55:
        text = _SAID_LARGE.sub(lambda found: _LARGE.get(found[0], found[0].upper()), text)
        text = text[:1].upper() + text[1:]
    asks = text.lower().startswith(
        (
            "how",
            "what",
            "which",
            "where",
            "who",
            "can",
            "is",
            "are",
            "do",
            "does",
            "may",
            "why",
            "could",
        )
    )
    if chance.random() < 0.6:
        text += "?" if asks or chance.random() < 0.2 else chance.choice((".", "", "!"))
    return text.upper() if chance.random() < 0.01 else text
