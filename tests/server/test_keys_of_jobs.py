"""Batch jobs that a program set running: its key pays for the rows, and they end where the key does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from tests.server.test_batch_jobs import a_file, an_echo, ended, looked_at
from tests.support.server import Server
from tests.support.upstream import MODEL, Call, Upstream
from tests.support.visitor import Visitor

from arcano.platform.clock import SystemClock


@dataclass(slots=True)
class Program:
    """Something that runs jobs with a key and no cookie."""

    http: aiohttp.ClientSession
    url: str
    key_id: str

    async def said(self, method: str, path: str, **sent: Any) -> Any:
        async with self.http.request(method, self.url + path, **sent) as response:
            answer = await response.json()
            assert response.status < 300, answer
            return answer

    async def start(self, content: bytes) -> str:
        csv = {"Content-Type": "text/csv"}
        made = await self.said("POST", "/api/batches?name=Nightly", data=content, headers=csv)
        path = f"/api/batches/{made['id']}"
        instructions = {"model": MODEL, "template": "{{ text }}"}
        await self.said("PATCH", path, json={"instructions": instructions})
        await self.said("POST", f"{path}/start")
        return path


@asynccontextmanager
async def a_program(server: Server, owner: Visitor, **terms: object) -> AsyncGenerator[Program]:
    made = await owner.post("/api/keys", {"name": "Nightly", "doors": ["api"], **terms})
    assert made.status == 201, made
    headers = {"Authorization": f"Bearer {made.body['key']}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        yield Program(http, server.url, made.body["details"]["id"])


async def limit(owner: Visitor, program: Program, *, tokens: int) -> str:
    """A hard budget of the key. Returns where it is."""
    draft = {"name": "Nightly", "scope": "key", "subject_id": program.key_id, "unit": "tokens"}
    made = await owner.post("/api/budgets", {**draft, "amount": tokens, "period": "total"})
    assert made.status == 201, made
    return f"/api/budgets/{made.body['id']}"


def held_back(upstream: Upstream, name: str) -> asyncio.Event:
    """No row of the file of this name, and of thirty rows, is answered before what is returned is set."""
    go_on = asyncio.Event()

    async def wait(call: Call) -> None:
        await go_on.wait()
        await an_echo(call)

    for number in range(30):
        upstream.when_asked(f"{name} {number}", wait)
    return go_on


async def test_rows_count_against_the_budget_of_the_key_that_started_them(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    async with a_program(server, visitor) as program:
        budget = await limit(visitor, program, tokens=1)
        path = await program.start(a_file("beyond its budget", 5))
        paused = await ended(visitor, path)
        asked_at_first = upstream.calls_about("beyond its budget 0")

        await visitor.call("PATCH", budget, {"amount": 1_000_000})
        await program.said("POST", f"{path}/resume")
        done = await ended(visitor, path)
        used = (await visitor.get(f"/api/usage?key_id={program.key_id}")).body["total"]

    assert (paused["state"], paused["trouble"]["code"]) == ("paused", "budget-spent")
    assert asked_at_first == []
    assert (done["state"], done["done_count"], used["calls"]) == ("finished", 5, 5)


async def test_a_job_asks_nothing_more_when_its_key_is_revoked_and_goes_on_for_whoever_resumes_it(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    name = "of a leaked key"
    go_on = held_back(upstream, name)
    async with a_program(server, visitor) as program:
        path = await program.start(a_file(name, 30))
        await upstream.call_about(f"{name} 0")
        await visitor.call("DELETE", f"/api/keys/{program.key_id}")
        go_on.set()
        paused = await looked_at(visitor, path, until=lambda job: job["state"] != "running")
        resumed = await visitor.post(f"{path}/resume")
        done = await ended(visitor, path)
        used = (await visitor.get(f"/api/usage?key_id={program.key_id}")).body["total"]

    assert (paused["state"], paused["trouble"]["code"]) == ("paused", "key-refused")
    assert paused["failed_count"] == 0
    assert resumed.status == 200
    assert (done["state"], done["done_count"]) == ("finished", 30)
    assert used["calls"] < 30


async def test_a_job_outlasts_no_key_whose_time_is_over(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    name = "of a key for a second"
    go_on = held_back(upstream, name)
    ends = SystemClock().now() + timedelta(seconds=1)
    async with a_program(server, visitor, expires_at=ends.isoformat()) as program:
        path = await program.start(a_file(name, 30))
        await upstream.call_about(f"{name} 0")
        await asyncio.sleep(1.1)
        go_on.set()
        paused = await looked_at(visitor, path, until=lambda job: job["state"] != "running")

    assert (paused["state"], paused["trouble"]["code"]) == ("paused", "key-refused")
    assert 0 < paused["done_count"] < 30


async def test_a_key_that_may_no_longer_ask_the_model_asks_it_no_more_rows(
    server: Server, visitor: Visitor, upstream: Upstream
) -> None:
    name = "of a narrowed key"
    go_on = held_back(upstream, name)
    async with a_program(server, visitor) as program:
        path = await program.start(a_file(name, 30))
        await upstream.call_about(f"{name} 0")
        await visitor.call("PATCH", f"/api/keys/{program.key_id}", {"models": ["another"]})
        go_on.set()
        paused = await looked_at(visitor, path, until=lambda job: job["state"] != "running")

    assert (paused["state"], paused["trouble"]["code"]) == ("paused", "key-scope")
    assert paused["failed_count"] == 0
    assert paused["done_count"] < 30
