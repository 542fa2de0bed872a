"""Rules about a module as a whole: it says what it is, stays small, and has a name that means something.

In products that were studied for this one, files called `service`, `utils` or `manager` grew into the thousands of
lines, because everything fits such a name; and nobody wrote down what a module is not.
"""

import ast
import re
from collections.abc import Iterator

from tools.lint.source import Finding, Source

MOST_LINES = 500
EMPTY_WORDS = frozenset({"helper", "helpers", "manager", "service", "services", "util", "utils"})
EMPTY_NAMES = EMPTY_WORDS | {"common", "data", "info", "misc"}
EMPTY_ENDINGS = ("Helper", "Manager", "Service", "Util", "Utils", "Info")
CODE = (".py", ".ts", ".tsx", ".css")


def says_what_it_is(source: Source) -> Iterator[Finding]:
    """Every Python module opens with a docstring, also in tests."""
    if source.is_python and not ast.get_docstring(source.tree):
        yield source.finding(1, "Open the module with a docstring: what it is, and what it is not.")


def stays_small(source: Source) -> Iterator[Finding]:
    """At most 500 lines; what is generated is not counted."""
    if (
        source.path.suffix in CODE
        and not source.path.name.endswith(".d.ts")
        and len(source.lines) > MOST_LINES
    ):
        yield source.finding(
            MOST_LINES,
            f"{len(source.lines)} lines are too many for one module: one deed per module.",
        )


def has_a_name_that_means_something(source: Source) -> Iterator[Finding]:
    """No file, folder or class is called by a word that fits everything."""
    if source.path.suffix not in CODE:
        return
    for part in (*source.path.parts[:-1], source.path.name.split(".", maxsplit=1)[0]):
        if part in EMPTY_NAMES or re.split("[-_]", part)[-1].lower() in EMPTY_WORDS:
            yield source.finding(1, f"The name {part!r} fits everything: say what the thing does.")
    if source.is_python:
        for node in source.nodes:
            if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_ENDINGS):
                yield source.finding(
                    node.lineno, f"The name {node.name!r} fits everything: say what the thing does."
                )
