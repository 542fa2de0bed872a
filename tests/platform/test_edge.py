"""What every request meets first: pages of others are turned away, and those without encryption where it is asked for."""

from dataclasses import replace

import pytest

from arcano.platform.acts import Origin, origin
from arcano.platform.edge import Edge, Message, Receive, Scope, Send, check_origin
from arcano.platform.errors import ForeignOriginError, InsecureConnectionError


def scope(method: str = "POST", **headers: str) -> dict[str, object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "http",
        "method": method,
        "headers": [
            (k.encode(), v.encode()) for k, v in {"host": "chat.local:8080", **named}.items()
        ],
        "scheme": "http",
        "arcano.public_origins": frozenset({"https://chat.example.com"}),
        "arcano.https_only": False,
    }


def socket(**headers: str) -> dict[str, object]:
    return {**scope("GET", **headers), "type": "websocket", "scheme": "ws"}


def only(asking: dict[str, object], *, scheme: str | None = None) -> dict[str, object]:
    """The same, at a server that is for https only."""
    return {**asking, "arcano.https_only": True, "scheme": scheme or asking["scheme"]}


@pytest.mark.parametrize(
    "asking",
    [
        scope(origin="http://chat.local:8080"),
        scope(origin="https://chat.local:8080"),
        scope(origin="https://chat.example.com"),
        scope(),
        scope(sec_fetch_site="same-origin"),
        scope("GET", origin="https://evil.example"),
        socket(origin="http://chat.local:8080"),
        socket(),
    ],
)
def test_our_own_page_and_programs_may_write(asking: dict[str, object]) -> None:
    check_origin(asking)


@pytest.mark.parametrize(
    "asking",
    [
        scope(origin="https://evil.example"),
        scope(origin="null"),
        scope(origin="http://chat.local:8081"),
        scope(origin="http://chat.local:8080.evil.example"),
        scope("DELETE", origin="https://evil.example"),
        scope(sec_fetch_site="cross-site"),
        scope(sec_fetch_site="same-site"),
        socket(origin="https://evil.example"),
        socket(sec_fetch_site="cross-site"),
    ],
)
def test_pages_of_others_may_not(asking: dict[str, object]) -> None:
    with pytest.raises(ForeignOriginError):
        check_origin(asking)


async def no_body() -> Message:
    return {}


async def into_the_void(_message: Message) -> None:
    pass


@pytest.mark.parametrize(
    ("kind", "client", "expected"),
    [
        ("http", ("192.0.2.7", 5000), Origin("192.0.2.7", "an id", "A browser")),
        ("websocket", ("192.0.2.7", 5000), Origin("192.0.2.7", None, "A browser")),
        ("http", None, Origin(None, "an id", "A browser")),
    ],
)
async def test_whoever_serves_a_request_knows_from_where_it_was_asked(
    kind: str, client: tuple[str, int] | None, expected: Origin
) -> None:
    seen: list[Origin] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(origin.get())

    asked: Scope = {
        **scope(user_agent="A browser"),
        "type": kind,
        "path": "/api/session",
        "client": client,
    }
    await Edge(app)(asked, no_body, into_the_void)

    [one] = seen
    assert (one.request_id is None) == (expected.request_id is None)
    assert replace(one, request_id=expected.request_id) == expected


async def test_what_a_client_calls_itself_is_cut() -> None:
    seen: list[Origin] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(origin.get())

    await Edge(app)({**scope(user_agent="x" * 5000), "path": "/"}, no_body, into_the_void)

    assert seen[0].user_agent == "x" * 200


@pytest.mark.parametrize(
    "asking",
    [
        only(scope(origin="https://chat.local:8080"), scheme="https"),
        # A proxy that ends the encryption and says nothing of it; the browser does.
        only(scope(origin="https://chat.example.com")),
        only(socket(origin="https://chat.example.com")),
        only(socket(origin="https://chat.local:8080"), scheme="wss"),
        only(socket(), scheme="wss"),
        only(scope("GET")),
        only(scope()),
    ],
)
def test_for_https_only_pages_of_https_do_all_they_may(asking: dict[str, object]) -> None:
    check_origin(asking)


@pytest.mark.parametrize(
    "asking",
    [
        only(scope(origin="http://chat.local:8080")),
        only(scope("DELETE", origin="http://chat.local:8080")),
        only(scope(origin="http://chat.local:8080"), scheme="https"),
        only(socket(origin="http://chat.local:8080")),
        only(socket()),
    ],
)
def test_for_https_only_pages_and_sockets_without_encryption_do_nothing(
    asking: dict[str, object],
) -> None:
    with pytest.raises(InsecureConnectionError, match="https"):
        check_origin(asking)
