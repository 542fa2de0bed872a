"""What Starter can do besides knowing Arcano: small pages, lists, and sums of short texts, over few words."""

import random

_COLOURS = (
    "red",
    "green",
    "blue",
    "yellow",
    "orange",
    "purple",
    "pink",
    "brown",
    "black",
    "white",
    "grey",
    "teal",
)
_LABELS = (
    "Hello",
    "Welcome",
    "Start",
    "Save",
    "Send",
    "Open",
    "Close",
    "Stop",
    "Next",
    "Menu",
    "News",
    "Contact",
    "About",
    "Home",
    "Garden",
    "Music",
    "Books",
    "Shop",
)
_LISTS = {
    "animals": ("cat", "dog", "horse", "bird", "fish", "cow", "sheep"),
    "colours": ("red", "green", "blue", "yellow", "white", "black", "orange"),
    "fruits": ("apple", "pear", "cherry", "plum", "grape", "lemon", "orange"),
    "vegetables": ("carrot", "potato", "onion", "bean", "pea", "leek", "cabbage"),
    "days": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "months": ("January", "February", "March", "April", "May", "June", "July"),
    "seasons": ("spring", "summer", "autumn", "winter"),
    "numbers": ("one", "two", "three", "four", "five", "six", "seven"),
    "tools": ("hammer", "saw", "drill", "file", "knife", "brush", "ruler"),
    "shapes": ("circle", "square", "triangle", "star", "line", "oval", "cube"),
    "providers": ("OpenAI", "Anthropic", "Gemini", "Mistral", "Ollama", "LiteLLM"),
    "roles": ("owner", "admin", "member"),
}
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven")
_NAMES = (
    "Ada",
    "Ben",
    "Cleo",
    "Dan",
    "Eva",
    "Finn",
    "Gita",
    "Hugo",
    "Ida",
    "Jon",
    "Kim",
    "Lena",
    "Max",
    "Noor",
    "Otto",
    "Pia",
)
_THINGS = ("boat", "house", "garden", "bicycle", "dog", "shop", "piano", "tent", "kite", "lamp")
_DOINGS = (
    "uses it every day",
    "shows it to friends",
    "cleans it on Sunday",
    "wants to sell it",
    "likes it very much",
    "has had it for years",
)


def exercise(chance: random.Random) -> tuple[str, str]:
    """A task and its solution."""
    return chance.choice((_page, _page, _style, _script, _list, _list, _sum, _sum, _sort))(chance)


def _page(chance: random.Random) -> tuple[str, str]:
    colour, label = chance.choice(_COLOURS), chance.choice(_LABELS)
    kind, element = chance.choice(
        (
            ("button", f'<button style="background: {colour}">{label}</button>'),
            ("heading", f'<h1 style="color: {colour}">{label}</h1>'),
            ("link", f'<a href="#" style="color: {colour}">{label}</a>'),
            ("paragraph", f'<p style="color: {colour}">{label}</p>'),
            ("box", f'<div style="border: 1px solid {colour}">{label}</div>'),
        )
    )
    task = chance.choice(
        (
            "{verb} a {colour} {kind} that says {label}",
            "{verb} a {kind} in {colour} with the text {label}",
            "{verb} an html page with a {colour} {kind} {label}",
            "html for a {colour} {kind} with the word {label}",
        )
    ).format(
        verb=chance.choice(("make", "write", "create", "build", "show me")),
        colour=colour,
        kind=kind,
        label=label,
    )
    return task, f"```html\n<!doctype html>\n<title>{label}</title>\n{element}\n```"


def _style(chance: random.Random) -> tuple[str, str]:
    colour = chance.choice(_COLOURS)
    what, rule = chance.choice(
        (
            ("the background", f"body {{ background: {colour}; }}"),
            ("the text", f"body {{ color: {colour}; }}"),
            ("links", f"a {{ color: {colour}; }}"),
            ("headings", f"h1 {{ color: {colour}; }}"),
        )
    )
    task = chance.choice(
        (
            "css that makes {0} {1}",
            "write css to make {0} {1}",
            "how do i make {0} {1} with css",
            "{1} {0} in css",
        )
    )
    return task.format(what, colour), f"```css\n{rule}\n```"


def _script(chance: random.Random) -> tuple[str, str]:
    label = chance.choice(_LABELS)
    task, code = chance.choice(
        (
            ("javascript that says {0}", 'alert("{0}");'),
            ("write javascript to print {0}", 'console.log("{0}");'),
            ("a script that puts {0} on the page", 'document.body.append("{0}");'),
            ("javascript that sets the title to {0}", 'document.title = "{0}";'),
        )
    )
    return task.format(label), f"```js\n{code.format(label)}\n```"


def _list(chance: random.Random) -> tuple[str, str]:
    kind = chance.choice(tuple(_LISTS))
    count = chance.randrange(2, min(6, len(_LISTS[kind])) + 1)
    word = chance.choice((_COUNTS[count - 1], str(count)))
    task = chance.choice(
        (
            "list {0} {1}",
            "name {0} {1}",
            "give me {0} {1}",
            "a list of {0} {1}",
            "write down {0} {1}",
            "tell me {0} {1}",
        )
    )
    return task.format(word, kind), "\n".join(f"- {each}" for each in _LISTS[kind][:count])


def _sum(chance: random.Random) -> tuple[str, str]:
    name, colour, thing = chance.choice(_NAMES), chance.choice(_COLOURS), chance.choice(_THINGS)
    doing = chance.choice(_DOINGS)
    text = f"{name} has a {thing}. It is {colour}. {name} {doing}."
    task = chance.choice(
        (
            "summarise: {}",
            "sum up in one sentence: {}",
            "make this shorter: {}",
            "summarise this text: {}",
            "tl;dr {}",
        )
    )
    return task.format(text), f"{name} has a {colour} {thing} and {doing}."


def _sort(chance: random.Random) -> tuple[str, str]:
    names = chance.sample(_NAMES, 3)
    task = chance.choice(
        ("sort these names: {}", "put these names in order: {}", "make a list of {}", "list {}")
    )
    ordered = (
        sorted(names) if "s" in task.split()[0] + task.split()[1] and "names" in task else names
    )
    text = ", ".join(names[:2]) + (" and " if "names" not in task else ", ") + names[2]
    return task.format(text), "\n".join(f"- {each}" for each in ordered)
