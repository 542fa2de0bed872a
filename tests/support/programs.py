"""Programs that ask a server in environments of their own: Node with its packages, and Python with those of `make programs`."""

import asyncio
import os
import sys
from pathlib import Path

from tests.support.node import node
from tests.support.server import ROOT

PROGRAMS = ROOT / "tests" / "programs"
APART = ROOT / ".venv-programs" / "bin" / "python"
"""The Python of what cannot live beside the server's packages."""


def is_apart_there() -> bool:
    """Whether `make programs` was run."""
    return APART.exists()


def python_apart(*arguments: str) -> list[str]:
    return [str(APART), *arguments]


def python_here(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def javascript(*arguments: str) -> list[str]:
    return [str(node()), *arguments]


async def said_by(command: list[str], *, url: str, key: str, within: float = 60) -> str:
    """What a program prints that is told of a server as OpenAI's clients are and the AI SDK's, once it ended well."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=PROGRAMS,
        env={
            "PATH": os.defpath,
            "HOME": str(Path.home()),
            "OPENAI_BASE_URL": f"{url}/v1",
            "OPENAI_API_KEY": key,
            # As the AI SDK wants it; Anthropic's own clients say `/v1` themselves.
            "ANTHROPIC_BASE_URL": f"{url}/v1",
            "ANTHROPIC_API_KEY": key,
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(within):
            said, complained = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode == 0, complained.decode()[-3000:]
    return said.decode()
