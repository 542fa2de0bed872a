"""What was used, as people may see it: sums, single calls, a file to take away, and what each conversation cost."""

import csv
import io
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.server.test_budgets import a_key, ask
from tests.support.house import a_house
from tests.support.members import a_member
from tests.support.server import Server
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, turn_of

PRICED = {"ARCANO_PROVIDERS__PRICES": '{"wordy": {"input": 1000, "output": 2000}}'}


async def text_at(visitor: Visitor, path: str) -> tuple[str, str]:
    async with visitor.http.get(visitor.url + path) as response:
        assert response.status == 200
        return await response.text(), response.headers["content-type"]


def ledger(server: Server, conversation_id: str = "%") -> tuple[Any, ...]:
    """Calls, tokens read and written, and the cost, as its rows have them."""
    asked = (
        "SELECT count(*), sum(input_tokens), sum(output_tokens), sum(cost_micros) "
        "FROM ledger WHERE coalesce(conversation_id, '') LIKE ?"
    )
    with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as connection:
        return connection.execute(asked, [conversation_id]).fetchone()


async def test_the_sums_are_exactly_those_of_the_ledger_however_they_are_grouped(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=PRICED) as (server, owner):
        key = await a_key(owner)
        for number in range(5):
            await ask(server, key, f"question {number}?")
        await owner.hear_out(await owner.ask("and on the page?"))

        exact = ledger(server)
        assert exact[3] > 0
        for by in ("model", "door", "key", "person", "target", "variant", "day", "hour"):
            for span in (
                "",
                f"&since={day_before()}T00:00:00Z",
                f"&since={day_before()}T05:00:00Z",
            ):
                for whose in ("", "&everybody=true"):
                    page = (await owner.get(f"/api/usage?by={by}{span}{whose}")).body
                    rows = [row["sums"] for row in page["items"]]
                    for sums in (page["total"], added_up(rows)):
                        assert measured(sums) == exact, (by, span, whose)


def day_before() -> str:
    return f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"  # noqa: TID251 - that of the server under test


def measured(sums: dict[str, int]) -> tuple[int, ...]:
    return (sums["calls"], sums["input_tokens"], sums["output_tokens"], sums["cost_micros"])


def added_up(rows: list[dict[str, int]]) -> dict[str, int]:
    names = ("input_tokens", "output_tokens", "cost_micros", "calls")
    return {name: sum(row[name] for row in rows) for name in names}


async def test_people_see_what_is_theirs_and_only_whoever_may_sees_all(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        await owner.hear_out(await owner.ask("mine?"))
        owner_id = (await owner.get("/api/me")).body["id"]
        async with a_member(server) as member:
            await member.hear_out(await member.ask("theirs?"))

            for path in ("/api/usage?by=person", f"/api/usage?by=person&user_id={owner_id}"):
                page = (await member.get(path)).body
                assert page["total"]["calls"] == 1
            assert len((await member.get("/api/usage/calls")).body["items"]) == 1
            for path in ("", "/calls", "/export"):
                refused = await member.get(f"/api/usage{path}?everybody=true")
                assert refused.status == 403, path
            assert (await member.get("/api/usage/speeds")).status == 403

        everybodys = (await owner.get("/api/usage?everybody=true&by=person")).body
        assert (everybodys["total"]["calls"], everybodys["total"]["people"]) == (2, 2)
        assert {row["of"][0]["name"] for row in everybodys["items"]} >= {"Ada"}


async def test_calls_are_turned_page_by_page_the_newest_first_each_once(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        key = await a_key(owner)
        for number in range(7):
            await ask(server, key, f"question {number}?")

        seen: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = (await owner.get(f"/api/usage/calls?limit=3{cursor}")).body
            seen += page["items"]
            if page["next_cursor"] is None:
                break
            cursor = "&cursor=" + page["next_cursor"].replace("+", "%2B")

        assert len({call["id"] for call in seen}) == len(seen) == 7
        assert [call["ended_at"] for call in seen] == sorted(
            (call["ended_at"] for call in seen), reverse=True
        )
        assert (await owner.get("/api/usage/calls?cursor=nonsense")).code == "invalid-input"


async def test_a_file_has_every_call_and_no_formula(upstream: Upstream, tmp_path: Path) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        key = await a_key(owner)
        await ask(server, key, "question?")
        turn = await owner.try_to_ask(
            "?", conversation_id=await owner.new_conversation(), model="=1+1"
        )
        assert turn.status == 404

        table, kind = await text_at(owner, "/api/usage/export")
        lines, _ = await text_at(owner, "/api/usage/export?form=jsonl&everybody=true")

        rows = list(csv.DictReader(io.StringIO(table)))
        assert kind.startswith("text/csv")
        assert [row["model"] for row in rows] == ["wordy"]
        (call,) = map(json.loads, lines.splitlines())
        assert (call["input_tokens"], call["output_tokens"], call["cost_micros"]) == (7, 3, None)
        acts = (await owner.get("/api/audit?action=usage.")).body["items"]
        assert [act["action"] for act in acts] == ["usage.exported"]


async def test_a_conversation_costs_what_its_answers_cost_and_not_a_token_more(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=PRICED) as (server, owner):
        first = await owner.ask("one?")
        await owner.hear_out(first)
        second = await owner.ask("two?", conversation_id=first.conversation_id)
        await owner.hear_out(second)
        again = await owner.post(f"/api/messages/{second.answer_id}/regenerate", {})
        assert again.status == 202
        await owner.hear_out(await owner.ask("three?", conversation_id=first.conversation_id))
        address = f"/api/conversations/{first.conversation_id}/usage"

        told = (await owner.get(address)).body

        names = ("calls", "input_tokens", "output_tokens", "cost_micros")
        parts = [*told["messages"], told["other"]]
        for name in names:
            assert told["total"][name] == sum(part[name] for part in parts)
        exact = ledger(server, first.conversation_id)
        assert tuple(told["total"][name] for name in names) == exact
        assert len(told["messages"]) == 4
        assert told["total"]["cost_micros"] > 0


async def test_of_a_conversation_that_is_not_theirs_nobody_learns_what_it_cost(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        turn = await owner.ask("mine?")
        await owner.hear_out(turn)
        address = f"/api/conversations/{turn.conversation_id}"
        async with a_member(server) as member:
            assert (await member.get(f"{address}/usage")).status == 404
            await owner.put(
                f"{address}/grants",
                {"grantee_kind": "person", "grantee_id": member.id, "level": "viewer"},
            )
            shared = await member.get(f"{address}/usage")

        assert shared.body["total"]["calls"] == 1
        assert shared.body["total"]["cost_micros"] is None, "nobody knows, which is not nothing"


async def test_speeds_are_told_by_model_for_first_words_and_whole_answers(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (_, owner):
        await owner.hear_out(await owner.ask("how fast?"))

        items = (await owner.get("/api/usage/speeds?by=model")).body["items"]

        assert {item["measure"] for item in items} == {"latency", "first-token"}
        assert all(0 <= item["p50_ms"] <= item["p99_ms"] for item in items)
        for unknown in ("by=person", "user_id=ada", "key_id=k1", "door=openai"):
            assert (await owner.get(f"/api/usage/speeds?{unknown}")).code == "invalid-input"


async def test_the_branch_that_is_shown_is_told_beside_the_whole_conversation(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", settings=PRICED) as (_, owner):
        first = await owner.ask("one?")
        await owner.hear_out(first)
        address = f"/api/conversations/{first.conversation_id}"
        alone = (await owner.get(f"{address}/usage")).body
        assert alone["branch"] == alone["total"]

        again = await owner.post(f"/api/messages/{first.answer_id}/regenerate", {})
        await owner.hear_out(turn_of(first.conversation_id, again))
        told = (await owner.get(f"{address}/usage")).body

        assert told["branch"]["calls"] == 1
        assert told["total"]["calls"] == 2
        assert told["total"]["cost_micros"] == 2 * told["branch"]["cost_micros"]
        shown = {message["id"] for message in await owner.messages(first.conversation_id)}
        shown -= {first.answer_id}
        parts = [one for one in told["messages"] if one["message_id"] in shown]
        assert sum(one["cost_micros"] for one in parts) == told["branch"]["cost_micros"]


async def test_calls_on_the_page_make_sessions_and_those_of_programs_do_not(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        key = await a_key(owner)
        await ask(server, key, "from a program?")
        for question in ("one?", "two?"):
            await owner.hear_out(await owner.ask(question))
        async with a_member(server) as member:
            await member.hear_out(await member.ask("theirs?"))
            assert (await member.get("/api/usage/sessions?everybody=true")).status == 403
            theirs = (await member.get("/api/usage/sessions")).body

        everybodys = (await owner.get("/api/usage/sessions?everybody=true")).body

        assert theirs["total"]["sessions"] == 1
        assert everybodys["total"]["sessions"] == 2
        assert 0 < everybodys["total"]["p50_seconds"] <= everybodys["total"]["p90_seconds"]
        assert sum(one["sums"]["sessions"] for one in everybodys["items"]) == 2
