"""Starting: on what is there already, quickly; and where it cannot, a sentence instead of a riddle."""

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from tests.support.house import a_house
from tests.support.server import EITHER_WAY, Server, a_server, arcano, launch
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

QUICKLY_SECONDS = 1.5
BUSY_MACHINE = 4
"""How many times slower a machine may be that runs the other tests at the same time."""


async def refusal_of(server: Server) -> str:
    """Why a server does not start: its last words, which are one line and no stack trace."""
    try:
        code = await server.exit_code()
    finally:
        server.kill()
    lines = [line for line in server.log.splitlines() if line.strip()]
    assert code not in (0, -9), server.log
    assert "Traceback" not in server.log
    assert len(lines) == 1, server.log
    return lines[0]


async def test_the_second_start_is_quick_and_finds_everything(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data", by_command=True) as (_, visitor):
        turn = await visitor.ask("Will you know me?")
        heard = await visitor.hear_out(turn)
    key = (tmp_path / "data" / "secret.key").read_bytes()

    async with a_house(upstream, tmp_path / "data", by_command=True) as (server, visitor):
        took = await server.ready()
        again = await visitor.hear_out(turn)

    assert took < QUICKLY_SECONDS * BUSY_MACHINE
    assert [one.event for one in again] == [one.event for one in heard]
    assert (tmp_path / "data" / "secret.key").read_bytes() == key


async def test_a_session_outlives_a_restart(upstream: Upstream, tmp_path: Path) -> None:
    async with a_house(upstream, tmp_path / "data") as (server, visitor):
        server.ask_to_stop()
        await server.exit_code()
        async with a_server(tmp_path / "data", port=server.port):
            assert (await visitor.get("/api/me")).status == 200


async def test_the_folder_and_the_key_are_for_their_owner_only(server: Server) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert mode(server.data_dir) == 0o700
    assert mode(server.data_dir / "secret.key") == 0o600


@EITHER_WAY
async def test_a_key_that_others_can_read_is_refused(tmp_path: Path, *, by_command: bool) -> None:
    (tmp_path / "data").mkdir()
    key = tmp_path / "data" / "secret.key"
    key.write_bytes(bytes(32))
    key.chmod(0o644)

    refusal = await refusal_of(launch(tmp_path / "data", by_command=by_command))

    assert refusal.startswith("arcano: ")
    assert "chmod 600" in refusal


async def test_a_key_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    key = tmp_path / "data" / "secret.key"
    key.write_bytes(bytes(31))
    key.chmod(0o600)

    assert "32 random bytes" in await refusal_of(launch(tmp_path / "data"))


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("changeme", "everybody knows"),
        ("c2hvcnQ=", "32 random bytes, not 5"),
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "can be guessed"),
        ("Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZSAxMjM=", "can be guessed"),
        ("not/base64!", "base64"),
    ],
)
async def test_a_key_in_the_settings_that_cannot_be_trusted_is_refused_and_not_repeated(
    keys: str, says: str, tmp_path: Path
) -> None:
    refusal = await refusal_of(launch(tmp_path / "data", ARCANO_SECRETS__KEYS=keys))

    assert refusal.startswith("arcano: ARCANO_SECRETS__KEYS ")
    assert says in refusal
    assert "openssl rand -base64 32" in refusal
    assert keys not in refusal


async def test_a_key_file_that_is_named_and_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.key"

    refusal = await refusal_of(launch(tmp_path / "data", ARCANO_SECRETS__KEY_FILE=str(path)))

    assert str(path) in refusal
    assert "not there" in refusal
    assert not path.exists()


async def test_a_key_that_is_missing_while_something_is_sealed_is_missed(
    upstream: Upstream, tmp_path: Path
) -> None:
    """Instead of a new one being made, with which nothing opens."""
    key = tmp_path / "data" / "secret.key"
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        await with_a_connection(visitor)
    kept = key.rename(tmp_path / "kept.key")

    missing = await refusal_of(launch(tmp_path / "data"))
    assert not key.exists()
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(32))
    another = await refusal_of(launch(tmp_path / "data"))
    kept.rename(key)

    for refusal in (missing, another):
        assert "backup" in refusal
        assert "arcano secrets forget" in refusal
    assert "is missing, and 1 sealed value" in missing
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        assert "Kept" in str((await visitor.get("/api/connections")).body)


async def test_a_key_that_is_lost_for_good_can_be_done_without(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        await with_a_connection(visitor)
    (tmp_path / "data" / "secret.key").unlink()

    looked = await arcano("secrets", "forget", data_dir=tmp_path / "data")
    done = await arcano("secrets", "forget", "--yes", data_dir=tmp_path / "data")

    assert looked[0] == done[0] == 0
    assert "connections.key_sealed" in looked[1]
    assert "--yes" in looked[1]
    assert "1 value that could not be opened: dropped" in done[1]
    async with a_house(upstream, tmp_path / "data") as (_, visitor):
        assert "Kept" in str((await visitor.get("/api/connections")).body)


async def with_a_connection(visitor: Visitor) -> None:
    draft = {
        "kind": "openai-compatible",
        "name": "Kept",
        "base_url": "http://127.0.0.1:9/v1",
        "key": "sk-kept",
        "models": ["m"],
    }
    assert (await visitor.post("/api/connections", draft)).status == 201


async def test_a_second_server_on_the_same_folder_is_refused(server: Server) -> None:
    refusal = await refusal_of(launch(server.data_dir))

    assert refusal.startswith("arcano: Another Arcano")
    assert str(server.process.pid) in refusal


async def test_of_three_that_start_at_once_one_serves(tmp_path: Path) -> None:
    servers = [launch(tmp_path / "data", by_command=True) for _ in range(3)]
    try:
        async with asyncio.timeout(60):
            # A process that ends tells no event loop.
            while sum(one.process.poll() is None for one in servers) > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        (left,) = (one for one in servers if one.process.poll() is None)

        await left.ready()
    finally:
        for one in servers:
            await asyncio.to_thread(one.kill)


async def test_a_port_that_is_taken_is_named(server: Server, tmp_path: Path) -> None:
    refusal = await refusal_of(launch(tmp_path / "data", port=server.port))

    assert str(server.port) in refusal


async def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file.")

    assert "data" in await refusal_of(launch(tmp_path / "data"))


@pytest.mark.parametrize("content", [b"not a database at all, but long enough" * 200, b"short"])
async def test_a_database_that_is_none_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "arcano.db").write_bytes(content)

    refusal = await refusal_of(launch(tmp_path / "data"))

    assert "database" in refusal
    assert (tmp_path / "data" / "arcano.db").read_bytes() == content


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    async with a_server(tmp_path / "data"):
        pass
    with sqlite3.connect(tmp_path / "data" / "arcano.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    refusal = await refusal_of(launch(tmp_path / "data"))

    assert "newer" in refusal


@EITHER_WAY
async def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, *, by_command: bool) -> None:
    server = launch(tmp_path / "data", by_command=by_command, ARCANO_DRAIN_SECONDS="soon")

    code = await server.exit_code()

    assert code != 0
    assert "drain_seconds" in server.log
    assert "Traceback" not in server.log
