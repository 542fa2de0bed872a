"""What an address means: the internet's, this network's, or nobody's, however it is wrapped."""

from ipaddress import ip_network

import pytest

from arcano.platform.addresses import Reach, reach_of

PUBLIC = [
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
    "2002:101:101::1",
    "2a00:1450::5efe:101:101",
]
PRIVATE = [
    "0.0.0.0",  # noqa: S104 - connected to, not bound
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "198.18.0.1",
    "::",
    "::1",
    "fc00::1",
    "fdff::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2002:c0a8:1::1",
    "2a00:1450::5efe:a00:1",
    "2a00:1450::200:5efe:127.0.0.1",
]
NEVER = [
    "0.0.0.1",
    "169.254.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::2",
    "::127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::80ff:fffe",
    "2001:db8::1",
    "2002:a9fe:a9fe::1",
    "2a00:1450::5efe:a9fe:a9fe",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "127.1",
    "127.0.0.01",
    "0x7f000001",
    "2130706433",
    "127.0.0.1 ",
    "1.1.1.1/32",
]


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        *((address, Reach.PUBLIC) for address in PUBLIC),
        *((address, Reach.PRIVATE) for address in PRIVATE),
        *((address, Reach.NEVER) for address in NEVER),
    ],
)
def test_an_address_reaches_as_far_as_the_worst_that_it_holds(address: str, reach: Reach) -> None:
    assert reach_of(address) is reach


def test_a_network_that_was_allowed_counts_as_public_however_its_addresses_are_wrapped() -> None:
    allowed = (ip_network("10.20.0.0/16"), ip_network("169.254.0.0/16"))

    assert reach_of("10.20.1.1", allowed=allowed) is Reach.PUBLIC
    assert reach_of("::ffff:10.20.1.1", allowed=allowed) is Reach.PUBLIC
    assert reach_of("10.21.0.1", allowed=allowed) is Reach.PRIVATE
    assert reach_of("169.254.7.7", allowed=allowed) is Reach.PUBLIC


def test_what_tells_a_machine_who_it_is_is_never_allowed() -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))

    told = ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200"]

    assert {reach_of(address, allowed=everything) for address in told} == {Reach.NEVER}
