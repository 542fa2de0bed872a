"""What the pages about the vendors' clients show is run as it stands there, against targets of two other formats."""

from pathlib import Path

import pytest
from tests.support.door_snippets import run_snippet, snippets_of
from tests.support.door_targets import MODELS, Format, Say, Targets

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
SKY = '{"colour": "blue"}'

SHOWN = [
    (page, door, place)
    for page, door in (
        ("use-from-anthropic-sdk", "anthropic"),
        ("use-from-ollama", "ollama"),
        ("use-from-gemini", "gemini"),
        ("use-from-mistral", "openai"),
    )
    for place in range(len(snippets_of(PAGES / f"{page}.md")))
]


@pytest.mark.parametrize("target", ["openai", "ollama"])
@pytest.mark.parametrize(
    ("page", "door", "place"), SHOWN, ids=[f"{page}-{place}" for page, _, place in SHOWN]
)
async def test_a_snippet_does_what_its_page_says(
    targets: Targets, target: Format, page: str, door: str, place: int
) -> None:
    targets.will(target, Say((SKY[:5], SKY[5:])))
    snippet = snippets_of(PAGES / f"{page}.md")[place]

    printed = await run_snippet(
        snippet, address=targets.server.url, key=await targets.key(door), model=MODELS[target]
    )

    if "count_tokens" in snippet:
        assert int(printed) > 0
    elif "client.list()" in snippet:
        assert "llama3.2:latest" in printed.split()
    elif "answer.parsed" in snippet:
        assert printed == "blue\n"
    else:
        assert printed.startswith(SKY + "\n")
