"""`arcano secrets` beside a server that serves: keys change, nobody notices, and nothing is lost on the way."""

import asyncio
import os
import sqlite3
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.support.house import a_house
from tests.support.server import Server, arcano
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, text_of

KEY = "sk-rotating-0123456789"
TEXT_ON = {"ARCANO_SECRETS__ENCRYPT_TEXT": "true"}


async def connect(visitor: Visitor, upstream: Upstream, model: str) -> dict[str, Any]:
    draft = {
        "kind": "openai-compatible",
        "name": model,
        "base_url": upstream.base_url,
        "key": KEY,
        "models": [model],
    }
    made = await visitor.post("/api/connections", draft)
    assert made.status == 201, made
    return made.body


async def key_sent(visitor: Visitor, upstream: Upstream, model: str) -> str:
    """What the provider is shown as the key when the model is asked."""
    question = f"{model}, {time.monotonic()}?"
    await visitor.hear_out(await visitor.ask(question, model=model))
    return (await upstream.call_about(question)).headers["authorization"]


def stored_keys(server: Server) -> list[bytes]:
    with sqlite3.connect(server.database) as database:
        found = database.execute("SELECT key_sealed FROM connections ORDER BY id").fetchall()
    database.close()
    return [key for (key,) in found]


def key_names(status: str) -> list[str]:
    lines = status.partition("Sealed values")[0].splitlines()[1:]
    return [line.split()[0] for line in lines]


async def secrets(
    command: str, server: Server, *words: str, settings: dict[str, str] | None = None
) -> str:
    code, said = await arcano(
        "secrets", command, *words, data_dir=server.data_dir, settings=settings or {}
    )
    assert code == 0, said
    return said


async def test_the_server_takes_up_a_new_key_without_a_restart_and_old_keys_go(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        await connect(visitor, upstream, "before")
        (old,) = key_names(await secrets("status", server))

        rotated = await secrets("rotate", server)
        await connect(visitor, upstream, "after")
        status = await secrets("status", server)
        new, kept = key_names(status)

        assert "1 value sealed anew" in rotated
        assert kept == old
        assert {key[1:5].hex() for key in stored_keys(server)} == {new}
        assert "2 values" in status
        assert f"The key {old} is gone" in await secrets("retire", server)
        assert key_names(await secrets("status", server)) == [new]
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        for model in ("before", "after"):
            assert await key_sent(visitor, upstream, model) == f"Bearer {KEY}"


async def test_a_folder_of_an_older_version_opens_and_is_brought_up_to_date(
    upstream: Upstream, tmp_path: Path
) -> None:
    """Its key file is the bare key, and its values do not tell which key sealed them."""
    bare = os.urandom(32)
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        made = await connect(visitor, upstream, "older")
    nonce = os.urandom(12)
    place = f"connections/{made['id']}/key".encode()
    older = b"\x01" + nonce + AESGCM(bare).encrypt(nonce, KEY.encode(), place)
    with sqlite3.connect(server.database) as database:
        database.execute("UPDATE connections SET key_sealed = ?", (older,))
    database.close()
    (tmp_path / "data" / "secret.key").write_bytes(bare)

    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        assert await key_sent(visitor, upstream, "older") == f"Bearer {KEY}"
        assert "does not tell its key" in await secrets("status", server)
        await secrets("rotate", server)
        await secrets("retire", server)

        (stored,) = stored_keys(server)
        assert [stored[1:5].hex()] == key_names(await secrets("status", server))
        renamed = await visitor.call("PATCH", f"/api/connections/{made['id']}", {"name": "New"})
        assert renamed.status == 200
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        assert await key_sent(visitor, upstream, "older") == f"Bearer {KEY}"


async def test_keys_in_the_settings_are_changed_by_a_restart_before_and_one_after(
    upstream: Upstream, tmp_path: Path
) -> None:
    one, two = (b64encode(os.urandom(32)).decode() for _ in range(2))
    first, both, second = ({"ARCANO_SECRETS__KEYS": keys} for keys in (one, f"{two} {one}", two))
    async with a_house(upstream, tmp_path / "data", settings=first) as (server, visitor):
        await connect(visitor, upstream, "settings")
        code, too_early = await arcano("secrets", "rotate", data_dir=server.data_dir, settings=both)
        assert code == 1
        assert "Restart it" in too_early
        assert not (server.data_dir / "secret.key").exists()
    async with a_house(upstream, tmp_path / "data", settings=both) as (server, visitor):
        assert "1 value sealed anew" in await secrets("rotate", server, settings=both)
        assert "take it out of ARCANO_SECRETS__KEYS" in await secrets(
            "retire", server, settings=both
        )
        assert await key_sent(visitor, upstream, "settings") == f"Bearer {KEY}"
    async with a_house(upstream, tmp_path / "data", settings=second) as (_, visitor):
        assert await key_sent(visitor, upstream, "settings") == f"Bearer {KEY}"


async def test_a_folder_whose_key_moves_into_the_settings_needs_no_copying(
    upstream: Upstream, tmp_path: Path
) -> None:
    keys = {"ARCANO_SECRETS__KEYS": b64encode(os.urandom(32)).decode()}
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        await connect(visitor, upstream, "moving")
    async with a_house(upstream, tmp_path / "data", settings=keys) as (server, visitor):
        assert await key_sent(visitor, upstream, "moving") == f"Bearer {KEY}"
        await secrets("rotate", server, settings=keys)
        assert f"take it out of {server.data_dir / 'secret.key'}" in await secrets(
            "retire", server, settings=keys
        )
    (tmp_path / "data" / "secret.key").unlink()
    async with a_house(upstream, tmp_path / "data", settings=keys) as (_, visitor):
        assert await key_sent(visitor, upstream, "moving") == f"Bearer {KEY}"


async def test_commands_where_nothing_is_say_so(tmp_path: Path) -> None:
    for command in ("status", "rotate", "retire", "apply", "forget"):
        code, said = await arcano("secrets", command, data_dir=tmp_path / "nothing")

        assert code == 1
        assert said.startswith("arcano: There is no database in ")
        assert len(said.splitlines()) == 1
    assert not (tmp_path / "nothing").exists()


async def test_text_that_lay_plain_is_sealed_while_people_go_on_and_opened_again(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn = await visitor.ask("Did anybody see the heron?")
        await visitor.hear_out(turn)
        before = await visitor.messages(turn.conversation_id)
        assert b"heron" in everything_in(server.data_dir)
    async with a_house(upstream, tmp_path / "data", settings=TEXT_ON) as (server, visitor):
        assert "lie plain" in await secrets("status", server, settings=TEXT_ON)
        await secrets("apply", server, settings=TEXT_ON)

        assert b"heron" not in everything_in(server.data_dir)
        assert await visitor.messages(turn.conversation_id) == before
        again = await visitor.ask("And the heron now?", conversation_id=turn.conversation_id)
        await visitor.hear_out(again)
        assert b"heron" not in everything_in(server.data_dir)
        assert "lie plain" not in await secrets("status", server, settings=TEXT_ON)
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        assert len(await visitor.messages(turn.conversation_id)) == 4
        assert text_of(await visitor.answer(turn)) == text_of(before[0])
        await secrets("apply", server)

        assert "none" in (await secrets("status", server)).partition("Sealed values")[2]
        assert len(await visitor.messages(turn.conversation_id)) == 4


async def test_what_was_deleted_before_text_was_sealed_goes_from_free_pages_too(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        turn = await visitor.ask("Did anybody see the heron?")
        await visitor.hear_out(turn)
    await secrets("apply", server, settings=TEXT_ON)

    assert b"heron" not in everything_in(server.data_dir)
    with sqlite3.connect(server.database) as database:
        (sound,) = database.execute("PRAGMA integrity_check").fetchone()
        (free,) = database.execute("PRAGMA freelist_count").fetchone()
    database.close()
    assert (sound, free) == ("ok", 0)


async def test_two_that_change_keys_at_once_do_not_get_in_each_others_way(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        await connect(visitor, upstream, "twice")

        outcomes = await asyncio.gather(
            *(arcano("secrets", "rotate", data_dir=server.data_dir) for _ in range(2))
        )

        assert 0 in [code for code, _ in outcomes]
        for code, said in outcomes:
            assert code == 0 or "Another `arcano secrets`" in said, said
        (stored,) = stored_keys(server)
        assert stored[1:5].hex() == key_names(await secrets("status", server))[0]


def everything_in(folder: Path) -> bytes:
    """All that lies in the data folder: the database, its log, the key file."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
