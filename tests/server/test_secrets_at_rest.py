"""Planted secrets and words turn up nowhere that a thief of files, logs or backups would look.

A real server, everyday traffic, everything that can go wrong with it, a power cut in the middle of an answer, and the
backup that our own page tells people to make.
"""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

import aiohttp
import pytest
from tests.server.test_batch_jobs import ended, start
from tests.support.server import ROOT, Server, a_server
from tests.support.upstream import Call, Upstream
from tests.support.visitor import Answered, Heard, Visitor, a_visitor

BACK_UP = (ROOT / "docs" / "how-to" / "back-up.md").read_text()


def planted(kind: str) -> str:
    """Something found nowhere by chance."""
    return f"{kind}{token_hex(12)}"


@dataclass(slots=True)
class Canaries:
    """What is planted: secrets, which never lie readable, and words, which do unless texts are sealed."""

    password: str = field(default_factory=lambda: planted("password"))
    wrong_password: str = field(default_factory=lambda: planted("wrongword"))
    settings_key: str = field(default_factory=lambda: planted("sk-settings"))
    own_key: str = field(default_factory=lambda: planted("sk-person"))
    refused_key: str = field(default_factory=lambda: planted("sk-refused"))
    sealing_key: str = field(default_factory=lambda: b64encode(os.urandom(32)).decode())
    session: str = ""
    question: str = field(default_factory=lambda: planted("question"))
    answer: str = field(default_factory=lambda: planted("answer"))
    thought: str = field(default_factory=lambda: planted("thought"))
    title: str = field(default_factory=lambda: planted("title"))
    stop_word: str = field(default_factory=lambda: planted("stop"))
    vendors_words: str = field(default_factory=lambda: planted("vendor"))
    row: str = field(default_factory=lambda: planted("row"))
    job: str = field(default_factory=lambda: planted("job"))
    template: str = field(default_factory=lambda: planted("template"))
    cut_off: str = field(default_factory=lambda: planted("cutoff"))

    @property
    def secrets(self) -> list[str]:
        return [
            self.password,
            self.wrong_password,
            self.settings_key,
            self.own_key,
            self.refused_key,
            self.sealing_key,
            self.session,
        ]

    @property
    def words(self) -> list[str]:
        return [
            self.question,
            self.answer,
            self.thought,
            self.title,
            self.stop_word,
            self.vendors_words,
            self.row,
            self.job,
            self.template,
            self.cut_off,
        ]


@dataclass(slots=True)
class Watching:
    """A visitor's browser that remembers every answer which was a refusal."""

    visitor: Visitor
    refusals: list[Answered]

    async def call(
        self, method: str, path: str, body: object = None, *, raw: bytes | None = None
    ) -> Answered:
        answered = await self.visitor.call(method, path, body, raw=raw)
        if answered.status >= 400:
            self.refusals.append(answered)
        return answered

    async def refused(self, method: str, path: str, body: object) -> None:
        answered = await self.call(method, path, body)
        assert 400 <= answered.status < 500, answered


def forms_of(canary: str) -> list[bytes]:
    """The canary as it may lie in a file: as it is, in hexadecimal, and in base64 at each of its three offsets."""
    plain = canary.encode()
    coded = [b64encode(bytes(offset) + plain).strip(b"=") for offset in range(3)]
    # Of what stands at an offset, the first and the last sign depend on the neighbours.
    return [plain, plain.hex().encode(), *(one[4:-2] for one in coded)]


def found(canaries: list[str], where: bytes) -> list[str]:
    return [canary for canary in canaries if any(form in where for form in forms_of(canary))]


async def documented_backup(folder: Path, target: Path) -> bytes:
    """The backup as `docs/how-to/back-up.md` has it, made and looked at as it stands there."""
    copying, looking = re.findall(r"```\n(.*?python3 - .*?)```", BACK_UP, re.DOTALL)
    environment = {
        "DATA_DIR": str(folder),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # noqa: TID251 - handed on
    }

    def run(block: str) -> bytes:
        done = subprocess.run(
            ["bash", "-c", block], cwd=target, env=environment, check=True, stdout=subprocess.PIPE
        )
        return done.stdout

    await asyncio.to_thread(run, copying.partition("\ncp ")[0])
    assert await asyncio.to_thread(run, looking) == b"ok 1\n"
    return (target / "backup.db").read_bytes()


def lying_in(folder: Path) -> bytes:
    """Everything in the data folder but the key file: the database and its log, whatever they are called."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "secret.key"]
    assert any(path.name == "arcano.db-wal" and path.stat().st_size for path in files)
    return b"".join(path.read_bytes() for path in files)


@asynccontextmanager
async def a_house_full_of_canaries(
    upstream: Upstream, data_dir: Path, canaries: Canaries, **settings: str
) -> AsyncGenerator[tuple[Server, Watching]]:
    async with (
        a_server(
            data_dir,
            OPENAI_BASE_URL=upstream.base_url,
            OPENAI_API_KEY=canaries.settings_key,
            ARCANO_LOG_LEVEL="debug",
            ARCANO_LOG_FORM="json",
            settings=settings,
        ) as server,
        a_visitor(server.url) as visitor,
    ):
        yield server, Watching(visitor, [])


async def sign_in(browser: Watching, canaries: Canaries) -> None:
    """Wrongly, then rightly; the first time somebody sets the place up."""
    person = {"email": "canary@example.org", "password": canaries.password}
    await browser.call("POST", "/api/setup", {**person, "name": "Canary"})
    wrong = {**person, "password": canaries.wrong_password}
    await browser.refused("POST", "/api/session", wrong)
    assert (await browser.call("POST", "/api/session", person)).status == 201
    (cookie,) = [cookie for cookie in browser.visitor.http.cookie_jar if "session" in cookie.key]
    canaries.session = cookie.value


async def live_a_day(browser: Watching, upstream: Upstream, canaries: Canaries) -> list[Heard]:
    """Ordinary traffic, and all kinds of failures. Returns what was heard of the failures."""
    visitor = browser.visitor
    question = f"What of {canaries.question}?"

    async def answers(call: Call) -> None:
        await call.delta(reasoning_content=f"Hm, {canaries.thought}.")
        await call.say("It is ", canaries.answer, ".")
        await call.finish()

    async def refuses_and_quotes(call: Call) -> None:
        key = call.headers["authorization"].removeprefix("Bearer ")
        said = f"Bad key {key} for {canaries.vendors_words}: {call.question}"
        await call.refuse(401, {"error": {"message": said}})

    async def breaks_off(call: Call) -> None:
        await call.say(f"Half of {canaries.answer}")
        call.cut()

    async def speaks_nonsense(call: Call) -> None:
        await call.send(f"data: {{{canaries.vendors_words}\n\n".encode())
        await call.end()

    upstream.when_asked(question, answers)
    draft = {
        "kind": "openai-compatible",
        "name": "Mine",
        "base_url": upstream.base_url,
        "key": canaries.own_key,
        "models": ["mine"],
    }
    made = await browser.call("POST", "/api/connections", draft)
    assert made.status == 201, made
    place = f"/api/connections/{made.body['id']}"
    await browser.call("PATCH", place, {"key": canaries.refused_key})
    await browser.call("PATCH", place, {"key": canaries.own_key})
    await browser.call("POST", f"{place}/test")

    parameters = {"temperature": 0, "stop": [canaries.stop_word]}
    turn = await visitor.ask(question, parameters=parameters, model="mine")
    await visitor.hear_out(turn)
    conversation = f"/api/conversations/{turn.conversation_id}"
    assert (await browser.call("PATCH", conversation, {"title": canaries.title})).status == 200
    again = await visitor.ask(question, parameters=parameters, model="mine")
    await visitor.hear_out(again)

    failures: list[Heard] = []
    for number, script in enumerate((refuses_and_quotes, breaks_off, speaks_nonsense)):
        asked = f"{number}: {canaries.question}?"
        upstream.when_asked(asked, script)
        failures += await visitor.hear_out(await visitor.ask(asked, model="mine"))

    await refused_requests(browser, canaries, conversation)
    upstream.when_asked(f"{canaries.template} {canaries.row}", answers)
    upstream.when_asked(f"{canaries.template} bad {canaries.row}", refuses_and_quotes)
    rows = f"text\n{canaries.row}\nbad {canaries.row}\n".encode()
    job = await start(visitor, rows, template=f"{canaries.template} {{{{ text }}}}")
    await browser.call("PATCH", job, {"name": canaries.job})
    await ended(visitor, job)
    await browser.call("GET", f"{job}/rows")
    return failures


async def refused_requests(browser: Watching, canaries: Canaries, conversation: str) -> None:
    """What a client may do wrong, each with something in it that must not be repeated."""
    turns = f"{conversation}/turns"
    secret = {"kind": "no-such-kind", "name": [], "base_url": 7, "key": [canaries.own_key]}
    await browser.refused("POST", "/api/connections", secret)
    await browser.refused("POST", turns, {"content": {"no": canaries.question}})
    await browser.refused("POST", turns, {"content": canaries.question, "model": "none"})
    await browser.refused("POST", "/api/conversations/none/turns", {"content": "x"})
    await browser.refused("DELETE", "/api/setup", {"password": canaries.password})
    await browser.refused("GET", f"/api/nowhere/{token_hex(4)}", None)
    broken = b'{"password": "%s", "content": "%s' % (
        canaries.password.encode(),
        canaries.question.encode(),
    )
    for path in ("/api/session", turns, "/api/connections"):
        assert (await browser.call("POST", path, raw=broken)).status in (400, 422)
    huge = b'"%s' % canaries.question.encode() + b"x" * 20_000_000
    with suppress(aiohttp.ClientError):
        await browser.call("POST", turns, raw=huge)


async def power_cut(
    server: Server, browser: Watching, upstream: Upstream, canaries: Canaries
) -> None:
    """The server dies while an answer is being written of which some is stored already."""

    async def goes_on(call: Call) -> None:
        for _ in range(2000):
            await call.say(f"{canaries.cut_off} ", every=0.01)

    upstream.when_asked("And then?", goes_on)
    turn = await browser.visitor.ask("And then?", model="mine")
    with suppress(aiohttp.ClientError):
        async for heard in browser.visitor.hear(turn):
            if heard.sequence > 60:
                server.kill()


@pytest.mark.parametrize("sealing", [False, True], ids=["texts plain", "texts sealed"])
async def test_what_was_planted_lies_nowhere(
    sealing: bool, upstream: Upstream, tmp_path: Path
) -> None:
    canaries = Canaries()
    settings = {"ARCANO_SECRETS__ENCRYPT_TEXT": str(sealing).lower()}
    if sealing:
        settings["ARCANO_SECRETS__KEYS"] = canaries.sealing_key
    data_dir, logs = tmp_path / "data", ""
    async with a_house_full_of_canaries(upstream, data_dir, canaries, **settings) as house:
        server, browser = house
        await sign_in(browser, canaries)
        failures = await live_a_day(browser, upstream, canaries)
        running = lying_in(data_dir)
        backup = await documented_backup(data_dir, tmp_path)
        await power_cut(server, browser, upstream, canaries)
        killed = lying_in(data_dir)
        logs += server.log
        refusals = str([(one.body, one.headers) for one in browser.refusals]).encode()
    async with a_house_full_of_canaries(upstream, data_dir, canaries, **settings) as house:
        server, browser = house
        first_session = canaries.session
        await sign_in(browser, canaries)
        after = lying_in(data_dir)
        messages = str(await all_messages(browser.visitor))
        logs += server.log

    places = {
        "files while it runs": running,
        "backup": backup,
        "files after a power cut": killed,
        "files after the next start": after,
        "logs": logs.encode(),
        "refusals": refusals,
    }
    for name, content in places.items():
        assert found([*canaries.secrets, first_session], content) == [], name
    assert found(canaries.secrets, str(failures).encode()) == []
    lying = {name: found(canaries.words, content) for name, content in places.items()}
    assert lying["logs"] == lying["refusals"] == []
    for name in ("files while it runs", "backup", "files after a power cut"):
        if sealing:
            assert lying[name] == [], name
        else:
            # Or else this test would look in the wrong places.
            assert canaries.answer in lying[name], name
    assert not sealing or lying["files after the next start"] == []
    assert len(browser.refusals) > 0
    for word in (canaries.question, canaries.answer, canaries.thought, canaries.cut_off):
        assert word in messages


async def all_messages(visitor: Visitor) -> list[object]:
    conversations = (await visitor.get("/api/conversations")).body["items"]
    return [await visitor.messages(one["id"]) for one in conversations]


async def test_the_search_finds_what_lies_readable(tmp_path: Path) -> None:
    """In any of its forms, and in a real database file."""
    canary = planted("canary")
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("CREATE TABLE t (a)")
        database.execute("INSERT INTO t VALUES (?)", (f"before {canary} after",))
    database.close()

    assert found([canary], (tmp_path / "x.db").read_bytes()) == [canary]
    for offset in range(6):
        assert found([canary], b64encode(b"x" * offset + canary.encode() + b"more")) == [canary]
    assert found([canary], canary.encode().hex().encode()) == [canary]
    assert found([canary], b"something else") == []
