"""Programs without cookies: tokens for minutes, refresh tokens that are good once, and nothing else that opens."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey
from tests.support.members import Member, a_member
from tests.support.server import Server
from tests.support.visitor import PASSWORD, Answered, Visitor, a_visitor


@pytest_asyncio.fixture(loop_scope="session")
async def member(server: Server, visitor: Visitor) -> AsyncGenerator[Member]:
    assert visitor
    async with a_member(server) as member:
        yield member


@pytest_asyncio.fixture(loop_scope="session")
async def program(server: Server) -> AsyncGenerator[Visitor]:
    async with a_visitor(server.url) as program:
        yield program


async def tokens_for(member: Member, program: Visitor) -> dict[str, Any]:
    got = await program.post("/api/tokens", {"email": member.email, "password": PASSWORD})
    assert got.status == 201, got
    assert "set-cookie" not in got.headers
    return got.body


async def ask_as(program: Visitor, token: str, path: str = "/api/me") -> Answered:
    return await program.call("GET", path, headers={"Authorization": f"Bearer {token}"})


async def refresh(program: Visitor, tokens: dict[str, Any]) -> Answered:
    return await program.post("/api/tokens/refresh", {"refresh_token": tokens["refresh_token"]})


async def test_an_access_token_is_worth_its_person(member: Member, program: Visitor) -> None:
    tokens = await tokens_for(member, program)

    assert tokens["expires_in"] <= 600
    assert (await ask_as(program, tokens["access_token"])).body["id"] == member.id
    assert (await program.get("/api/me")).status == 401


async def test_refreshing_gives_the_next_two(member: Member, program: Visitor) -> None:
    first = await tokens_for(member, program)

    following = await refresh(program, first)

    assert following.status == 200
    assert following.body["refresh_token"] != first["refresh_token"]
    assert (await ask_as(program, following.body["access_token"])).status == 200


async def test_a_refresh_token_used_twice_ends_the_session_for_both(
    member: Member, program: Visitor
) -> None:
    first = await tokens_for(member, program)
    second = (await refresh(program, first)).body

    reused = await refresh(program, first)

    assert (reused.status, reused.code) == (401, "refresh-token-reused")
    for token in (first, second):
        assert (await ask_as(program, token["access_token"])).status == 401
        assert (await refresh(program, token)).status == 401
    assert (await member.get("/api/me")).status == 200


async def test_of_many_who_refresh_at_once_at_most_one_goes_on(
    member: Member, program: Visitor
) -> None:
    tokens = await tokens_for(member, program)

    answers = await asyncio.gather(*(refresh(program, tokens) for _ in range(10)))

    assert sum(answer.status == 200 for answer in answers) <= 1
    assert "refresh-token-reused" in {answer.code for answer in answers if answer.status != 200}


async def test_revoking_signs_the_program_out_and_nobody_else(
    member: Member, program: Visitor
) -> None:
    one, other = await tokens_for(member, program), await tokens_for(member, program)

    done = await program.post("/api/tokens/revoke", {"refresh_token": one["refresh_token"]})
    unknown = await program.post("/api/tokens/revoke", {"refresh_token": "unknown"})

    assert (done.status, unknown.status) == (204, 204)
    assert (await ask_as(program, one["access_token"])).status == 401
    assert (await ask_as(program, other["access_token"])).status == 200


async def test_signing_out_everywhere_ends_programs_too(member: Member, program: Visitor) -> None:
    tokens = await tokens_for(member, program)
    assert (await ask_as(program, tokens["access_token"])).status == 200

    assert (await member.delete("/api/session?everywhere=true")).status == 204

    assert (await ask_as(program, tokens["access_token"])).status == 401
    assert (await refresh(program, tokens)).status == 401


async def test_who_is_disabled_elsewhere_is_out_within_a_second(
    member: Member, program: Visitor
) -> None:
    tokens = await tokens_for(member, program)
    assert (await ask_as(program, tokens["access_token"])).status == 200

    member.disable()
    await asyncio.sleep(1)

    assert (await ask_as(program, tokens["access_token"])).status == 401
    assert (await refresh(program, tokens)).status == 401
    assert (await member.get("/api/me")).status == 401


async def test_a_socket_takes_a_token(member: Member, program: Visitor) -> None:
    tokens = await tokens_for(member, program)
    address = program.url.replace("http", "ws", 1) + "/api/ws"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    async with program.http.ws_connect(address, headers=headers) as socket:
        await socket.send_json({"id": 1, "type": "ping"})
        assert (await socket.receive_json())["type"] == "answer"
        await program.post("/api/tokens/revoke", {"refresh_token": tokens["refresh_token"]})
        closed = await socket.receive(timeout=2)

    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4401)


def forged(token: str) -> list[str]:
    """Tokens that are not ours, each with one thing wrong."""
    head, body, _ = token.split(".")
    header = json.loads(_decoded(head))
    claims = json.loads(_decoded(body))
    own, rsa = OKPKey.generate_key("Ed25519"), RSAKey.generate_key(2048)
    # What is public of a key must not sign as a secret (key confusion).
    shared = OctKey.import_key(header["kid"])

    def signed(key: Any, algorithm: str, **changes: Any) -> str:
        return jwt.encode(
            {**header, "alg": algorithm, **changes}, claims, key, algorithms=[algorithm]
        )

    def unsigned(**changes: Any) -> str:
        return ".".join((_encoded({**header, **changes}), body, ""))

    return [
        signed(own, "Ed25519"),
        signed(own, "Ed25519", kid="other"),
        signed(own, "Ed25519", kid="../../etc"),
        signed(own, "Ed25519", jwk=own.as_dict(private=False)),
        signed(rsa, "RS256"),
        signed(shared, "HS256"),
        unsigned(alg="none"),
        unsigned(alg="None"),
        unsigned(),
        ".".join((head, _encoded({**claims, "sub": "somebody-else"}), token.split(".")[2])),
        ".".join((head, _encoded({**claims, "exp": claims["exp"] + 9999}), token.split(".")[2])),
        ".".join((_encoded({**header, "typ": "JWT"}), body, token.split(".")[2])),
        token[:-4] + "AAAA",
        token + ".x",
        token * 20,
        "x",
        "a.b.c",
        "",
        "\u00e9.\u00e9.\u00e9",
    ]


@pytest.mark.parametrize("which", range(19))
async def test_a_token_that_is_not_ours_opens_nothing(
    which: int, member: Member, program: Visitor
) -> None:
    tokens = await tokens_for(member, program)
    bad = forged(tokens["access_token"])[which]

    refused = await ask_as(program, bad)

    assert refused.status == 401, bad
    assert refused.code == "bad-access-token"


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
