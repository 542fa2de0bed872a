"""What every request meets first: pages of others are turned away, and those without encryption where it is asked for."""

import pytest

from arcano.platform.edge import check_origin
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
