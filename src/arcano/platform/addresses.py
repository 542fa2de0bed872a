"""What an IP address means to a server that is asked to connect to it: everybody's, its own network's, or nobody's.

Python's `is_global` is not asked: that of 3.11 calls addresses global that lead elsewhere, `64:ff9b::7f00:1` among
them. Source: IANA's registries of special-purpose IPv4 and IPv6 addresses; RFC 4291, 5214, 6052 and 6145 for IPv4
addresses inside IPv6 ones; the documentation of cloud vendors for the addresses that hand out a machine's identity.
"""

from collections.abc import Iterable
from enum import IntEnum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Reach(IntEnum):
    """Who could be at an address. The larger, the less may go there."""

    PUBLIC = 0
    """On the internet."""
    PRIVATE = 1
    """On this machine, or in a network that it stands in."""
    NEVER = 2
    """Nobody's server: a whole network, a link, an example; or what tells a machine who it is in its cloud."""


_OWN_NETWORK = (
    "0.0.0.0/32",  # what `OLLAMA_HOST` often says, and means this machine
    "10.0.0.0/8",
    "100.64.0.0/10",  # shared by providers, and by virtual private networks
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",  # made for benchmarks, used by proxies that answer for every name
    "::/128",
    "::1/128",
    "fc00::/7",
)
_RESERVED = (
    "0.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "2001::/23",  # Teredo among them
    "2001:db8::/32",
    "3fff::/20",
)
_GIVEN_OUT = ip_network("2000::/3")
"""All of IPv6 that is anybody's on the internet."""

_MACHINE_IDENTITY = (
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "192.0.0.192",
    "fd00:ec2::23",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fd00:42::42",
)

_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("::ffff:0:0:0/96"))
_SIX_TO_FOUR = ip_network("2002::/16")
_TUNNELLED_ENDS = (0x00005EFE, 0x02005EFE)
"""How the second half of an address begins that stands for an IPv4 address inside a site (ISATAP)."""

_PRIVATE = tuple(map(ip_network, _OWN_NETWORK))
_NEVER = tuple(map(ip_network, _RESERVED))
_IDENTITY = frozenset(map(ip_address, _MACHINE_IDENTITY))


def reach_of(text: str, *, allowed: Iterable[Network] = ()) -> Reach:
    """Who could be at the address that `text` is, as a socket takes it.

    `allowed` networks count as public; what tells a machine who it is never does. An address that holds others
    counts as the worst of them. What is no address in its one usual spelling is nobody's.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return Reach.NEVER
    networks = tuple(allowed)
    return max(_reach(each, networks) for each in _meant_by(address))


def _meant_by(address: Address) -> list[Address]:
    """The address that is reached in the end, where an IPv6 address only wraps another; or it and what it holds."""
    if isinstance(address, IPv4Address):
        return [address]
    bits = int(address)
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if any(address in network for network in _TRANSLATED):
        return [IPv4Address(bits & 0xFFFFFFFF)]
    if address in _SIX_TO_FOUR:
        return [IPv4Address(bits >> 80 & 0xFFFFFFFF)]
    if bits >> 32 & 0xFFFFFFFF in _TUNNELLED_ENDS:
        return [address, IPv4Address(bits & 0xFFFFFFFF)]
    return [address]


def _reach(address: Address, allowed: tuple[Network, ...]) -> Reach:
    if address in _IDENTITY:
        return Reach.NEVER
    if _is_in(address, allowed):
        return Reach.PUBLIC
    if _is_in(address, _PRIVATE):
        return Reach.PRIVATE
    if _is_in(address, _NEVER):
        return Reach.NEVER
    is_given_out = address.version == 4 or address in _GIVEN_OUT
    return Reach.PUBLIC if is_given_out else Reach.NEVER


def _is_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)
