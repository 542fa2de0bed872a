"""Asking at an address that does not exist, or in a way that it does not know: told apart, and each a problem."""

import aiohttp
import pytest
from tests.support.server import Server
from tests.support.visitor import Visitor


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing/here", "/v1/nothing", "/api/ws"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_an_address_that_does_not_exist_is_not_found_however_it_is_asked(
    path: str, method: str, visitor: Visitor
) -> None:
    nowhere = await visitor.call(method, path)

    assert (nowhere.status, nowhere.code) == (404, "not-found")
    assert "allow" not in nowhere.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/conversations", "GET, POST"),
        ("POST", "/api/conversations/some-id", "DELETE, GET, PATCH"),
        ("DELETE", "/api/conversations/some-id/turns", "POST"),
        ("OPTIONS", "/api/session", "DELETE, POST"),
        ("PROPFIND", "/api/me", "GET, PATCH"),
        ("POST", "/api/openapi.json", "GET, HEAD"),
        ("POST", "/livez", "GET"),
        ("POST", "/", "GET, HEAD"),
        ("PUT", "/c/some-conversation", "GET, HEAD"),
    ],
)
async def test_a_method_that_an_address_does_not_know_is_told_and_which_it_knows(
    method: str, path: str, allowed: str, visitor: Visitor
) -> None:
    refused = await visitor.call(method, path)

    assert (refused.status, refused.code) == (405, "method-not-allowed")
    assert refused.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/api/nothing", "/", "/api/me"])
async def test_a_socket_where_there_is_none_is_refused(
    path: str, server: Server, visitor: Visitor
) -> None:
    logged = server.log

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitor.http.ws_connect(server.url + path)

    assert refused.value.status in (403, 404)
    assert "Traceback" not in server.log.removeprefix(logged)
