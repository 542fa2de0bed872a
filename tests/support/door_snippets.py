"""The snippets of a page of the documentation, run as a reader would: copied, with an address and a key of their own."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

ADDRESS, KEY, MODEL = "http://127.0.0.1:8080", "sk-arc-…", '"fast"'
"""What stands in the pages for what everybody has another of."""


def snippets_of(page: Path) -> list[str]:
    """The programs on a page, in order."""
    return _BLOCK.findall(page.read_text())


async def run_snippet(snippet: str, *, address: str, key: str, model: str) -> str:
    """What the program prints; it must end well."""
    for stands_for in (ADDRESS, KEY):
        assert stands_for in snippet, snippet
    program = snippet.replace(ADDRESS, address).replace(KEY, key).replace(MODEL, f'"{model}"')
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
