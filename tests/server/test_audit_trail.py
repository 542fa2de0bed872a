"""The audit trail of a real server: every deed that counts leaves a row, with nothing in it that people wrote or that is secret."""

import asyncio
import random
import signal
import sqlite3
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from tests.support.audit_house import tamper
from tests.support.forking import ENVIRONMENT, run_forked
from tests.support.house import a_house
from tests.support.members import a_member
from tests.support.server import CANARY_KEY, Server, a_server
from tests.support.upstream import Upstream, says
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor

SAID = "wombat-question-canary"
ANSWERED = "quokka-answer-canary"
TITLE = "platypus-title-canary"
ROW = "echidna-row-canary"
WRONG = "wrong-password-canary"
TYPED = "numbat-typed-canary@example.org"
CANARIES = (SAID, ANSWERED, TITLE, ROW, WRONG, TYPED, PASSWORD, CANARY_KEY, EMAIL)


def rows(path: Path) -> list[dict[str, Any]]:
    """The trail as it lies in the file."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    found = connection.execute("SELECT * FROM audit_records ORDER BY sequence").fetchall()
    connection.close()
    return [dict(row) | {"details": orjson.loads(row["details"])} for row in found]


def arcano(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command `arcano audit`, as an operator types it."""
    words = ["audit", *arguments, "--data-dir", str(data_dir)]
    return run_forked(words, data_dir.parent, ENVIRONMENT)


async def live(server: Server, owner: Visitor, upstream: Upstream) -> list[str]:
    """A day at the office. Returns what must be in the trail of it, in this order."""
    upstream.when_asked(SAID, says(ANSWERED))
    chat = (await owner.post("/api/conversations", {"title": TITLE})).body["id"]
    await owner.hear_out(await owner.ask(SAID, conversation_id=chat))
    async with a_visitor(server.url) as stranger:
        for email, password in ((EMAIL, WRONG), (TYPED, WRONG)):
            refused = await stranger.post("/api/session", {"email": email, "password": password})
            assert refused.code == "wrong-credentials"
    draft = {
        "kind": "openai-compatible",
        "name": "Rack",
        "base_url": upstream.base_url,
        "key": CANARY_KEY,
    }
    place = f"/api/connections/{(await owner.post('/api/connections', draft)).body['id']}"
    await owner.call("PATCH", place, {"key": f"{CANARY_KEY}-2", "name": "Rack 2"})
    await owner.post(f"{place}/test")
    await owner.call("DELETE", place)
    route = {"name": "smart", "targets": [{"model": "wordy"}]}
    made = (await owner.post("/api/routes", route)).body
    changed = await owner.call(
        "PUT", f"/api/routes/{made['id']}", {**route, "version": made["version"]}
    )
    again = await owner.call(
        "PUT", f"/api/routes/{made['id']}", {**route, "version": made["version"]}
    )
    assert again.code == "route-changed"
    await owner.call("DELETE", f"/api/routes/{made['id']}?version={changed.body['version']}")
    await owner.call("DELETE", "/api/cache")
    await owner.post("/api/status/targets/nobody/reset")
    async with a_member(server) as member:
        assert (await member.call("DELETE", "/api/cache")).code == "not-allowed"
        assert (await member.get("/api/audit")).code == "not-allowed"
    batch = await owner.call(
        "POST",
        "/api/batches?name=Rows",
        raw=f"text\n{ROW}\n".encode(),
        headers={"Content-Type": "text/csv"},
    )
    async with owner.http.get(
        f"{owner.url}/api/batches/{batch.body['id']}/results?format=csv"
    ) as response:
        assert ROW in await response.text()
    await owner.call("DELETE", f"/api/batches/{batch.body['id']}")
    await owner.call("DELETE", f"/api/conversations/{chat}")
    await owner.post(f"/api/conversations/{chat}/restore")
    await owner.call("DELETE", "/api/models/files/no-such-model")
    await owner.call("DELETE", "/api/session")
    await owner.sign_in()
    await owner.call("DELETE", "/api/session?everywhere=true")
    return [
        "workspace.set-up done",
        "session.opened done",
        "session.opened failed",
        "session.opened failed",
        "connection.added done",
        "connection.changed done",
        "connection.tested done",
        "connection.removed done",
        "route.made done",
        "route.changed done",
        "route.removed done",
        "cache.cleared done",
        "target.reset failed",
        "session.opened done",
        "access.refused refused",
        "access.refused refused",
        "batch.exported done",
        "batch.deleted done",
        "conversation.deleted done",
        "conversation.restored done",
        "model.deleted failed",
        "session.closed done",
        "session.opened done",
        "sessions.closed done",
    ]


@pytest.fixture
async def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def test_every_deed_that_counts_leaves_one_row_and_chatting_none(
    upstream: Upstream, data_dir: Path
) -> None:
    async with a_house(upstream, data_dir) as (server, owner):
        expected = await live(server, owner, upstream)
        trail = rows(server.database)
        server.ask_to_stop()
        await server.exit_code()

    assert [f"{row['action']} {row['outcome']}" for row in trail] == expected
    assert {row["address"] for row in trail} == {"127.0.0.1"}
    assert all(row["request_id"] and row["user_agent"].startswith("Python/") for row in trail)
    assert len({row["request_id"] for row in trail}) == len(trail) - 1  # setting up opens a session
    failed, unknown = trail[2:4]
    assert (failed["actor_kind"], failed["subject_kind"]) == ("anonymous", "person")
    assert unknown["subject_id"] is None
    added, changed = trail[4:6]
    assert added["actor_name"] == "Ada"
    assert added["details"] == {
        "name": "Rack",
        "kind": "openai-compatible",
        "host": "127.0.0.1",
        "own": False,
        "key": True,
    }
    assert changed["details"]["changed"] == "key, name"
    refused = trail[14]
    assert (refused["actor_name"], refused["subject_id"]) == ("Grace", "/api/cache")
    assert refused["details"] == {
        "code": "not-allowed",
        "deed": "clear_cache",
        "method": "DELETE",
    }
    assert trail[-1]["details"] == {"number": 1}
    # Nothing that anybody wrote, and nothing secret, is in any column, nor in the log.
    assert [one for one in CANARIES if one in str(trail)] == []
    assert [one for one in CANARIES if one in server.log] == []
    # At its end the server says where the trail ends.
    assert f"audit head is {len(trail)}:{trail[-1]['hash'].hex()}" in server.log
    verified = arcano(data_dir, "verify")
    assert verified.returncode == 0, verified


async def test_the_command_names_what_was_altered_and_what_was_cut_off(
    upstream: Upstream, data_dir: Path, tmp_path: Path
) -> None:
    async with a_house(upstream, data_dir) as (server, owner):
        for _ in range(5):
            await owner.call("DELETE", "/api/cache")
        server.ask_to_stop()
        await server.exit_code()
    log = tmp_path / "server.log"
    await asyncio.to_thread(log.write_text, server.log)
    path = data_dir / "arcano.db"
    head = rows(path)[-1]
    anchor = f"{head['sequence']}:{head['hash'].hex()}"

    whole = arcano(data_dir, "verify", "--anchor", anchor, "--log", str(log))
    await asyncio.to_thread(tamper, path, "DELETE FROM audit_records WHERE sequence = 7")
    cut_off = arcano(data_dir, "verify")
    cut_off_by_anchor = arcano(data_dir, "verify", "--anchor", anchor)
    cut_off_by_log = arcano(data_dir, "verify", "--log", str(log))
    await asyncio.to_thread(
        tamper, path, "UPDATE audit_records SET actor_name = 'Eve' WHERE sequence = 3"
    )
    altered = arcano(data_dir, "verify")
    wrong = arcano(data_dir, "verify", "--anchor", "7")
    nowhere = arcano(tmp_path / "elsewhere", "verify")

    assert whole.returncode == 0, whole
    assert whole.stdout.decode().startswith("All 7 rows are as they were written. The ")
    assert whole.stdout.decode().splitlines()[-1] == f"audit head is {anchor}"
    assert cut_off.returncode == 0, cut_off
    assert cut_off_by_anchor.returncode == cut_off_by_log.returncode == 1
    assert cut_off_by_anchor.stdout == cut_off_by_log.stdout
    assert cut_off_by_log.stdout.startswith(b"Row 7 is missing.")
    assert altered.returncode == 1
    assert altered.stdout.decode().startswith("Row 3 was altered.")
    assert (wrong.returncode, nowhere.returncode) == (1, 1)
    assert b"'7' is no anchor" in wrong.stderr
    assert b"There is no database" in nowhere.stderr
    assert not (tmp_path / "elsewhere").exists()


async def test_the_command_takes_everything_out_beside_a_running_server_and_says_so(
    upstream: Upstream, data_dir: Path
) -> None:
    async with a_house(upstream, data_dir) as (server, owner):
        before = rows(server.database)

        done = await asyncio.to_thread(arcano, data_dir, "export")

        out = [orjson.loads(line) for line in done.stdout.splitlines()]
        await owner.call("DELETE", "/api/cache")
        after = rows(server.database)
        verified = await asyncio.to_thread(arcano, data_dir, "verify")

    assert done.returncode == 0, done
    assert [line["hash"] for line in out[:-1]] == [row["hash"].hex() for row in before]
    assert (out[-1]["action"], out[-1]["actor"]["kind"]) == ("audit.exported", "system")
    assert [row["action"] for row in after[len(before) :]] == ["audit.exported", "cache.cleared"]
    assert verified.returncode == 0, verified


async def test_a_kill_leaves_both_a_deed_and_its_act_or_neither(
    upstream: Upstream, data_dir: Path
) -> None:
    acknowledged: asyncio.Queue[str] = asyncio.Queue()
    known: list[str] = []
    for _ in range(4):
        async with a_house(upstream, data_dir) as (server, owner), asyncio.TaskGroup() as tasks:
            for _ in range(4):
                tasks.create_task(delete_conversations(owner, acknowledged))
            known += [await acknowledged.get() for _ in range(random.randint(5, 25))]
            await asyncio.to_thread(server.kill)

    connection = sqlite3.connect(data_dir / "arcano.db")
    deleted = {
        row[0] for row in connection.execute("SELECT id FROM conversations WHERE deleted_at > 0")
    }
    connection.close()
    told = [row["subject_id"] for row in rows(data_dir / "arcano.db")]
    assert deleted >= set(known)
    assert sorted(one for one in told if one in deleted) == sorted(deleted)
    assert arcano(data_dir, "verify").returncode == 0


async def delete_conversations(owner: Visitor, acknowledged: asyncio.Queue[str]) -> None:
    with suppress(aiohttp.ClientError, ConnectionError):
        while True:
            conversation = await owner.new_conversation()
            done = await owner.call("DELETE", f"/api/conversations/{conversation}")
            assert done.status == 204, done
            await acknowledged.put(conversation)


async def test_a_trail_outlives_restarts_and_goes_on_where_it_was(
    upstream: Upstream, data_dir: Path
) -> None:
    async with a_house(upstream, data_dir) as (server, _):
        server.ask_to_stop(signal.SIGINT)
        await server.exit_code()
    async with a_house(upstream, data_dir) as (server, owner):
        await owner.call("DELETE", "/api/cache")
        head = rows(server.database)[1]

        # What was said at the end is said again at the beginning: nothing happened in between.
        assert f"audit head is 2:{head['hash'].hex()}" in server.log
    async with a_server(data_dir) as server:
        assert [row["action"] for row in rows(server.database)] == [
            "workspace.set-up",
            "session.opened",
            "session.opened",
            "cache.cleared",
        ]


async def test_who_is_not_let_at_any_door_or_over_the_socket_is_in_the_trail(
    upstream: Upstream, data_dir: Path
) -> None:
    async with a_house(upstream, data_dir) as (server, owner), a_member(server) as member:
        made = await owner.post("/api/keys", {"name": "Page", "doors": ["api"]})
        chat = await owner.new_conversation()
        grant = {"grantee_kind": "person", "grantee_id": member.id, "level": "viewer"}
        await owner.put(f"/api/conversations/{chat}/grants", grant)
        before = len(rows(server.database))

        assert (await member.try_to_ask("May I?", conversation_id=chat)).code == "not-allowed"
        async with member.socket() as socket:
            refused = await socket.command(
                "start-turn",
                conversation_id=chat,
                client_message_id="1",
                content="May I?",
                model="wordy",
            )
            assert refused["problem"]["code"] == "not-allowed"
        async with a_visitor(server.url) as program:
            elsewhere = await program.call(
                "POST",
                "/v1/chat/completions",
                {"model": "wordy", "messages": [{"role": "user", "content": "May I?"}]},
                headers={"Authorization": f"Bearer {made.body['key']}"},
            )
            assert elsewhere.status == 403
        trail = rows(server.database)[before:]

    assert {row["action"] for row in trail} == {"access.refused"}
    assert [(row["actor_name"], row["subject_id"], row["details"]["method"]) for row in trail] == [
        ("Grace", f"/api/conversations/{chat}/turns", "POST"),
        ("Grace", "/api/ws", "SOCKET"),
        ("Ada", "/v1/chat/completions", "POST"),
    ]
    assert [(row["details"]["deed"], row["details"]["code"]) for row in trail] == [
        ("begin_turn", "not-allowed"),
        ("start-turn", "not-allowed"),
        ("complete_chat", "key-scope"),
    ]
    assert {row["address"] for row in trail} == {"127.0.0.1"}
