"""Every door asked as everybody: the outcome is what is declared beside the door, and nothing else.

The doors come from the route table and from the socket's commands, so that a new one is asked too. Where a door opens on
somebody's own things (`at_least`), the ids in its path are those of a person's, `keeper`; `reader` and `editor` have a
share of the conversation. What is not theirs is not there for anybody else, whatever their role.
"""

import json
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from tests.support.house import a_house
from tests.support.members import Member, a_member
from tests.support.upstream import MODEL, Upstream
from tests.support.visitor import Answered, Turn, Visitor, a_visitor

from arcano.chat.socket import COMMANDS
from arcano.entrypoints.web import ROUTERS, describe
from arcano.identity import BUILT_IN_ROLES, KEY_DOORS, Access, Permission, declared

HOST = "127.0.0.1"

WHO = ("anonymous", "disabled", "stranger", "reader", "editor", "admin", "owner", "keeper")
"""In this order, because whoever comes last may take away what the door opens on."""

ROLES = {"stranger": "member", "reader": "member", "editor": "member", "keeper": "member"} | {
    "admin": "admin",
    "owner": "owner",
}
SHARES = {"reader": "viewer", "editor": "editor", "keeper": "owner"}
"""What everybody has of the keeper's conversation; of all other things only the keeper has anything."""

LEVELS = ("viewer", "editor", "owner")

IN_CONVERSATIONS = {"conversation_id", "message_id", "turn_id", "summary_id"}

BODIES: Mapping[tuple[str, str], Any] = {
    ("POST", "/v1/chat/completions"): {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Hello?"}],
        "stream": True,
    },
    ("POST", "/v1/messages"): {
        "model": MODEL,
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "Hello?"}],
        "stream": True,
    },
    ("POST", "/v1/messages/count_tokens"): {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Hello?"}],
    },
    ("POST", "/ollama/api/chat"): {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Hello?"}],
    },
    ("POST", "/ollama/api/generate"): {"model": MODEL, "prompt": "Hello?"},
    ("POST", "/ollama/api/show"): {"model": MODEL},
    **{
        ("POST", f"/{version}/models/{{model:path}}:{deed}"): {
            "contents": [{"parts": [{"text": "Hello?"}]}]
        }
        for version in ("v1", "v1beta")
        for deed in ("streamGenerateContent", "countTokens")
    },
    ("POST", "/v1/completions"): {"model": MODEL, "prompt": "Hello?", "stream": True},
    ("POST", "/v1/responses"): {"model": MODEL, "input": "Hello?", "stream": True},
    ("PATCH", "/api/conversations/{conversation_id}"): {"title": "Another"},
    ("POST", "/api/conversations/{conversation_id}/turns"): {
        "client_message_id": "{new}",
        "content": "Hello?",
        "model": MODEL,
    },
    ("PUT", "/api/conversations/{conversation_id}/grants"): {
        "grantee_kind": "everyone",
        "level": "viewer",
    },
    ("PUT", "/api/messages/{message_id}/rating"): {"verdict": "up"},
    ("PATCH", "/api/connections/{connection_id}"): {"name": "Another"},
    ("PATCH", "/api/batches/{batch_id}"): {"name": "Another"},
    ("PATCH", "/api/keys/{key_id}"): {"name": "Another"},
    ("POST", "/api/keys/{key_id}/rotate"): {},
}
"""What must be sent to doors that open on somebody's things, so that nothing but the right to it can be refused."""

QUERIES: Mapping[tuple[str, str], str] = {
    ("GET", "/api/conversations/{conversation_id}/context"): f"?model={MODEL}",
    ("DELETE", "/api/conversations/{conversation_id}/grants"): "?grantee_kind=everyone",
}

NOT_FOUND_OF_ITS_OWN = {
    ("POST", "/api/people/{user_id}/conversations/{conversation_id}/looks"),
    ("GET", "/api/conversations/{conversation_id}/summaries/{summary_id}"),
    ("POST", "/api/conversations/{conversation_id}/restore"),
    ("DELETE", "/api/shared-conversations/{conversation_id}"),
}
"""Doors that may find nothing for those who pass: nobody may look, there is no summary, nothing was deleted, nobody shared it with its owner."""

ALSO_OPEN_TO: Mapping[tuple[str, str], Permission] = {
    ("DELETE", "/api/keys/{key_id}"): Permission.KEY_MANAGE_ALL
}
"""Doors on somebody's things that open to whoever has this permission, too."""


DOORS: list[tuple[str, str, Access | None]] = [
    (method, route.path, declared(route))
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]


@dataclass(frozen=True, slots=True)
class Things:
    """What the keeper has, by the names that ids have in paths."""

    ids: Mapping[str, str]

    def fill_in(self, path: str) -> str:
        ids = {"model": MODEL, **self.ids}
        return re.sub(r"\{(\w+)(:\w+)?\}", lambda hole: ids.get(hole[1], "no-such"), path)


@dataclass(slots=True, eq=False)
class Household:
    """Everybody who asks, and the server that they ask."""

    people: Mapping[str, Visitor]
    keys: Mapping[str, str]
    """A key of everybody's who has an account, for all doors."""
    upstream: Upstream
    _to_clear: list[str] = field(default_factory=list[str])
    """Of the last door: one person may have so many batch jobs, and no more."""

    @property
    def keeper(self) -> Visitor:
        return self.people["keeper"]

    async def new_things(self) -> Things:
        """Things of the keeper's that nobody has touched, the conversation shared with reader and editor."""
        for path in self._to_clear:
            await self.keeper.delete(path)
        turn = await self.keeper.ask("Hello?")
        await self.keeper.hear_out(turn)
        for who, level in (("reader", "viewer"), ("editor", "editor")):
            sharer = self.people[who]
            assert isinstance(sharer, Member)
            grant = {"grantee_kind": "person", "grantee_id": sharer.id, "level": level}
            path = f"/api/conversations/{turn.conversation_id}/grants"
            assert (await self.keeper.put(path, grant)).status == 200
        return Things(await self._ids(turn))

    async def _ids(self, turn: Turn) -> dict[str, str]:
        connection = await self.keeper.post(
            "/api/connections",
            {
                "kind": "openai-compatible",
                "name": "Own",
                "base_url": self.upstream.base_url,
                "key": "sk-own",
                "own": True,
            },
        )
        batch = await self.keeper.call(
            "POST",
            "/api/batches?name=Job",
            raw=b"question\nHow?\n",
            headers={"Content-Type": "text/csv"},
        )
        key = await self.keeper.post("/api/keys", {"name": "Key", "doors": ["api"]})
        statuses = (connection.status, batch.status, key.status)
        assert statuses == (201, 201, 201), (connection, batch, key)
        response = await self._a_response()
        self._to_clear = [
            f"/api/connections/{connection.body['id']}",
            f"/api/batches/{batch.body['id']}",
            f"/api/keys/{key.body['details']['id']}",
        ]
        return {
            "conversation_id": turn.conversation_id,
            "message_id": turn.answer_id,
            "turn_id": turn.id,
            "connection_id": connection.body["id"],
            "batch_id": batch.body["id"],
            "key_id": key.body["details"]["id"],
            "response_id": response,
            "model_id": MODEL,
        }

    async def _a_response(self) -> str:
        """The id of one that the keeper's program has in the background."""
        asked = {"model": MODEL, "input": "Hello?", "background": True}
        headers = {"Authorization": f"Bearer {self.keys['keeper']}"}
        async with self.keeper.http.post(
            f"{self.keeper.url}/v1/responses", json=asked, headers=headers
        ) as answer:
            assert answer.status == 200, await answer.text()
            return (await answer.json())["id"]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def household(upstream: Upstream, tmp_path_factory: Any) -> AsyncGenerator[Household]:
    folder = tmp_path_factory.mktemp("matrix") / "data"
    async with AsyncExitStack() as stack:
        server, owner = await stack.enter_async_context(
            a_house(
                upstream,
                folder,
                ARCANO_PROVIDERS__OWN_KEY_HOSTS=f'["{HOST}"]',
                ARCANO_EGRESS__ALLOWED_NETWORKS=f'["{HOST}/32"]',
            )
        )
        people: dict[str, Visitor] = {
            "anonymous": await stack.enter_async_context(a_visitor(server.url)),
            "owner": owner,
        }
        for who in ("disabled", "stranger", "reader", "editor", "admin", "keeper"):
            member = a_member(server, role=ROLES.get(who, "member"))
            people[who] = await stack.enter_async_context(member)
        keys = {who: await _a_key_of(people[who]) for who in WHO if who != "anonymous"}
        disabled = people["disabled"]
        assert isinstance(disabled, Member)
        disabled.disable()
        yield Household(people, keys, upstream)


async def _a_key_of(person: Visitor) -> str:
    made = await person.post("/api/keys", {"name": "All", "doors": list(KEY_DOORS)})
    assert made.status == 201, made
    return made.body["key"]


async def test_every_door_that_is_described_is_asked() -> None:
    described = {
        (method.upper(), path) for path, doors in describe()["paths"].items() for method in doors
    }

    asked = {(method, path.replace(":path}", "}")) for method, path, _ in DOORS}
    assert asked == described


def permissions_of(who: str) -> frozenset[Permission]:
    return BUILT_IN_ROLES[ROLES[who]]


def share_of(who: str, path: str) -> str | None:
    """What somebody has of the things that a path names."""
    shared = IN_CONVERSATIONS.intersection(re.findall(r"\{(\w+)", path))
    return SHARES.get(who) if shared or who == "keeper" else None


def expected(who: str, path: str, access: Access | None) -> set[int] | None:
    """The statuses that are right; None: anything that is no refusal and no fault."""
    if access is None:
        return None
    if who in ("anonymous", "disabled"):
        return {401}
    if access.any_of and permissions_of(who).isdisjoint(access.any_of):
        return {403}
    if access.at_least is None:
        return None
    share = share_of(who, path)
    if share is None:
        return {404}
    if LEVELS.index(share) < LEVELS.index(access.at_least):
        # Doors for owners alone do not ask whether it is shared.
        return {403, 404}
    return None


def is_right(answered: Answered, door: tuple[str, str], allowed: set[int] | None) -> bool:
    if allowed is not None:
        return answered.status in allowed
    refusals = {401, 403} if door not in _SIGN_IN else {403}
    opens_on_things = "{" in door[1] and any(hole in door[1] for hole in _THINGS)
    if opens_on_things and door not in NOT_FOUND_OF_ITS_OWN:
        refusals |= {404, 422}
    return answered.status < 500 and answered.status not in refusals


_SIGN_IN = {("POST", "/api/session"), ("POST", "/api/setup")}
_THINGS = (
    "{conversation_id}",
    "{message_id}",
    "{turn_id}",
    "{connection_id}",
    "{batch_id}",
    "{key_id}",
    "{response_id}",
)


@pytest.mark.parametrize(
    ("method", "path", "access"), DOORS, ids=[f"{method} {path}" for method, path, _ in DOORS]
)
async def test_a_door_opens_for_whom_it_says(
    method: str, path: str, access: Access | None, household: Household
) -> None:
    things = await household.new_things()
    address = things.fill_in(path) + QUERIES.get((method, path), "")
    wrong: list[str] = []
    for who in WHO:
        asking = household.people[who]
        if (method, path) in ALSO_OPEN_TO:
            # Whoever came before may have taken it away.
            things = await household.new_things()
            address = things.fill_in(path) + QUERIES.get((method, path), "")
        body = json.loads(json.dumps(BODIES.get((method, path))).replace("{new}", str(uuid4())))
        answered = await _ask(asking, method, address, body)
        if access is not None and access.door != "api":
            if answered.status != 401:
                wrong.append(f"{who}: {answered.status} by a browser's cookie")
            answered = await _ask(asking, method, address, body, key=household.keys.get(who))
        is_open = _is_open_to(who, (method, path))
        allowed = None if is_open else expected(who, path, access)
        if not is_right(answered, (method, path), allowed):
            wrong.append(f"{who}: {answered.status} {answered.body}, expected {allowed}")
        if (method, path) == ("DELETE", "/api/session") and who not in ("anonymous", "disabled"):
            await asking.sign_in()
    assert not wrong, "\n".join(wrong)


def _is_open_to(who: str, door: tuple[str, str]) -> bool:
    permission = ALSO_OPEN_TO.get(door)
    return permission is not None and who in ROLES and permission in permissions_of(who)


async def _ask(
    asking: Visitor, method: str, address: str, body: Any, *, key: str | None = None
) -> Answered:
    """The answer; of streams and files only that they begin."""
    data = None if body is None else json.dumps(body)
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    async with asking.http.request(
        method, asking.url + address, data=data, headers=headers
    ) as response:
        problem = response.headers.get("content-type", "").startswith("application/problem")
        return Answered(
            response.status, await response.json(content_type=None) if problem else None, {}
        )


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_a_socket_obeys_whom_the_command_names(command: str, household: Household) -> None:
    things = await household.new_things()
    access = COMMANDS[command]
    opens_on = {
        "start-turn": "{conversation_id}",
        "regenerate": "{message_id}",
        "continue": "{message_id}",
    }.get(command, "{turn_id}")
    wrong: list[str] = []
    for who in WHO:
        if who in ("anonymous", "disabled"):
            async with household.people[who].socket() as socket:
                closed = await socket.connection.receive()
            assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4401)
            continue
        async with household.people[who].socket() as socket:
            answered = await socket.command(
                command,
                **things.ids,
                client_message_id=str(uuid4()),
                content="Hello?",
                model=MODEL,
            )
        status = answered["problem"]["status"] if answered["type"] == "error" else 200
        allowed = None if command == "unfollow-turn" else expected(who, opens_on, access)
        # There is nothing to continue in an answer that has ended by itself.
        if status not in (allowed or {200, 409}):
            wrong.append(f"{who}: {answered}, expected {allowed}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["stranger", "reader", "editor", "admin", "owner"])
async def test_an_id_in_a_body_or_below_another_is_asked_for_like_one_in_a_path(
    who: str, household: Household
) -> None:
    things = await household.new_things()
    asking = household.people[who]
    own = await asking.ask("Mine?")
    await asking.hear_out(own)
    foreign = things.ids["message_id"]
    conversation = f"/api/conversations/{own.conversation_id}"

    as_parent = await asking.try_to_ask(
        "Theirs?", conversation_id=own.conversation_id, parent_id=foreign
    )
    as_head = await asking.call("PATCH", conversation, {"head_id": foreign})
    as_cursor = await asking.get(f"{conversation}/messages?before={foreign}")
    as_branch = await asking.get(f"{conversation}/messages?through={foreign}")
    under_own = await asking.get(f"{conversation}/summaries/{things.ids['turn_id']}")

    for answered in (as_parent, as_head, as_cursor, as_branch, under_own):
        assert answered.status == 404, answered
    assert len(await asking.messages(own.conversation_id)) == 2
