"""However a private address is spelled or wrapped, by chance: it is not called public, and nobody is led to it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_network
from random import Random

import aiohttp
from hypothesis import given
from hypothesis import strategies as st
from tests.support.canary import PUBLIC, Names, a_listener
from tests.support.chance import tries

from arcano.platform.addresses import Reach, reach_of
from arcano.platform.egress import Egress, EgressSettings, open_egress
from arcano.platform.errors import AddressNotAllowedError

# Written down once more, from RFC 1918, 6598, 5735 and 6890, and not taken from what is under test.
NOT_PUBLIC = [
    ip_network(text)
    for text in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ]
]
WRAPS: list[Callable[[int], int]] = [
    lambda bits: (0xFFFF << 32) | bits,  # mapped
    lambda bits: (0xFFFF << 48) | bits,  # translated, ::ffff:0:0:0/96
    lambda bits: bits,  # compatible, as it was once
    lambda bits: (0x64FF9B << 96) | bits,  # NAT64
    lambda bits: (0x2002 << 112) | (bits << 80) | 1,  # 6to4
    lambda bits: (0x2A001450 << 96) | (0x5EFE << 32) | bits,  # ISATAP
    lambda bits: (0x2A001450 << 96) | (0x02005EFE << 32) | bits,  # ISATAP, of a public interface
    lambda bits: (0x20010000 << 96) | (bits ^ 0xFFFFFFFF),  # Teredo
    lambda bits: (0xFC << 120) | bits,  # unique local, whatever it ends with
    lambda bits: (0xFE80 << 112) | bits,  # link-local
]

inside = st.sampled_from(NOT_PUBLIC).flatmap(
    lambda network: st.integers(int(network.network_address), int(network.broadcast_address))
)


@st.composite
def spellings_of_six(draw: st.DrawFn) -> str:
    """An IPv6 address that leads to one that is not public, in one of its many spellings."""
    address = IPv6Address(draw(st.sampled_from(WRAPS))(draw(inside)))
    groups = address.exploded.split(":")
    spelled = draw(
        st.sampled_from(
            [
                str(address),
                address.exploded,
                ":".join(group.lstrip("0") or "0" for group in groups),
                ":".join(groups[:6]) + f":{IPv4Address(int(address) & 0xFFFFFFFF)}",
            ]
        )
    )
    return "".join(draw(st.sampled_from([c.lower(), c.upper()])) for c in spelled)


@given(inside)
def test_no_address_inside_is_public(bits: int) -> None:
    assert reach_of(str(IPv4Address(bits))) is not Reach.PUBLIC


@given(spellings_of_six())
def test_no_wrapped_address_is_public(spelling: str) -> None:
    assert reach_of(spelling) is not Reach.PUBLIC
    assert reach_of(f"{spelling}%eth0") is not Reach.PUBLIC


@given(st.text(max_size=60))
def test_what_is_no_address_is_nobodys(text: str) -> None:
    try:
        parts = [int(part) for part in text.split(".")]
    except ValueError:
        parts = []
    if ":" not in text and len(parts) != 4:
        assert reach_of(text) is Reach.NEVER


def number(chance: Random, value: int) -> str:
    """As C reads numbers: decimal, octal or hexadecimal, with as many zeros before it as anybody likes."""
    zeros = "0" * chance.choice([0, 0, 1, 5])
    return chance.choice([f"{value}", f"0{zeros}{value:o}", f"0x{zeros}{value:x}", f"0X{value:X}"])


def spelling_of_loopback(chance: Random) -> str:
    """The host of an address that an old C library takes for this machine."""
    bits = 0x7F000001 if chance.random() < 0.7 else 0x7F000000 | chance.randrange(1, 0xFFFFFF)
    octets = [bits >> shift & 0xFF for shift in (24, 16, 8, 0)]
    dotted = chance.choice(
        [
            [*octets],
            [octets[0], octets[1], bits & 0xFFFF],
            [octets[0], bits & 0xFFFFFF],
            [bits],
        ]
    )
    four = ".".join(number(chance, part) for part in dotted)
    if chance.random() < 0.3:
        # Digits that are none in ASCII, and are made such on the way.
        digits = chance.choice(["０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⓪①②③④⑤⑥⑦⑧⑨"])  # noqa: RUF001 - what it is about
        four = "".join(digits[int(c)] if c.isdecimal() and c.isascii() else c for c in four)
    if chance.random() < 0.2:
        four = four.replace(".", chance.choice(["。", "．", "｡"]))  # noqa: RUF001 - the same
    six = str(IPv6Address(chance.choice(WRAPS[:7])(bits)))
    return chance.choice([four, four, f"[{six}]", four + ".", "localhost", "LOCALHOST."])


def url_of(chance: Random, port: int) -> str:
    host = spelling_of_loopback(chance)
    scheme = chance.choice(["http", "HTTP", "https", "hTtP"])
    user = chance.choice(["", "", "example.com@", "example.com:80@", "1.1.1.1%23@", "a%40b:c@"])
    end = chance.choice(["/", "", "/#@example.com", "?@example.com", "/\\@example.com", "/%2e%2e"])
    return f"{scheme}://{user}{host}:{port}{end}"


@asynccontextmanager
async def a_way_out() -> AsyncGenerator[Egress]:
    settings = EgressSettings.model_validate({"allowed_networks": [f"{PUBLIC}/32"]})
    async with open_egress(settings, resolver=Names({})) as egress:
        yield egress


async def test_no_spelling_leads_to_this_machine() -> None:
    async with a_listener("127.0.0.1", "::1") as canary, a_way_out() as egress:
        for chance in tries(60, about="spellings"):
            url = url_of(chance, canary.port)
            try:
                async with egress.public.get(url, allow_redirects=False) as response:
                    await response.content.read(10)
            except (aiohttp.ClientError, AddressNotAllowedError, ValueError, TimeoutError):
                continue
            raise AssertionError(f"{url} was answered")
        assert canary.connections == 0


async def test_some_of_these_spellings_lead_here_without_the_guard() -> None:
    async with a_listener("127.0.0.1", "::1") as canary, a_way_out() as egress:
        for chance in tries(30, about="spellings"):
            url = url_of(chance, canary.port)
            if "[" in url or url.lower().startswith("https"):
                continue  # it would lead away from here, or wait for an encrypted word
            try:
                async with egress.everywhere.get(url, allow_redirects=False) as response:
                    await response.content.read(10)
            except (aiohttp.ClientError, AddressNotAllowedError, ValueError, TimeoutError):
                continue
        assert canary.connections > 3
