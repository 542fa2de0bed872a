"""Batch jobs through the real server: uploaded, run, downloaded, and killed at any moment."""

import asyncio
import csv
import random
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.support.house import a_house
from tests.support.server import a_server
from tests.support.upstream import MODEL, Call, Upstream
from tests.support.visitor import Answered, Visitor, signed_in_visitor

ROWS = 300
AT_ONCE = 8
KILLS = 4


async def an_echo(call: Call) -> None:
    await asyncio.sleep(0.02)
    await call.say(f"re: {call.question}")
    await call.finish()


def a_file(name: str, rows: int) -> bytes:
    return ("text\n" + "".join(f"{name} {number}\n" for number in range(rows))).encode()


async def upload(
    visitor: Visitor, content: bytes, media_type: str = "text/csv", name: str = "Reviews"
) -> Answered:
    return await visitor.call(
        "POST", f"/api/batches?name={name}", raw=content, headers={"Content-Type": media_type}
    )


async def start(visitor: Visitor, content: bytes, **more: object) -> str:
    """A job over the column `text`, started."""
    made = await upload(visitor, content)
    assert made.status == 201, made
    path = f"/api/batches/{made.body['id']}"
    instructions = {"model": MODEL, "template": "{{ text }}", **more}
    told = await visitor.call("PATCH", path, {"instructions": instructions})
    assert told.status == 200, told
    assert (await visitor.post(f"{path}/start")).body["state"] == "running"
    return path


async def ended(visitor: Visitor, path: str, *, within: float = 60) -> dict[str, Any]:
    """The job as soon as it does not run any more."""
    return await looked_at(
        visitor, path, until=lambda batch: batch["state"] != "running", within=within
    )


async def looked_at(
    visitor: Visitor, path: str, *, until: Callable[[dict[str, Any]], bool], within: float = 30
) -> dict[str, Any]:
    async with asyncio.timeout(within):
        while True:
            batch = (await visitor.get(path)).body
            if until(batch):
                return batch
            await asyncio.sleep(0.01)


async def text_at(visitor: Visitor, path: str) -> str:
    async with visitor.http.get(visitor.url + path) as response:
        assert response.status == 200
        return (await response.read()).decode("utf-8-sig")


async def test_a_file_becomes_answers_beside_its_rows(visitor: Visitor, upstream: Upstream) -> None:
    for text in ("Sêr 1", "=1+1"):
        upstream.when_asked(text, an_echo)
    path = await start(visitor, "id;text\n7;Sêr 1\n8;=1+1\n".encode())

    batch = await ended(visitor, path)
    table = list(csv.DictReader(StringIO(await text_at(visitor, f"{path}/results"), newline="")))
    lines = [
        orjson.loads(line)
        for line in (await text_at(visitor, f"{path}/results?format=jsonl")).splitlines()
    ]

    assert (batch["state"], batch["done_count"]) == ("finished", 2)
    assert batch["tokens"]["output_tokens"] > 0
    assert [(row["id"], row["text"], row["answer"]) for row in table] == [
        ("7", "Sêr 1", "re: Sêr 1"),
        ("8", "'=1+1", "re: =1+1"),
    ]
    assert [(line["text"], line["status"]) for line in lines] == [
        ("Sêr 1", "done"),
        ("=1+1", "done"),
    ]


async def test_a_row_that_was_asked_before_is_answered_for_nothing(
    upstream: Upstream, tmp_path: Path
) -> None:
    question = "the same again"
    upstream.when_asked(question, an_echo)
    content, exactly = f"text\n{question}\n".encode(), {"temperature": 0}
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        first = await ended(visitor, await start(visitor, content, parameters=exactly))
        async with asyncio.timeout(10):
            while (await visitor.get("/api/cache")).body["kept"] == 0:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        path = await start(visitor, content, parameters=exactly)
        second = await ended(visitor, path)
        (row,) = (await visitor.get(f"{path}/rows")).body["items"]

    assert row["answer"] == f"re: {question}"
    assert len(upstream.calls_about(question)) == 1
    assert first["tokens"]["output_tokens"] > 0
    assert second["tokens"] == dict.fromkeys(second["tokens"], 0)


async def test_the_first_prompts_can_be_seen_before_anything_is_asked(visitor: Visitor) -> None:
    made = await upload(visitor, b'{"text": "one", "n": 2}\n', "application/jsonl")
    path = f"/api/batches/{made.body['id']}"
    before = await visitor.get(f"{path}/preview")
    await visitor.call(
        "PATCH", path, {"instructions": {"model": MODEL, "template": "{{ text }} {{ n }}"}}
    )

    seen = await visitor.get(f"{path}/preview")

    assert before.code == "batch-not-ready"
    assert seen.body == {"prompts": [{"number": 1, "prompt": "one 2"}]}
    assert made.body["columns"] == ["text", "n"]


@pytest.mark.parametrize(
    ("content", "media_type", "code", "said"),
    [
        (b"a,b\n1,2,3\n", "text/csv", "bad-batch-file", "Line 2 has 3 values"),
        (b"a\nJos\xe9\n", "text/csv", "bad-batch-file", "Line 2 is not UTF-8"),
        (b"[1]\n", "application/jsonl", "bad-batch-file", "Line 1 is not a JSON object"),
        (b"", "text/csv", "bad-batch-file", "The file has no rows."),
        (b"a\n1\n", "application/pdf", "bad-batch-file", "Content-Type"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_words(
    visitor: Visitor, content: bytes, media_type: str, code: str, said: str
) -> None:
    refused = await upload(visitor, content, media_type)

    assert refused.code == code
    assert said in refused.body["detail"]


async def test_a_template_that_names_no_column_is_refused(visitor: Visitor) -> None:
    made = await upload(visitor, b"text\nhello\n")

    refused = await visitor.call(
        "PATCH",
        f"/api/batches/{made.body['id']}",
        {"instructions": {"model": MODEL, "template": "{{ texts }}"}},
    )

    assert refused.code == "bad-template"
    assert "Columns: text." in refused.body["detail"]


async def test_a_deed_that_does_not_fit_the_state_is_refused(visitor: Visitor) -> None:
    made = await upload(visitor, b"text\nhello\n")
    path = f"/api/batches/{made.body['id']}"

    codes = [(await visitor.post(f"{path}/{deed}")).code for deed in ("pause", "resume", "start")]

    assert codes == ["batch-state", "batch-state", "batch-not-ready"]


async def test_a_deleted_job_is_gone_with_its_rows(visitor: Visitor) -> None:
    made = await upload(visitor, a_file("deleted", 50))
    path = f"/api/batches/{made.body['id']}"

    assert (await visitor.call("DELETE", path)).status == 204

    for address in (path, f"{path}/rows", f"{path}/results", f"{path}/preview"):
        assert (await visitor.get(address)).code == "batch-not-found"
    assert path.rsplit("/", 1)[1] not in str((await visitor.get("/api/batches")).body)


async def test_jobs_and_rows_come_in_pages(visitor: Visitor) -> None:
    made = [(await upload(visitor, a_file("paged", 5))).body["id"] for _ in range(3)]

    first = (await visitor.get("/api/batches?limit=2")).body
    second = (await visitor.get(f"/api/batches?limit=2&cursor={first['next_cursor']}")).body
    rows = (await visitor.get(f"/api/batches/{made[0]}/rows?limit=2&cursor=3&status=waiting")).body

    assert [item["id"] for item in first["items"]] == [made[2], made[1]]
    assert second["items"][0]["id"] == made[0]
    assert [item["number"] for item in rows["items"]] == [4, 5]
    assert rows["next_cursor"] is None


async def test_a_file_larger_than_the_settings_allow_is_refused(
    upstream: Upstream, tmp_path: Path
) -> None:
    settings = {"ARCANO_BATCHES__MAX_INPUT_BYTES": "2048", "ARCANO_BATCHES__MAX_ROWS": "100"}
    async with a_house(upstream, tmp_path / "data", settings=settings) as (_, visitor):
        large = await upload(visitor, a_file("x" * 50, 100))
        many = await upload(visitor, a_file("", 101))

        assert (large.status, many.code) == (413, "batch-file-too-large")
        assert (await visitor.get("/api/batches")).body["items"] == []


async def test_nobody_has_more_unfinished_jobs_than_the_settings_allow(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("first 0", an_echo)
    settings = {"ARCANO_BATCHES__MAX_UNFINISHED": "2"}
    async with a_house(upstream, tmp_path / "data", settings=settings) as (_, visitor):
        over = await start(visitor, a_file("first", 1))
        assert (await ended(visitor, over))["state"] == "finished"
        drafts = [await upload(visitor, a_file("draft", 1)) for _ in range(2)]

        refused = await upload(visitor, a_file("more", 1))
        again = await visitor.post(f"{over}/retry-failed")

        assert [made.status for made in drafts] == [201, 201]
        assert [(one.status, one.code) for one in (refused, again)] == [
            (409, "too-many-batches")
        ] * 2
        assert "batches.max_unfinished" in refused.body["detail"]
        assert (await visitor.get(over)).body["state"] == "finished"

        gone = f"/api/batches/{drafts[0].body['id']}"
        assert (await visitor.post(f"{gone}/cancel")).status == 200
        assert (await upload(visitor, a_file("more", 1))).status == 201


async def test_a_file_of_more_than_eight_megabytes_is_taken(visitor: Visitor) -> None:
    made = await upload(visitor, a_file("y" * 200, 45_000))

    assert made.status == 201
    assert made.body["row_count"] == 45_000
    await visitor.call("DELETE", f"/api/batches/{made.body['id']}")


@pytest.mark.long
async def test_killed_at_any_moment_each_row_is_stored_exactly_once(
    upstream: Upstream, tmp_path: Path
) -> None:
    """The process is killed again and again while it works; the last one brings it to its end."""
    name = f"killed {random.random()}"
    texts = [f"{name} {number}" for number in range(ROWS)]
    for text in texts:
        upstream.when_asked(text, an_echo)
    settings = {"OPENAI_BASE_URL": upstream.base_url, "ARCANO_BATCHES__ROWS_AT_ONCE": str(AT_ONCE)}
    data_dir, path, stored_before = tmp_path / "data", "", 0

    for _ in range(KILLS):
        async with a_server(data_dir, settings=settings) as server:
            async with signed_in_visitor(server.url) as visitor:
                path = path or await start(visitor, a_file(name, ROWS))
                batch = await looked_at(
                    visitor,
                    path,
                    until=lambda batch, before=stored_before: batch["done_count"] > before,
                )
                stored_before = batch["done_count"]
                assert batch["state"] == "running", "killed too late to tell anything"
                await asyncio.sleep(random.random() * 0.1)
            await asyncio.to_thread(server.kill)
    async with (
        a_server(data_dir, settings=settings) as server,
        signed_in_visitor(server.url) as visitor,
    ):
        batch = await ended(visitor, path)
        results = await text_at(visitor, f"{path}/results?format=jsonl")

    asked = Counter(call.question for call in upstream.calls if call.question in set(texts))
    lines = [orjson.loads(line) for line in results.splitlines()]
    assert (batch["state"], batch["done_count"], batch["failed_count"]) == ("finished", ROWS, 0)
    assert [line["text"] for line in lines] == texts
    assert [line["answer"] for line in lines] == [f"re: {text}" for text in texts]
    assert set(asked) == set(texts)
    assert asked.total() <= ROWS + KILLS * AT_ONCE


async def test_asked_to_stop_the_server_lets_rows_end_and_asks_none_twice(
    upstream: Upstream, tmp_path: Path
) -> None:
    texts = [f"stopped {number}" for number in range(200)]
    for text in texts:
        upstream.when_asked(text, an_echo)
    data_dir = tmp_path / "data"
    async with a_house(upstream, data_dir) as (server, visitor):
        path = await start(visitor, a_file("stopped", 200))
        await upstream.call_about("stopped 20")
        server.ask_to_stop()
        assert await server.exit_code() == 0
    async with a_house(upstream, data_dir) as (_, visitor):
        batch = await ended(visitor, path)

    asked = Counter(call.question for call in upstream.calls if call.question in set(texts))
    assert batch["done_count"] == 200
    assert set(asked.values()) == {1}


async def test_vectors_have_a_door_and_a_model_without_them_is_refused(visitor: Visitor) -> None:
    nobody = await visitor.post("/api/embeddings", {"model": "nobody", "input": "a"})
    empty = await visitor.post("/api/embeddings", {"model": MODEL, "input": []})

    assert (nobody.code, empty.code) == ("model-not-found", "invalid-input")
