"""People come, change and go, through the real server: invited by a link, out within a second, deleted for good."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.server.test_sign_out import SESSION_ENDED, last_word
from tests.support.house import a_house
from tests.support.mailbox import a_mailbox
from tests.support.server import Server
from tests.support.upstream import Upstream, says, words
from tests.support.visitor import EMAIL, PASSWORD, Visitor, a_visitor

from arcano.entrypoints.password_link import password_link
from arcano.entrypoints.settings import Settings
from arcano.identity.errors import PersonNotFoundError
from arcano.platform.errors import StorageError

GRACE = "grace@example.org"


async def invited(owner: Visitor, **draft: object) -> str:
    made = await owner.post("/api/invitations", draft)
    assert made.status == 201, made
    return made.body["token"]


async def joins(visitor: Visitor, token: str, *, email: str = GRACE) -> str:
    """The id of whoever joined, who is signed in from here on."""
    draft = {"token": token, "name": "Grace", "email": email, "password": PASSWORD}
    joined = await visitor.post("/api/invitations/accept", draft)
    assert joined.status == 201, joined
    return joined.body["id"]


@asynccontextmanager
async def with_grace(
    upstream: Upstream, tmp_path: Path, **settings: str
) -> AsyncGenerator[tuple[Server, Visitor, Visitor, str]]:
    """A house with its owner, and Grace, who joined by an invitation; and her id."""
    async with (
        a_house(upstream, tmp_path / "data", settings=settings) as (server, owner),
        a_visitor(server.url) as grace,
    ):
        yield server, owner, grace, await joins(grace, await invited(owner))


async def test_of_fifty_who_use_one_link_at_once_one_joins(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with (
        a_house(upstream, tmp_path / "data") as (server, owner),
        a_visitor(server.url) as crowd,
    ):
        token = await invited(owner)

        answers = await asyncio.gather(
            *(
                crowd.post(
                    "/api/invitations/accept",
                    {
                        "token": token,
                        "name": "P",
                        "email": f"p{n}@example.org",
                        "password": PASSWORD,
                    },
                )
                for n in range(50)
            )
        )
        people = (await owner.get("/api/people")).body["items"]

    assert sorted(answer.status for answer in answers) == [201] + [410] * 49
    assert {answer.code for answer in answers if answer.status == 410} == {"link-spent"}
    assert len(people) == 2


async def test_whoever_is_disabled_is_out_within_a_second_and_what_runs_for_them_stops(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.when_asked("Until when?", says(*words(1000), every=0.01))
    async with with_grace(upstream, tmp_path) as (_, owner, grace, grace_id), grace.socket() as ws:
        turn = await grace.ask("Until when?")
        async with asyncio.TaskGroup() as tasks:
            streaming = tasks.create_task(grace.hear_out(turn))
            silent = tasks.create_task(last_word(ws.connection))
            await asyncio.sleep(0.3)

            asked_at = time.monotonic()
            changed = await owner.call("PATCH", f"/api/people/{grace_id}", {"state": "disabled"})
        took = time.monotonic() - asked_at
        refused = await grace.get("/api/me")
        again = await grace.post("/api/session", {"email": GRACE, "password": PASSWORD})
        await owner.call("PATCH", f"/api/people/{grace_id}", {"state": "active"})
        back = await grace.post("/api/session", {"email": GRACE, "password": PASSWORD})
        stopped = await grace.turn(turn)

    assert changed.status == 200
    assert took < 1
    assert silent.result() == SESSION_ENDED
    assert streaming.result()
    assert (refused.status, refused.code) == (401, "not-signed-in")
    assert (again.status, again.code) == (403, "account-disabled")
    assert back.status == 201
    assert stopped["status"] == "stopped"


async def test_what_a_role_allows_holds_at_once_for_whoever_has_it(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with with_grace(upstream, tmp_path) as (_, owner, grace, _id), grace.socket() as ws:
        before = await grace.get("/api/models")
        await owner.call("PATCH", "/api/roles/member", {"permissions": ["person.read"]})

        closed = await last_word(ws.connection)
        after = await grace.get("/api/models")
        changed = (await owner.get("/api/roles")).body["items"][2]
        await owner.call("DELETE", "/api/roles/member")
        back = await grace.get("/api/models")

    assert (before.status, after.status, back.status) == (200, 403, 200)
    assert closed != SESSION_ENDED
    assert (changed["changed"], changed["people"]) == (True, 1)


async def test_of_whoever_deletes_their_account_nothing_is_left(
    upstream: Upstream, tmp_path: Path
) -> None:
    secret = "the-lighthouse-keeper-sleeps"
    upstream.when_asked(secret, says(*words(1000), every=0.01))
    async with with_grace(upstream, tmp_path) as (server, _, grace, grace_id):
        turn = await grace.ask(secret)
        await asyncio.sleep(0.5)
        lost = (await grace.get("/api/me/belongings")).body
        wrong = await grace.post("/api/me/delete", {"password": "not my password"})

        gone = await grace.post("/api/me/delete", {"password": PASSWORD})

        refused = await grace.post("/api/session", {"email": GRACE, "password": PASSWORD})
        left = await asyncio.to_thread(rows_that_hold, server.database, grace_id, secret, turn.id)

    assert lost["conversations"] == 1
    assert wrong.code == "wrong-credentials"
    assert gone.status == 204
    assert refused.code == "wrong-credentials"
    assert left == []


def rows_that_hold(database: Path, *texts: str) -> list[str]:
    """The tables in which any of the texts stands, but for what others must hear for an hour, and who did what."""
    with sqlite3.connect(database) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in ("identity_changes", "audit_records")
        ]
        found = {
            name: repr(connection.execute(f'SELECT * FROM "{name}"').fetchall())  # noqa: S608
            for name in tables
        }
    return [name for name, rows in found.items() if any(text in rows for text in texts)]


async def test_one_device_or_all_others_are_signed_out(upstream: Upstream, tmp_path: Path) -> None:
    credentials = {"email": GRACE, "password": PASSWORD}
    async with (
        with_grace(upstream, tmp_path) as (server, owner, here, _),
        a_visitor(server.url) as there,
        a_visitor(server.url) as elsewhere,
    ):
        for visitor in (there, elsewhere):
            await visitor.post("/api/session", credentials)
        listed = (await here.get("/api/me/sessions")).body["items"]
        there_id = (await there.get("/api/me/sessions")).body["items"][0]["id"]

        stranger = await owner.call("DELETE", f"/api/me/sessions/{there_id}")
        one = await here.call("DELETE", f"/api/me/sessions/{there_id}")
        after_one = [(await v.get("/api/me")).status for v in (here, there, elsewhere)]
        changed = await here.call(
            "PUT", "/api/me/password", {"old": PASSWORD, "new": "another horse battery"}
        )
        after_all = [(await v.get("/api/me")).status for v in (here, elsewhere)]

    assert [device["this"] for device in listed] == [True, False, False]
    assert stranger.code == "session-not-found"
    assert (one.status, changed.status) == (204, 204)
    assert after_one == [200, 401, 200]
    assert after_all == [200, 401]


async def test_an_invitation_and_a_forgotten_password_go_by_mail_where_there_is_a_server(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with a_mailbox() as mailbox:
        mail = {
            "ARCANO_IDENTITY__MAIL__HOST": "127.0.0.1",
            "ARCANO_IDENTITY__MAIL__PORT": str(mailbox.port),
            "ARCANO_IDENTITY__MAIL__STARTTLS": "false",
            "ARCANO_IDENTITY__MAIL__SENDER": "arcano@example.org",
            "ARCANO_IDENTITY__MAIL__PAGE_URL": "https://chat.example.org",
        }
        async with (
            a_house(upstream, tmp_path / "data", settings=mail) as (server, owner),
            a_visitor(server.url) as grace,
        ):
            made = await owner.post("/api/invitations", {"email": GRACE})
            letter = await mailbox.next()
            assert made.body["mailed"]
            assert "To: grace@example.org" in letter
            await joins(grace, letter.split("https://chat.example.org/join#")[1].split()[0])

            unknown = await grace.post("/api/password-resets", {"email": "no@example.org"})
            known = await grace.post("/api/password-resets", {"email": GRACE})
            token = (await mailbox.next()).split("https://chat.example.org/reset#")[1].split()[0]
            used = await grace.post(
                "/api/password-resets/use", {"token": token, "password": "another horse battery"}
            )
            twice = await grace.post(
                "/api/password-resets/use", {"token": token, "password": "a third horse battery"}
            )

    assert (unknown.status, unknown.body) == (known.status, known.body)
    assert used.status == 201
    assert twice.code == "link-spent"


async def test_the_workspace_is_handed_over_by_the_owner_who_knows_the_password(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with with_grace(upstream, tmp_path) as (_, owner, grace, grace_id):
        wrong = await owner.post("/api/me/hand-over", {"to": grace_id, "password": "wrong horse"})
        stolen = await grace.post("/api/me/hand-over", {"to": grace_id, "password": PASSWORD})
        done = await owner.post("/api/me/hand-over", {"to": grace_id, "password": PASSWORD})
        heir = (await grace.get("/api/me")).body

    assert (wrong.code, stolen.code) == ("wrong-credentials", "not-allowed")
    assert (done.body["email"], done.body["role_name"]) == (EMAIL, "Admin")
    assert heir["role"] == "owner"


async def test_a_program_of_the_owners_that_hands_the_workspace_over_hears_that_it_is_done(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with (
        with_grace(upstream, tmp_path) as (server, _, grace, grace_id),
        a_visitor(server.url) as program,
    ):
        tokens = (await program.post("/api/tokens", {"email": EMAIL, "password": PASSWORD})).body
        done = await program.call(
            "POST",
            "/api/me/hand-over",
            {"to": grace_id, "password": PASSWORD},
            headers={"Authorization": f"Bearer {tokens['access_token']}"},
        )
        heir = (await grace.get("/api/me")).body

    assert (done.status, heir["role"]) == (200, "owner")
    assert (done.body["email"], done.body["role_name"]) == (EMAIL, "Admin")
    assert "role.manage" not in done.body["permissions"]


async def test_whoever_holds_the_machine_lets_the_owner_back_in(
    upstream: Upstream, tmp_path: Path
) -> None:
    async with (
        a_house(upstream, tmp_path / "data") as (server, _),
        a_visitor(server.url) as visitor,
    ):
        settings = Settings(data_dir=server.data_dir)
        link = await asyncio.to_thread(password_link, EMAIL, settings=settings)
        chosen = {"token": link.removeprefix("/reset#"), "password": "another horse battery"}

        used = await visitor.post("/api/password-resets/use", chosen)

        with pytest.raises(PersonNotFoundError):
            await asyncio.to_thread(password_link, "nobody@example.org", settings=settings)
    assert (used.status, used.body["role"]) == (201, "owner")
    with pytest.raises(StorageError):
        password_link(EMAIL, settings=Settings(data_dir=tmp_path / "elsewhere"))
