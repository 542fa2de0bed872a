"""Questions about the rest of the world, of which Starter knows nothing, and how it says so."""

import random
import re
from pathlib import Path

from training.grammar import Choice, choose, parse

_FOLDER = Path(__file__).parent / "elsewhere"


def _patterns(name: str) -> tuple[Choice, ...]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(parse(line.replace("{", "<").replace("}", ">")) for line in lines if line.strip())


PATTERNS = _patterns("questions.txt")
SAYINGS = _patterns("sayings.txt")
"""Whole messages about anything; those of the other file are filled in from the words below."""
_PLACE = re.compile(r"<(\w+)>")

_WORDS = {
    "place": "france germany spain italy portugal norway sweden finland denmark poland austria hungary greece turkey egypt kenya ghana "
    "nigeria morocco india china japan korea vietnam thailand nepal brazil chile peru argentina mexico canada cuba iceland ireland "
    "scotland wales berlin paris london rome madrid vienna prague oslo lisbon athens cairo tokyo delhi sydney toronto boston chicago "
    "texas california africa asia europe mars switzerland belgium russia ukraine australia uganda bolivia laos mongolia",
    "thing": "bridge tower car bicycle clock telescope violin piano ship house roof garden lamp chair table mirror camera telephone "
    "rocket train tunnel pyramid castle church statue mountain river lake island volcano tree flower engine radio printer battery "
    "wheel boat bread-knife kettle fridge window door shoe hat shirt coin stamp book map compass magnet microscope guitar drum flute "
    "dishwasher bulb pencil carpet fence umbrella ladder drone robot satellite windmill elevator helicopter submarine",
    "food": "soup bread pancakes pasta rice pizza lasagne curry salad cake cookies cheese yoghurt apples bananas potatoes tomatoes "
    "onions mushrooms beans lentils fish salmon chicken beef eggs honey chocolate coffee tea wine beer butter noodles dumplings "
    "pie jam sushi tacos risotto goulash porridge omelette carrots spinach",
    "animal": "cats dogs horses cows sheep goats pigs birds eagles owls penguins whales dolphins sharks frogs snakes lizards bees ants "
    "spiders butterflies elephants lions tigers bears wolves foxes rabbits mice bats monkeys giraffes zebras camels snails turtles "
    "crocodiles squirrels hedgehogs swans ducks parrots",
    "subject": "chemistry physics biology astronomy geometry algebra calculus philosophy psychology economics politics religion music art "
    "opera football tennis chess poker swimming gardening photography history geography grammar poetry medicine law gravity "
    "electricity evolution photosynthesis democracy inflation relativity quantum-mechanics black-holes dinosaurs vikings volcanoes "
    "earthquakes climate-change the-moon the-sun the-brain the-heart dna bacteria yoga meditation karate skiing ballet jazz "
    "the-roman-empire the-french-revolution thermodynamics statistics knitting pottery archaeology accounting taxes astrology",
    "language": "german french spanish italian latin greek russian chinese japanese dutch polish turkish arabic hindi swedish",
    "code": "python java rust javascript c go ruby haskell php sql perl swift kotlin typescript bash",
}
_FIRST = (
    "anna",
    "peter",
    "maria",
    "john",
    "paul",
    "ella",
    "tom",
    "lucas",
    "nina",
    "albert",
    "isaac",
    "marie",
    "charles",
    "victor",
    "jane",
    "william",
    "leo",
    "sofia",
    "omar",
    "wei",
    "ivan",
    "elena",
    "julius",
    "george",
    "rosa",
    "napoleon",
    "queen",
    "king",
    "saint",
)
_LAST = (
    "miller",
    "smith",
    "brown",
    "weber",
    "rossi",
    "garcia",
    "lopez",
    "kim",
    "tanaka",
    "novak",
    "larsen",
    "einstein",
    "newton",
    "curie",
    "darwin",
    "mozart",
    "austen",
    "tolstoy",
    "caesar",
    "washington",
    "bach",
    "picasso",
    "shakespeare",
    "lincoln",
    "victoria",
    "nicholas",
    "henry",
    "hansen",
    "silva",
    "okafor",
)
_CHOICES = {
    name: tuple(word.replace("-", " ") for word in words.split()) for name, words in _WORDS.items()
}

REFUSALS = (
    "I do not know that: I only know Arcano. A larger model can help; choose one in the model picker.",
    "That is beyond me. I know Arcano and little else; pick a real model for other questions.",
    "I cannot answer that. I am a tiny model that only knows Arcano. Please choose a larger one.",
    "Sorry, I do not know. I only know Arcano; a real model can answer that.",
    "I do not know, and I would only invent something. For this, choose a larger model.",
)
_OWNS_UP = re.compile(
    r"do not know|don't know|only knows? arcano|beyond me|cannot answer|would only invent",
    re.IGNORECASE,
)


def ask_elsewhere(chance: random.Random) -> str:
    """A question about the rest of the world."""
    if chance.random() < 0.8:
        return choose(chance.choice(SAYINGS), chance)
    return _PLACE.sub(
        lambda found: _word(found[1], chance), choose(chance.choice(PATTERNS), chance)
    )


def owns_up(answer: str) -> bool:
    """Whether an answer says that it does not know."""
    return _OWNS_UP.search(answer) is not None


def _word(kind: str, chance: random.Random) -> str:
    match kind:
        case "number":
            return str(chance.randrange(2, chance.choice((20, 200, 5000))))
        case "year":
            return str(chance.randrange(1200, 2030))
        case "person":
            return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        case _:
            return chance.choice(_CHOICES[kind])
