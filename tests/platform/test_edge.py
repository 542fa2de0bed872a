"""What every request meets first: pages of others are turned away, bodies have a limit."""

import pytest

from arcano.platform.edge import check_origin
from arcano.platform.errors import ForeignOriginError


def scope(method: str = "POST", **headers: str) -> dict[str, object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "http",
        "method": method,
        "headers": [
            (k.encode(), v.encode()) for k, v in {"host": "chat.local:8080", **named}.items()
        ],
        "arcano.public_origins": frozenset({"https://chat.example.com"}),
    }


@pytest.mark.parametrize(
    "asking",
    [
        scope(origin="http://chat.local:8080"),
        scope(origin="https://chat.local:8080"),
        scope(origin="https://chat.example.com"),
        scope(),
        scope(sec_fetch_site="same-origin"),
        scope("GET", origin="https://evil.example"),
        {**scope(origin="http://chat.local:8080"), "type": "websocket"},
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
        {**scope(origin="https://evil.example"), "type": "websocket"},
    ],
)
def test_pages_of_others_may_not(asking: dict[str, object]) -> None:
    with pytest.raises(ForeignOriginError):
        check_origin(asking)
