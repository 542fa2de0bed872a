"""The code on a page of the documentation, as somebody who reads it would copy it."""

import re
from dataclasses import dataclass

from tests.support.server import ROOT

_BLOCK = re.compile(r"^```(python|js)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Snippet:
    """One block of code. `place` counts those of its page from 1."""

    page: str
    place: int
    language: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.page} {self.place}"


def snippets_of(page: str) -> list[Snippet]:
    """All blocks of Python and JavaScript on `docs/how-to/{page}.md`, in their order."""
    text = (ROOT / "docs" / "how-to" / f"{page}.md").read_text()
    return [
        Snippet(page, place, language, code)
        for place, (language, code) in enumerate(_BLOCK.findall(text), start=1)
    ]
