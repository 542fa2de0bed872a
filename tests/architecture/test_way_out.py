"""Whatever the server asks of others leaves by one door, follows no redirect by itself and reads no answer without a limit.

The story: a client that was made somewhere else connected to whatever a name meant, private addresses included.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent.parent / "src" / "arcano"

DOORS = {
    "platform/egress.py",
    # The engine's own child process, at an address that the child was given.
    "providers/local/engine.py",
    "providers/local/pulse.py",
}
CLIENTS = {"ClientSession", "TCPConnector", "urlopen"}
ASKING = {"request", "get", "post", "put", "patch", "delete", "head", "options"}
WHOLE = {"read", "text", "json"}
LIBRARIES = {"httpx", "requests", "urllib3", "http.client", "urllib.request"}


def clients_made(tree: ast.AST) -> Iterator[int]:
    """Where something is made or imported that could ask others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in CLIENTS:
            yield node.lineno
        if isinstance(node, ast.Import) and {alias.name for alias in node.names} & LIBRARIES:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module in LIBRARIES:
            yield node.lineno


def redirects_followed(tree: ast.AST) -> Iterator[int]:
    """Where a client is asked without being told not to follow."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ASKING and _is_client(node.func):
            told = {word.arg: word.value for word in node.keywords}
            no = told.get("allow_redirects")
            if not (isinstance(no, ast.Constant) and no.value is False):
                yield node.lineno


def answers_read_whole(tree: ast.AST) -> Iterator[int]:
    """Where an answer is read to its end, however far that is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            call = node.value
            is_response = _owner(call.func) in ("response", "content", "answer")
            if _name(call.func) in WHOLE and is_response and not call.args:
                yield call.lineno


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", None) or getattr(function, "id", "")


def _owner(function: ast.expr) -> str:
    """What comes before the last dot, without what comes before that."""
    return _name(function.value) if isinstance(function, ast.Attribute) else ""


def _is_client(function: ast.expr) -> bool:
    return _owner(function).strip("_") in ("http", "client", "session")


def modules() -> list[str]:
    every = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")}
    assert every >= DOORS
    return sorted(every - DOORS)


def found_in(module: str) -> list[str]:
    tree = ast.parse((SOURCE / module).read_text())
    lines = [*clients_made(tree), *redirects_followed(tree), *answers_read_whole(tree)]
    return [f"{module}:{line}" for line in lines]


def test_no_module_has_a_way_out_of_its_own() -> None:
    assert [place for module in modules() for place in found_in(module)] == []


@pytest.mark.parametrize(
    "code",
    [
        "aiohttp.ClientSession()",
        "from aiohttp import TCPConnector\nTCPConnector(limit=0)",
        "import httpx",
        "from urllib.request import urlopen",
        "async def f(): await self._http.get(url)",
        "async def f(): await http.request('GET', url, allow_redirects=True)",
        "async def f(): await response.read()",
        "async def f(): await response.content.read()",
        "async def f(): await response.json()",
    ],
)
def test_a_way_out_is_found(code: str) -> None:
    tree = ast.parse(code)

    assert [*clients_made(tree), *redirects_followed(tree), *answers_read_whole(tree)] != []


@pytest.mark.parametrize(
    "code",
    [
        "def f(http: aiohttp.ClientSession): ...",
        "async def f(): await self._http.get(url, allow_redirects=False)",
        "async def f(): await response.content.read(100)",
        "headers.get('etag')",
    ],
)
def test_what_is_right_passes(code: str) -> None:
    tree = ast.parse(code)

    assert [*clients_made(tree), *redirects_followed(tree), *answers_read_whole(tree)] == []
