"""By which names the server is asked: its own, and none that somebody's DNS made up."""

import socket

import pytest

from arcano.platform.hosts import KnownHosts, known_hosts

ORIGINS = ["https://chat.example.com", "http://inside.example.com:8080"]


def hosts(
    *,
    listens_on: str = "127.0.0.1",
    behind_proxy: bool = False,
    allowed: tuple[str, ...] | None = None,
) -> KnownHosts:
    return known_hosts(
        listens_on=listens_on, public_origins=ORIGINS, behind_proxy=behind_proxy, allowed=allowed
    )


@pytest.mark.parametrize(
    "host",
    [
        b"127.0.0.1",
        b"127.0.0.1:8080",
        b"192.168.1.20:8080",
        b"[::1]:8080",
        b"[::1]",
        b"localhost:8080",
        b"LOCALHOST.",
        b"arcano.localhost:8080",
        b"nas:8080",
        b"chat.example.com",
        b"Chat.Example.com:443",
        b"inside.example.com",
        socket.gethostname().encode(),
        None,
    ],
)
def test_a_name_of_its_own_is_known(host: bytes | None) -> None:
    assert hosts().knows(host)


@pytest.mark.parametrize(
    "host",
    [
        b"evil.example",
        b"evil.example:8080",
        b"localhost.evil.example",
        b"127.0.0.1.nip.io",
        b"127.0.0.1.evil.example:8080",
        b"chat.example.com.evil.example",
        b"evil-chat.example.com",
        b"[::1].evil.example",
        b"[evil.example]",
        b"evil.example:80:80",
        b"127.0.0.1:8080:evil.example",
        b"1.1.1.1@evil.example",
        b"evil.example#.localhost.evil",
        b"\xff.\xfe",
    ],
)
def test_a_name_of_somebody_else_is_not(host: bytes) -> None:
    assert not hosts().knows(host)


def test_what_is_allowed_is_known_and_any_name_where_that_is_wanted() -> None:
    assert hosts(allowed=("other.example",)).knows(b"other.example:8080")
    assert hosts(allowed=("*",)).knows(b"evil.example")
    assert not hosts(allowed=("*",)).strict


@pytest.mark.parametrize(
    ("listens_on", "behind_proxy", "allowed", "strict"),
    [
        ("127.0.0.1", False, None, True),
        ("localhost", False, None, True),
        ("::1", False, None, True),
        ("127.0.0.1", True, None, False),
        ("0.0.0.0", False, None, False),  # noqa: S104 - what it is about
        ("192.168.1.20", False, None, False),
        ("0.0.0.0", True, ("chat.example.com",), True),  # noqa: S104 - the same
    ],
)
def test_other_names_are_not_answered_where_nobody_could_mean_them(
    listens_on: str, behind_proxy: bool, allowed: tuple[str, ...] | None, strict: bool
) -> None:
    assert hosts(listens_on=listens_on, behind_proxy=behind_proxy, allowed=allowed).strict is strict
