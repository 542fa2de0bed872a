"""Many wordings of one question: frames, words that mean the same, typing mistakes, other forms of a sentence."""

import random
import re

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

SAME: tuple[tuple[str, ...], ...] = (
    (
        "delete",
        "remove",
        "erase",
        "get rid of",
        "throw away",
        "wipe",
        "discard",
        "trash",
        "clear out",
        "drop",
    ),
    ("change", "alter", "modify", "edit", "adjust", "switch", "update"),
    ("make", "create", "set up", "build", "produce", "add"),
    ("add", "connect", "attach", "hook up", "plug in", "set up", "register", "integrate", "link"),
    ("model", "language model", "llm", "ai", "ai model"),
    ("models", "language models", "llms", "ais"),
    ("conversation", "chat", "thread", "discussion", "talk"),
    ("message", "question", "prompt", "post"),
    ("answer", "reply", "response", "output"),
    ("key", "api key", "secret", "credential", "token"),
    ("start", "launch", "run", "boot", "fire up", "begin", "turn on"),
    ("stop", "halt", "cancel", "abort", "end", "quit", "interrupt", "kill"),
    ("find", "locate", "see", "look up", "discover"),
    ("see", "view", "look at", "check", "inspect", "watch"),
    ("use", "employ", "work with", "utilise", "run"),
    ("get", "obtain", "receive", "have", "fetch", "acquire"),
    ("download", "fetch", "pull", "load down", "grab"),
    (
        "people",
        "users",
        "colleagues",
        "coworkers",
        "others",
        "team members",
        "my friends",
        "my family",
        "staff",
    ),
    (
        "somebody",
        "someone",
        "a colleague",
        "a friend",
        "a coworker",
        "another person",
        "my wife",
        "my boss",
        "a new user",
    ),
    ("computer", "machine", "pc", "laptop", "box", "device"),
    ("this machine", "this computer", "my pc", "my laptop", "here"),
    ("server", "program", "service", "instance", "backend"),
    (
        "arcano",
        "this program",
        "this app",
        "the app",
        "this tool",
        "this software",
        "the system",
        "it",
    ),
    ("password", "passphrase", "login password", "credentials"),
    ("sign in", "log in", "login", "get in", "authenticate", "enter"),
    ("sign out", "log out", "logout", "log off", "leave"),
    ("invite", "bring in", "add", "let in", "onboard", "give access to", "welcome"),
    ("backup", "copy", "saved copy", "snapshot"),
    ("back up", "save", "secure", "keep a copy of", "archive", "make a copy of"),
    ("everything", "all my data", "all of it", "my stuff", "the whole thing"),
    ("data", "files", "content", "information", "stuff"),
    ("folder", "directory", "location", "path", "place"),
    ("settings", "options", "configuration", "preferences", "config"),
    ("provider", "vendor", "company", "supplier", "service", "ai provider"),
    ("cost", "price", "charge", "pay"),
    ("safe", "secure", "protected"),
    ("fast", "quick", "speedy"),
    ("slow", "sluggish", "so slow"),
    ("big", "large", "huge"),
    ("small", "little", "tiny"),
    ("wrong", "bad", "incorrect", "false"),
    ("fails", "breaks", "goes down", "does not answer", "stops working", "crashes", "is down"),
    ("crashes", "dies", "fails", "breaks", "falls over", "goes down", "is killed"),
    ("lost", "gone", "missing", "away"),
    ("memory", "ram", "main memory"),
    ("graphics card", "gpu", "video card", "nvidia card", "graphics"),
    ("encrypt", "seal", "scramble", "protect", "lock"),
    ("share", "show", "give", "pass on", "publish"),
    ("rename", "retitle", "give another name to", "name"),
    ("compare", "test", "try against each other", "evaluate"),
    ("file", "document", "table", "spreadsheet"),
    ("csv", "spreadsheet", "excel file", "table", "csv file"),
    ("rows", "lines", "records", "entries"),
    ("want", "need", "would like", "wish"),
    ("mean", "stand for", "say", "tell me"),
    ("show", "display", "give", "tell"),
    ("write", "type", "compose"),
    ("page", "screen", "site", "window", "browser tab"),
    ("button", "switch", "control"),
    ("often", "many times"),
    ("error", "message", "problem", "failure"),
    ("permission", "right", "access"),
    ("role", "position", "rank"),
    ("account", "profile", "user", "login"),
    ("offline", "without internet", "without network", "disconnected"),
    ("private", "confidential", "secret", "safe"),
    ("audit trail", "audit log", "activity log", "history of actions", "log of actions"),
    ("batch job", "batch", "bulk job", "mass job", "batch run"),
    ("route", "fallback", "chain", "backup model"),
    ("install", "set up", "deploy", "put on my machine", "get running"),
    ("continue", "go on with", "resume", "carry on with", "pick up", "finish"),
    ("pause", "hold", "suspend", "put on hold"),
    ("rotate", "renew", "replace", "exchange", "swap"),
    ("check", "verify", "prove", "test", "make sure of"),
    ("export", "take out", "download", "save"),
    ("restore", "bring back", "recover", "get back", "play back"),
    ("need", "require", "want"),
    ("possible", "allowed", "doable"),
    ("which", "what"),
    ("in the middle", "halfway", "half way through"),
    ("disable", "block", "lock out", "ban", "suspend", "freeze"),
    ("limit", "cap", "restrict", "bound"),
    ("shorter", "briefer", "less long"),
    ("dark mode", "night mode", "a dark look", "dark theme"),
)
"""Words of which one may stand for another in a question. The first of a group is looked for."""

_LOOKED_FOR = [(re.compile(rf"\b{re.escape(group[0])}\b"), group) for group in SAME]
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
        0.8 * len(fact.situations),
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
    for pattern, group in chance.sample(_LOOKED_FOR, len(_LOOKED_FOR)):
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
