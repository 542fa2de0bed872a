"""Who asks, behind proxies: what they say is believed as far as they reach, and what a visitor says of themselves is not."""

from ipaddress import ip_network
from typing import Any

import pytest

from arcano.platform.addresses import Network
from arcano.platform.forwarded import Anybody, Forwarded

VISITOR = "203.0.113.7"
PROXY = "10.0.0.1"
OUTER = "10.0.0.2"
LIE = "198.51.100.9"

ONE = (ip_network(f"{PROXY}/32"),)
TWO = (ip_network(f"{PROXY}/32"), ip_network(f"{OUTER}/32"))


async def seen(
    *headers: tuple[str, str],
    proxies: tuple[Network | Anybody, ...] = ONE,
    hops: int | None = None,
    peer: str | None = PROXY,
    kind: str = "http",
) -> tuple[str | None, str]:
    """Who the application takes the visitor for, and how it thinks they came."""
    scope: dict[str, Any] = {
        "type": kind,
        "scheme": "http" if kind == "http" else "ws",
        "client": None if peer is None else (peer, 5000),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }

    async def app(*_: object) -> None:
        return None

    async def nothing(*_: object) -> Any:
        return None

    await Forwarded(app, proxies=proxies, hops=hops)(scope, nothing, nothing)
    return scope["client"] and scope["client"][0], scope["scheme"]


def xff(value: str) -> tuple[str, str]:
    return ("X-Forwarded-For", value)


def proto(value: str) -> tuple[str, str]:
    return ("X-Forwarded-Proto", value)


async def test_a_proxy_is_believed_whom_it_was_asked_by_and_how() -> None:
    assert await seen(xff(VISITOR), proto("https")) == (VISITOR, "https")


async def test_nobody_else_is() -> None:
    for peer in (VISITOR, OUTER, "not-an-address", None):
        assert await seen(xff(LIE), proto("https"), peer=peer) == (peer, "http")


async def test_without_the_headers_the_proxy_itself_is_the_visitor() -> None:
    assert await seen() == (PROXY, "http")


@pytest.mark.parametrize(
    "headers",
    [
        [xff(f"{LIE}, {VISITOR}")],
        [xff(LIE), xff(VISITOR)],
        [xff(f"{PROXY}, {LIE}, {VISITOR}")],
        [xff(f"{LIE},{LIE},  {VISITOR}  ")],
        [xff(f"unknown, {VISITOR}")],
        [xff(f"{LIE}, {VISITOR}:51423")],
    ],
)
async def test_what_a_visitor_wrote_before_is_not_believed(headers: list[tuple[str, str]]) -> None:
    assert (await seen(*headers))[0] == VISITOR


async def test_two_proxies_are_gone_through_where_both_are_named() -> None:
    headers = xff(f"{LIE}, {VISITOR}, {OUTER}")

    assert (await seen(headers, proxies=TWO))[0] == VISITOR
    assert (await seen(headers, proxies=ONE))[0] == OUTER
    assert (await seen(headers, proxies=TWO, hops=1))[0] == OUTER


async def test_a_visitor_who_claims_to_come_through_more_proxies_than_there_are_is_not_believed() -> (
    None
):
    claimed = xff(f"{LIE}, {OUTER}, {OUTER}")

    assert (await seen(claimed, proxies=TWO, hops=2))[0] == OUTER


async def test_of_anybody_only_as_many_hops_are_believed_as_there_are() -> None:
    headers = xff(f"{LIE}, {VISITOR}, {OUTER}")

    assert (await seen(headers, proxies=("*",)))[0] == OUTER
    assert (await seen(headers, proxies=("*",), hops=2))[0] == VISITOR


async def test_a_scheme_that_a_visitor_wrote_before_is_not_believed() -> None:
    assert (await seen(xff(VISITOR), proto("https, http")))[1] == "http"
    assert (await seen(xff(VISITOR), proto("https"), proto("http")))[1] == "http"
    assert (await seen(xff(f"{VISITOR}, {OUTER}"), proto("https, http"), proxies=TWO))[1] == "https"


@pytest.mark.parametrize("scheme", ["javascript", "", "https\0", "httpss"])
async def test_a_scheme_that_is_none_changes_nothing(scheme: str) -> None:
    assert await seen(xff(VISITOR), proto(scheme)) == (VISITOR, "http")


@pytest.mark.parametrize("scheme", ["https", "wss", "HTTPS"])
async def test_a_socket_behind_https_is_encrypted(scheme: str) -> None:
    assert await seen(xff(VISITOR), proto(scheme), kind="websocket") == (VISITOR, "wss")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:203.0.113.7", VISITOR),
        (f"{VISITOR}:80", VISITOR),
        ("unknown", PROXY),
        ("_hidden", PROXY),
        ("", PROXY),
        ("<script>", PROXY),
    ],
)
async def test_an_address_is_read_as_proxies_write_it_and_nonsense_is_not(
    written: str, meant: str
) -> None:
    assert (await seen(xff(written)))[0] == meant


async def test_a_proxy_is_known_by_its_ipv4_address_at_a_socket_for_both() -> None:
    assert (await seen(xff(VISITOR), peer=f"::ffff:{PROXY}"))[0] == VISITOR
