"""What the pages on OpenAI's door tell people to copy, run as it stands against a server with other vendors' models."""

from collections.abc import AsyncGenerator, Mapping

import pytest
import pytest_asyncio
from tests.support.copied_code import Snippet, snippets_of
from tests.support.openai_programs import a_key
from tests.support.programs import is_apart_there, javascript, python_apart, python_here, said_by
from tests.support.server import Server
from tests.support.vendors import Vendor, vendors
from tests.support.visitor import Visitor

APART = ("use-from-langchain", "use-from-litellm")
PAGES = ("use-from-openai-sdk", "use-from-ai-sdk", *APART)
SNIPPETS = [
    pytest.param(
        snippet,
        id=snippet.name,
        marks=pytest.mark.skipif(
            page in APART and not is_apart_there(),
            reason="Its packages are not installed: `make programs` does that.",
        ),
    )
    for page in PAGES
    for snippet in snippets_of(page)
]


@pytest_asyncio.fixture(loop_scope="session")
async def behind(visitor: Visitor) -> AsyncGenerator[Mapping[str, Vendor]]:
    async with vendors(visitor) as found:
        yield found


def command_of(snippet: Snippet) -> list[str]:
    if snippet.language == "js":
        return javascript("--input-type=module", "--eval", snippet.code)
    run = python_apart if snippet.page in APART else python_here
    return run("-c", snippet.code)


@pytest.mark.usefixtures("behind")
@pytest.mark.parametrize("snippet", SNIPPETS)
async def test_what_the_page_says_works_as_it_stands(
    snippet: Snippet, server: Server, visitor: Visitor
) -> None:
    # The page on the AI SDK has an example for Anthropic's door as well.
    key = await a_key(visitor, doors=["openai", "anthropic"])

    said = await said_by(command_of(snippet), url=server.url, key=key)

    assert said.strip()


async def test_every_page_has_something_to_copy() -> None:
    assert {snippet.page for page in PAGES for snippet in snippets_of(page)} == set(PAGES)
