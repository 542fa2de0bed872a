"""The way out: nobody spells, redirects, resolves or pools a way to an address that may not be reached."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import ResolveResult
from tests.support.canary import PUBLIC, Listener, Names, a_listener, found, serving
from typing_extensions import override
from yarl import URL

from arcano.modelstore.errors import HubNotAllowedError
from arcano.modelstore.hub import Hub
from arcano.modelstore.settings import USUAL_HUB, ModelStoreSettings
from arcano.platform.addresses import Reach, reach_of
from arcano.platform.egress import (
    WHOLE_ANSWER_SECONDS,
    Egress,
    EgressSettings,
    open_egress,
    read_up_to,
)
from arcano.platform.errors import AddressNotAllowedError

NAMES = {
    "canary.test": ["127.0.0.1"],
    "six.test": ["::1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "any.test": ["0.0.0.0"],  # noqa: S104 - connected to, not bound
    "metadata.google.internal": ["169.254.169.254"],
    "inside.test": ["10.0.0.5"],
    "unique.test": ["fd12:3456::1"],
    "translated.test": ["64:ff9b::7f00:1"],
    "both.test": ["10.0.0.5 127.0.0.1 ::1"],
}

REACHES_LOOPBACK = [
    "http://127.0.0.1:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/..;/%2e%2e/",
    "http://127.0.0.1:0{port}/",
    "http://localhost:{port}/",
    "http://LocalHost:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0x7f000001:{port}/",
    "http://0X7F000001:{port}/",
    "http://0x7f.1:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0x7f.0x0.0x0.0x1:{port}/",
    "http://127.0.0.0x1:{port}/",
    "http://127.0x1:{port}/",
    "http://0x0000007f.0.0.1:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]:{port}/",
    "http://[::0.0.0.1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::FFFF:7F00:1]:{port}/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/",
    "http://１２７.0.0.1:{port}/",  # noqa: RUF001 - what it is about
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/",
    "http://ocus:pocus@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://example.com:80@127.0.0.1:{port}/",
    "http://1.1.1.1:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}?@example.com/",
    "http://127.0.0.1:{port}/\\@example.com/",
    "http://canary.test:{port}/",
    "http://CANARY.test:{port}/",
    "http://six.test:{port}/",
    "http://mapped.test:{port}/",
    "http://any.test:{port}/",
]
"""A client without a guard reaches the canary with each of these; it is shown below."""

LEADS_ELSEWHERE = [
    "http://localhost.:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://017700000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.0.0.01:{port}/",
    "http://00000177.0x0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.0.0.1%00.example.com:{port}/",
    "http://127.0.0.1\\@example.com:{port}/",
    "http:\\\\127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http://[127.0.0.1]:{port}/",
    "http://[::1%25lo]:{port}/",
    "http://[::1]@example.com:99999/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::80ff:fffe]:{port}/",
    "http://[2a00:1450::5efe:7f00:1]:{port}/",
    "http://127.255.255.254:{port}/",
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://192.168.1.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://198.18.0.1:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/latest/",
    "http://[fd00:ec2::254]/latest/",
    "http://100.100.100.200/latest/",
    "http://168.63.129.16/metadata",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://[fe80::1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://224.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    "http://inside.test:{port}/",
    "http://unique.test:{port}/",
    "http://translated.test:{port}/",
    "http://both.test:{port}/",
    "https://127.0.0.1:{port}/",
    "https://localhost:{port}/",
    "ws://127.0.0.1:{port}/",
    "tcp://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "unix:///var/run/docker.sock",
]
"""Refused as well, if for a reason that a machine without such a network cannot show by being reached."""


@pytest.fixture
async def canary() -> AsyncGenerator[Listener]:
    async with a_listener("127.0.0.1", "::1") as listener:
        yield listener


@pytest.fixture
async def public() -> AsyncGenerator[Listener]:
    async with a_listener(PUBLIC) as listener:
        yield listener


@pytest.fixture
async def egress() -> AsyncGenerator[Egress]:
    """For which one address of loopback is as good as public."""
    settings = EgressSettings.model_validate({"allowed_networks": [f"{PUBLIC}/32"]})
    async with open_egress(settings, resolver=Names(NAMES)) as egress:
        yield egress


async def reached(client: aiohttp.ClientSession, url: str) -> bool:
    """Whether somebody answered; what was refused or makes no sense was not."""
    try:
        async with asyncio.timeout(5), client.get(url) as response:
            await response.read()
    except (aiohttp.ClientError, AddressNotAllowedError, ValueError, TimeoutError):
        return False
    return True


def an_ordinary_client(names: Names) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=names))


def test_sixty_spellings_are_not_less() -> None:
    assert len({*REACHES_LOOPBACK, *LEADS_ELSEWHERE}) >= 60


@pytest.mark.parametrize("spelling", REACHES_LOOPBACK)
async def test_without_the_guard_this_spelling_reaches_the_canary(
    spelling: str, canary: Listener
) -> None:
    async with an_ordinary_client(Names(NAMES)) as client:
        assert await reached(client, spelling.format(port=canary.port))

    assert canary.connections == 1


@pytest.mark.parametrize("spelling", [*REACHES_LOOPBACK, *LEADS_ELSEWHERE])
async def test_no_spelling_of_a_private_address_is_reached(
    spelling: str, canary: Listener, egress: Egress
) -> None:
    assert not await reached(egress.public, spelling.format(port=canary.port))

    assert canary.connections == 0


@pytest.mark.parametrize("spelling", REACHES_LOOPBACK)
async def test_whoever_may_reach_private_addresses_does(
    spelling: str, canary: Listener, egress: Egress
) -> None:
    assert await reached(egress.everywhere, spelling.format(port=canary.port))


@pytest.mark.parametrize(
    "spelling",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://metadata.google.internal/",
        "http://0xa9fea9fe/",
        "http://224.0.0.1:8080/",
        "http://[fe80::1]:8080/",
    ],
)
async def test_what_is_nobodys_server_is_refused_to_everybody_and_said_so(
    spelling: str, egress: Egress
) -> None:
    for client in (egress.everywhere, egress.public):
        with pytest.raises(AddressNotAllowedError, match="no server's"):
            await client.get(spelling)


async def test_a_refusal_says_who_may_allow_it_and_names_no_address(egress: Egress) -> None:
    with pytest.raises(AddressNotAllowedError) as refused:
        await egress.public.get("http://inside.test/")

    assert "owner of the workspace" in refused.value.detail
    assert "egress.allowed_networks" in refused.value.detail
    assert "10.0.0.5" not in refused.value.detail


@pytest.mark.parametrize("port", [1, 22, 25, 110, 443 + 22, 1023])
async def test_ports_that_are_no_web_servers_are_not_tried(port: int, egress: Egress) -> None:
    with pytest.raises(AddressNotAllowedError, match=f"Port {port}"):
        await egress.public.get(f"http://{PUBLIC}:{port}/")


class Fickle(dict[str, Any]):
    """An answer of the DNS that is another one each time somebody looks at it."""

    def __init__(self, *addresses: str, host: str, port: int) -> None:
        super().__init__(found(addresses[0], host, port))
        self._addresses = list(addresses)

    @override
    def __getitem__(self, name: str) -> Any:
        if name == "host":
            return self._addresses.pop(0) if len(self._addresses) > 1 else self._addresses[0]
        return super().__getitem__(name)


class FickleNames(Names):
    """Every name is public to whoever asks first, and leads inside when it is used."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answer: Any = Fickle(PUBLIC, "127.0.0.1", host=host, port=port)
        return [answer]


async def test_an_answer_that_changes_between_the_check_and_the_connection_leads_nowhere(
    canary: Listener,
) -> None:
    settings = EgressSettings.model_validate({"allowed_networks": [f"{PUBLIC}/32"]})
    async with open_egress(settings, resolver=FickleNames({})) as egress:
        with pytest.raises(AddressNotAllowedError):
            await egress.public.get(f"http://rebound.test:{canary.port}/")

    assert canary.connections == 0


async def test_who_checks_a_name_first_and_connects_to_it_then_is_led_inside(
    canary: Listener,
) -> None:
    """What the guard is for: the same answers, looked at beforehand."""
    names = Names({"rebound.test": ["1.1.1.1", "127.0.0.1"]})
    checked = await names.resolve("rebound.test", canary.port)
    assert [reach_of(each["host"]) for each in checked] == [Reach.PUBLIC]

    async with an_ordinary_client(names) as client:
        assert await reached(client, f"http://rebound.test:{canary.port}/")

    assert canary.connections == 1


async def test_names_that_lead_inside_every_other_time_are_reached_only_outside() -> None:
    turns = {f"{n}.test": [PUBLIC, "127.0.0.1"][n % 2 :] for n in range(20)}
    settings = EgressSettings.model_validate({"allowed_networks": [f"{PUBLIC}/32"]})
    async with (
        a_listener("127.0.0.1") as canary,
        open_egress(settings, resolver=Names(turns)) as egress,
    ):
        for name in turns:
            await reached(egress.public, f"http://{name}:{canary.port}/")

    assert canary.connections == 0


async def test_of_a_name_with_several_addresses_only_those_outside_are_tried(
    public: Listener,
) -> None:
    names = Names({"mixed.test": [f"127.0.0.1 {PUBLIC} ::1"]})
    settings = EgressSettings.model_validate({"allowed_networks": [f"{PUBLIC}/32"]})
    async with open_egress(settings, resolver=names) as egress:
        assert await reached(egress.public, f"http://mixed.test:{public.port}/")

    assert public.connections == 1


async def test_a_connection_that_another_client_keeps_open_is_not_used(
    canary: Listener, egress: Egress
) -> None:
    url = f"http://127.0.0.1:{canary.port}/"
    assert await reached(egress.everywhere, url)

    assert not await reached(egress.public, url)
    assert await reached(egress.everywhere, url)

    assert (canary.connections, len(canary.heads)) == (1, 2)


@pytest.mark.parametrize("place", ["http://127.0.0.1:{port}/", "http://canary.test:{port}/"])
async def test_a_redirect_is_not_followed_wherever_it_leads(
    place: str, canary: Listener, public: Listener, egress: Egress
) -> None:
    public.redirects_to = lambda: place.format(port=canary.port)
    url = f"http://{PUBLIC}:{public.port}/"
    async with an_ordinary_client(Names(NAMES)) as client:
        assert await reached(client, url)
    assert canary.connections == 1

    with pytest.raises(AddressNotAllowedError, match="not followed"):
        await egress.public.get(url)

    assert canary.connections == 1


async def test_who_asks_not_to_follow_is_given_the_redirect(
    public: Listener, egress: Egress
) -> None:
    public.redirects_to = lambda: "http://elsewhere.test/"

    async with egress.public.get(
        f"http://{PUBLIC}:{public.port}/", allow_redirects=False
    ) as answer:
        assert answer.status == 302


@pytest.mark.parametrize(
    "last",
    [
        "https://127.0.0.1:{port}/model.gguf",
        "https://canary.test:{port}/model.gguf",
        "https://0x7f.1:{port}/model.gguf",
        "https://[::ffff:127.0.0.1]:{port}/model.gguf",
        "https://user@127.0.0.1:{port}/model.gguf",
        "https://169.254.169.254/model.gguf",
    ],
)
async def test_a_hub_that_sends_us_on_and_on_leads_nobody_inside(
    last: str, canary: Listener, public: Listener, egress: Egress
) -> None:
    way = ["/one", "/two", last.format(port=canary.port)]
    public.redirects_to = lambda: way.pop(0)
    home = f"http://{PUBLIC}:{public.port}"
    hub = Hub(settings=ModelStoreSettings(hub=home), http=egress.public)

    with pytest.raises(HubNotAllowedError):
        async with hub.open(f"{home}/maker/model/resolve/main/model.gguf"):
            pass

    assert (way, canary.connections) == ([], 0)


def test_the_usual_hub_leads_outside_only_and_another_where_its_owner_says() -> None:
    mirror = "http://mirror.lan"

    assert not ModelStoreSettings().reaches_private_addresses
    assert not ModelStoreSettings(hub=f"{USUAL_HUB}/").reaches_private_addresses
    assert ModelStoreSettings(hub=mirror).reaches_private_addresses
    assert not ModelStoreSettings(hub=mirror, private_addresses=False).reaches_private_addresses
    assert ModelStoreSettings(private_addresses=True).reaches_private_addresses


async def test_no_proxy_of_the_environment_is_asked(
    canary: Listener, public: Listener, egress: Egress, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert await reached(egress.public, f"http://{PUBLIC}:{public.port}/")

    assert (public.connections, canary.connections) == (1, 0)


async def test_an_answer_has_a_limit_of_time_and_no_cookies_are_kept(egress: Egress) -> None:
    for client in (egress.public, egress.everywhere):
        assert client.timeout.total == WHOLE_ANSWER_SECONDS
        client.cookie_jar.update_cookies({"a": "b"}, URL(f"http://{PUBLIC}/"))
        assert len(client.cookie_jar) == 0


@asynccontextmanager
async def a_slow_teller(*pieces: bytes) -> AsyncGenerator[int]:
    """A server whose answer comes in pieces, each in a read of its own."""

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)

    async with serving(tell, PUBLIC) as port:
        yield port


async def test_a_list_of_the_hub_that_comes_in_pieces_is_read_to_its_end(egress: Egress) -> None:
    async with a_slow_teller(b"[1,", b"2,", b"3]") as port:
        hub = Hub(settings=ModelStoreSettings(hub=f"http://{PUBLIC}:{port}"), http=egress.public)

        page = await hub.ask("/api/models")

    assert page.body == b"[1,2,3]"


async def test_an_answer_without_end_is_read_up_to_its_limit(egress: Egress) -> None:
    async with (
        a_slow_teller(*[b"a" * 1000] * 1000) as port,
        asyncio.timeout(5),
        egress.public.get(f"http://{PUBLIC}:{port}/", allow_redirects=False) as response,
    ):
        assert await read_up_to(2_500, response) == b"a" * 2_500
