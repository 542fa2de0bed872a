"""Budgets at the real server: a hundred calls at once, a server that is killed, and changes that are in effect at once."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from tests.support.house import a_house
from tests.support.members import a_member
from tests.support.server import Server
from tests.support.upstream import MODEL, Call, Upstream
from tests.support.visitor import Visitor

MOST_WRITTEN = 64


@dataclass(slots=True, eq=False)
class Held:
    """An answer that begins when it is let go."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, call: Call) -> None:
        await self.go_on.wait()
        await call.say("Yes.")
        await call.finish()


async def a_key(visitor: Visitor) -> str:
    made = await visitor.post("/api/keys", {"name": "Program", "doors": ["openai"]})
    assert made.status == 201, made
    return made.body["key"]


async def a_budget(visitor: Visitor, **fields: object) -> dict[str, Any]:
    draft = {
        "name": "All",
        "scope": "organisation",
        "unit": "tokens",
        "amount": 10**9,
        "period": "day",
    }
    made = await visitor.post("/api/budgets", {**draft, **fields})
    assert made.status == 201, made
    return made.body


async def standing(visitor: Visitor, budget: dict[str, Any]) -> dict[str, Any]:
    page = (await visitor.get("/api/budgets")).body
    (found,) = (one for one in page["items"] if one["id"] == budget["id"])
    return found


@asynccontextmanager
async def asked(server: Server, key: str, question: str) -> AsyncGenerator[aiohttp.ClientResponse]:
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": question}],
        "max_tokens": MOST_WRITTEN,
        "stream": True,
    }
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as http,
        http.post(f"{server.url}/v1/chat/completions", json=body) as response,
    ):
        yield response


async def ask(server: Server, key: str, question: str) -> int:
    async with asked(server, key, question) as response:
        await response.read()
        return response.status


async def ask_until_cut(server: Server, key: str, question: str) -> None:
    with suppress(aiohttp.ClientError):
        await ask(server, key, question)


async def until_running(database: Path, calls: int) -> None:
    """Returns once so many stand in the ledger as running, those that speak with words."""
    found = "SELECT count(*) FROM ledger WHERE outcome = 'running'"
    async with asyncio.timeout(30):
        while True:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                if connection.execute(found).fetchone() == (calls,):
                    return
            await asyncio.sleep(0.05)


async def reserved(visitor: Visitor, budget: dict[str, Any], *, at_least: int = 1) -> int:
    async with asyncio.timeout(30):
        while True:
            amount: int = (await standing(visitor, budget))["reserved"]
            if amount >= at_least:
                return amount
            await asyncio.sleep(0.02)


def sums(database: Path) -> tuple[int, int]:
    """Tokens of the ledger, and of its sums by the hour."""
    both = "SELECT sum(input_tokens) + sum(output_tokens) FROM "
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        (rows,) = connection.execute(f"{both} ledger").fetchone()
        (hours,) = connection.execute(f"{both} usage_hours").fetchone()
    return rows, hours


async def test_of_a_hundred_at_once_a_budget_for_ten_lets_ten_pass(
    upstream: Upstream, tmp_path: Path
) -> None:
    one, many = Held(), Held()
    upstream.when_asked("how much is one?", one)
    upstream.when_asked("one of a hundred?", many)
    async with (
        a_house(upstream, tmp_path / "data") as (server, owner),
        asyncio.TaskGroup() as tasks,
    ):
        key, budget = await a_key(owner), await a_budget(owner)
        first = tasks.create_task(ask(server, key, "how much is one?"))
        await reserved(owner, budget)
        one.go_on.set()
        assert await first == 200
        before = (await standing(owner, budget))["used"]
        held = tasks.create_task(ask(server, key, "one of a hundred?"))
        each = await reserved(owner, budget)
        amount = before + 10 * each
        changed = await owner.call("PATCH", f"/api/budgets/{budget['id']}", {"amount": amount})
        assert changed.body["reserved"] == each

        asking = [tasks.create_task(ask(server, key, "one of a hundred?")) for _ in range(99)]
        refused: list[int] = []
        for next_one in asyncio.as_completed(asking):
            refused.append(await next_one)
            if len(refused) == 90:
                break
        full = await standing(owner, budget)
        many.go_on.set()
        statuses = [await held, *[await one for one in asking]]

        assert refused == [429] * 90
        assert (full["used"] + full["reserved"], full["left"]) == (amount, 0)
        assert statuses.count(200) == 10
        after = await standing(owner, budget)
        assert after["reserved"] == 0
        assert after["used"] <= amount
        assert (after["used"], after["used"]) == sums(server.database)


async def test_after_a_kill_nothing_stays_set_aside_and_what_was_said_is_counted(
    upstream: Upstream, tmp_path: Path
) -> None:
    async def go_on(call: Call) -> None:
        await call.say(*["word "] * 400, every=0.05)

    upstream.when_asked("a story cut short by a kill", go_on)
    upstream.when_asked("a story that had not begun", Held())
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        server, owner = await stack.enter_async_context(a_house(upstream, tmp_path / "data"))
        key, budget = await a_key(owner), await a_budget(owner)
        for _ in range(5):
            response = await stack.enter_async_context(
                asked(server, key, "a story cut short by a kill")
            )
            await response.content.readany()
        each = await reserved(owner, budget) // 5
        unheard = tasks.create_task(ask_until_cut(server, key, "a story that had not begun"))
        await reserved(owner, budget, at_least=6 * each)
        await until_running(server.database, 6)
        await asyncio.to_thread(server.kill)
        await unheard

    async with a_house(upstream, tmp_path / "data") as (server, owner):
        after = await standing(owner, budget)

        with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as connection:
            rows = connection.execute("SELECT outcome, output_tokens FROM ledger").fetchall()
        assert [outcome for outcome, _ in rows] == ["interrupted"] * 6
        assert sum(tokens > 0 for _, tokens in rows) == 5
        assert after["reserved"] == 0
        assert (after["used"], after["used"]) == sums(server.database)


async def test_a_budget_made_in_the_middle_of_calls_counts_each_of_them_once(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with (
        a_house(upstream, tmp_path / "data") as (server, owner),
        asyncio.TaskGroup() as tasks,
    ):
        key = await a_key(owner)
        asking = [tasks.create_task(ask(server, key, f"number {n}?")) for n in range(40)]
        budgets: list[dict[str, Any]] = []
        while not all(one.done() for one in asking):
            budgets.append(await a_budget(owner, name=f"Budget {len(budgets)}"))
        used = {(await standing(owner, budget))["used"] for budget in budgets}

        assert len(budgets) > 1
        rows, hours = sums(server.database)
        assert used == {rows} == {hours}


async def test_a_refusal_names_the_budget_what_is_left_and_when_it_renews(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        key = await a_key(owner)
        await a_budget(owner, name="Tiny", amount=5)

        async with asked(server, key, "too dear?") as response:
            refusal = await response.json()

        assert response.status == 429
        assert int(response.headers["Retry-After"]) > 0
        assert "“Tiny” of 5 tokens has 5 tokens left" in refusal["error"]["message"]
        assert "It begins anew on" in refusal["error"]["message"]


async def test_in_a_conversation_a_spent_budget_fails_the_turn_with_the_same_sentence(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (_, owner):
        await a_budget(owner, name="Tiny", amount=5)

        heard = await owner.hear_out(await owner.ask("too dear?"))

        closing = heard[-1].event
        assert (closing["type"], closing["code"]) == ("turn-failed", "budget-spent")
        assert "“Tiny”" in closing["message"]


async def test_everybody_sees_what_they_pay_into_and_only_managers_see_and_set_all(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        mine = (await owner.get("/api/me")).body["id"]
        await a_budget(owner)
        await a_budget(owner, name="Owner's", scope="person", subject_id=mine)
        async with a_member(server) as member:
            seen = (await member.get("/api/budgets/mine")).body["items"]

            assert [budget["name"] for budget in seen] == ["All"]
            assert (await member.get("/api/budgets")).status == 403
            assert (await member.post("/api/budgets", {})).status == 403


async def test_what_is_done_to_a_budget_is_on_the_audit_trail(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (_, owner):
        budget = await a_budget(owner)
        address = f"/api/budgets/{budget['id']}"
        await owner.call("PATCH", address, {"hard": False})
        await owner.delete(address)

        acts = (await owner.get("/api/audit?action=budget.")).body["items"]
        assert [act["action"] for act in acts] == [
            "budget.removed",
            "budget.changed",
            "budget.made",
        ]
        assert (await owner.delete(address)).code == "budget-not-found"


async def test_a_budget_for_somebody_who_is_not_there_is_refused(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (_, owner):
        draft = {"name": "X", "unit": "tokens", "amount": 1, "period": "day"}
        for scope in ("person", "group", "key"):
            refused = await owner.post(
                "/api/budgets", {**draft, "scope": scope, "subject_id": "no-such"}
            )
            assert refused.code == "invalid-input"
        assert (await owner.post("/api/budgets", {**draft, "scope": "group"})).status == 422


async def test_limits_stand_in_headers_and_the_refusal_beyond_them_names_the_limit(
    upstream: Upstream, tmp_path: Path
) -> None:
    limits = {"ARCANO_USAGE__LIMITS__PERSON__REQUESTS_PER_MINUTE": "3"}
    async with a_house(upstream, tmp_path / "data", settings=limits) as (server, owner):
        made = await owner.post(
            "/api/keys",
            {"name": "Slow", "doors": ["openai"], "limits": {"requests_per_minute": 2}},
        )
        remaining: list[tuple[int, str, str]] = []
        for question in ("first?", "second?", "third?"):
            async with asked(server, made.body["key"], question) as response:
                text = await response.text()
                headers = response.headers
                limit = headers["x-ratelimit-limit-requests"]
                left = headers["x-ratelimit-remaining-requests"]
                remaining.append((response.status, limit, left))

        assert remaining == [(200, "2", "1"), (200, "2", "0"), (429, "2", "0")]
        assert "At most 2 requests a minute are allowed for this key, and 0 are left" in text
        assert 0 < int(headers["Retry-After"]) <= 60
        assert headers["x-ratelimit-reset-requests"].endswith("s")


async def test_a_turn_beyond_a_limit_fails_and_says_when_to_try_again(
    upstream: Upstream, tmp_path: Path
) -> None:
    limits = {"ARCANO_USAGE__LIMITS__ADDRESS__REQUESTS_PER_MINUTE": "1"}
    async with a_house(upstream, tmp_path / "data", settings=limits) as (_, owner):
        await owner.hear_out(await owner.ask("first?"))

        closing = (await owner.hear_out(await owner.ask("second?")))[-1].event

        assert (closing["type"], closing["code"]) == ("turn-failed", "rate-limited")
        assert "for one address, and 0 are left" in closing["message"]
        assert 0 < closing["retry_after"] <= 60
