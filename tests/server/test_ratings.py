"""What people think of answers: each says it for themselves, may take it back, and all of it can be counted."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.server.test_usage import text_at
from tests.support.house import a_house
from tests.support.members import a_member
from tests.support.server import Server
from tests.support.upstream import Call, Upstream
from tests.support.visitor import Turn, Visitor


async def an_answer(visitor: Visitor) -> Turn:
    turn = await visitor.ask("Hello?")
    await visitor.hear_out(turn)
    return turn


async def rate(visitor: Visitor, turn: Turn, verdict: str, reason: str | None = None) -> None:
    body = {"verdict": verdict, "reason": reason}
    rated = await visitor.put(f"/api/messages/{turn.answer_id}/rating", body)
    assert rated.status == 200, rated


async def rating(visitor: Visitor, turn: Turn) -> Any:
    return (await visitor.answer(turn))["rating"]


async def counted(visitor: Visitor, query: str = "") -> tuple[int, int]:
    total = (await visitor.get(f"/api/usage/ratings?{query}")).body["total"]
    return total["up"], total["down"]


def rows(server: Server) -> int:
    with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT count(*) FROM ratings").fetchone()[0]


def forget(server: Server, conversation_id: str) -> None:
    """As a day after it was deleted."""
    with sqlite3.connect(server.database) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM conversations WHERE id = ?", [conversation_id])


async def test_a_rating_stands_with_the_answer_until_it_is_changed_or_taken_back(
    visitor: Visitor,
) -> None:
    turn = await an_answer(visitor)
    assert await rating(visitor, turn) is None

    await rate(visitor, turn, "down", "  It is too long. ")
    assert await rating(visitor, turn) == {"verdict": "down", "reason": "It is too long."}

    await rate(visitor, turn, "up")
    assert await rating(visitor, turn) == {"verdict": "up", "reason": None}

    for _ in range(2):
        taken = await visitor.delete(f"/api/messages/{turn.answer_id}/rating")
        assert taken.status == 204
    assert await rating(visitor, turn) is None


async def test_only_an_answer_that_has_ended_is_rated(visitor: Visitor, upstream: Upstream) -> None:
    turn = await an_answer(visitor)
    for verdict in ("good", None, 1):
        refused = await visitor.put(f"/api/messages/{turn.answer_id}/rating", {"verdict": verdict})
        assert refused.status == 422
    question = await visitor.put(f"/api/messages/{turn.question_id}/rating", {"verdict": "up"})
    assert question.code == "not-an-answer"

    upstream.when_asked("Are you done?", Call.wait_for_hang_up)
    running = await visitor.ask("Are you done?")
    early = await visitor.put(f"/api/messages/{running.answer_id}/rating", {"verdict": "up"})
    assert early.code == "answer-being-written"
    await visitor.stop(running)
    await rate(visitor, running, "down")


async def test_whoever_may_read_a_conversation_rates_it_for_themselves(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        turn = await an_answer(owner)
        await rate(owner, turn, "up")
        async with a_member(server) as member:
            address = f"/api/messages/{turn.answer_id}/rating"
            for refused in (
                await member.put(address, {"verdict": "down"}),
                await member.delete(address),
            ):
                assert refused.code == "message-not-found"

            grant = {"grantee_kind": "person", "grantee_id": member.id, "level": "viewer"}
            await owner.put(f"/api/conversations/{turn.conversation_id}/grants", grant)
            assert await rating(member, turn) is None
            await rate(member, turn, "down", "Not for me.")

            assert (await rating(member, turn))["verdict"] == "down"
            assert (await rating(owner, turn))["verdict"] == "up"
            assert await counted(member) == (0, 1)
            assert await counted(owner) == (1, 0)
            assert await counted(owner, "everybody=true") == (1, 1)


async def test_ratings_are_counted_by_who_wrote_who_rated_and_when(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        for verdict in ("up", "up", "down"):
            await rate(owner, await an_answer(owner), verdict)
        async with a_member(server) as member:
            await rate(member, await an_answer(member), "down")
            assert (await member.get("/api/usage/ratings?everybody=true")).status == 403

        for by, found in (("model", "wordy"), ("target", "wordy"), ("variant", None)):
            page = (await owner.get(f"/api/usage/ratings?everybody=true&by={by}")).body
            assert [(row["of"][0]["id"], row["sums"]) for row in page["items"]] == [
                (found, {"up": 2, "down": 2})
            ]
        people = (await owner.get("/api/usage/ratings?everybody=true&by=person&by=day")).body
        assert people["items"][0]["of"][0]["name"] == "Ada"
        assert [row["sums"] for row in people["items"]] == [
            {"up": 2, "down": 1},
            {"up": 0, "down": 1},
        ]
        assert await counted(owner, "everybody=true&model=other") == (0, 0)
        assert await counted(owner, "everybody=true&until=2026-01-01T00:00:00Z") == (0, 0)
        assert (await owner.get("/api/usage/ratings?by=key")).status == 422


async def test_a_file_has_every_rating_with_its_reason_and_no_formula(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        turn = await an_answer(owner)
        await rate(owner, turn, "down", "=1+1")
        async with a_member(server) as member:
            await rate(member, await an_answer(member), "up")
            refused = await member.get("/api/usage/ratings/export?everybody=true")
            assert refused.status == 403

        table, kind = await text_at(owner, "/api/usage/ratings/export")
        lines, _ = await text_at(owner, "/api/usage/ratings/export?form=jsonl&everybody=true")

        (row,) = csv.DictReader(io.StringIO(table))
        assert kind.startswith("text/csv")
        assert (row["verdict"], row["reason"], row["message_id"]) == (
            "down",
            "'=1+1",
            turn.answer_id,
        )
        everybodys = [json.loads(line) for line in lines.splitlines()]
        assert [one["verdict"] for one in everybodys] == ["down", "up"]
        acts = (await owner.get("/api/audit?action=usage.")).body["items"]
        assert [act["details"]["of"] for act in acts] == ["ratings"]


async def test_reasons_lie_sealed_where_texts_do(upstream: Upstream, tmp_path: Path) -> None:
    sealing = {"ARCANO_SECRETS__ENCRYPT_TEXT": "true"}
    async with a_house(upstream, tmp_path / "data", settings=sealing) as (server, owner):
        turn = await an_answer(owner)
        await rate(owner, turn, "down", "Nobody's business")

        assert (await rating(owner, turn))["reason"] == "Nobody's business"
        with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as connection:
            (kept,) = connection.execute("SELECT reason FROM ratings").fetchone()
        assert "business" not in kept


async def test_of_what_is_gone_no_rating_is_left(upstream: Upstream, tmp_path: Path) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, owner):
        turn = await an_answer(owner)
        await rate(owner, turn, "up")
        async with a_member(server) as member:
            grant = {"grantee_kind": "person", "grantee_id": member.id, "level": "viewer"}
            await owner.put(f"/api/conversations/{turn.conversation_id}/grants", grant)
            await rate(member, turn, "down")
            assert rows(server) == 2

            member.leave()
        assert rows(server) == 1

        forget(server, turn.conversation_id)
        assert rows(server) == 0
        assert await counted(owner, "everybody=true") == (0, 0)
