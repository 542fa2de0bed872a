"""The doors of the audit trail: what is found, who may look, and that looking and taking out are acts themselves."""

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from tests.support.acts import acts_in, recorded
from tests.support.audit_house import ADA, EVE, AuditHouse, an_act

from arcano.audit.anchors import AnchorKeeper
from arcano.platform.acts import SYSTEM, Act


async def page(house: AuditHouse, **query: object) -> dict[str, Any]:
    answer = await house.ask("GET", f"/api/audit?{urlencode(query)}")
    assert answer.status == 200, answer
    return answer.json


async def lines(house: AuditHouse, **query: object) -> list[dict[str, Any]]:
    answer = await house.ask("GET", f"/api/audit/export?{urlencode(query)}")
    assert answer.status == 200, answer
    return [orjson.loads(line) for line in answer.body.splitlines()]


async def found(house: AuditHouse, **query: object) -> list[str]:
    """The numbers that the acts below were given, newest first."""
    items = (await page(house, **query))["items"]
    return [str(item["details"]["n"]) for item in items if "n" in item["details"]]


@pytest.fixture
async def busy(house: AuditHouse) -> AuditHouse:
    """A house in which six things happened, a minute apart."""
    await house.do(
        an_act("route.made", n=1),
        an_act("route.changed", EVE, n=2).ended("failed", code="route-changed"),
        an_act("cache.cleared", EVE, "r-2", n=3),
        an_act("route.removed", ADA, "r-2", n=4).ended("refused"),
        Act("conversations.purged", SYSTEM, details={"n": 5}),
        an_act("route-book.read", ADA, "100%_sure", n=6),
    )
    return house


async def test_the_newest_is_first_and_shown_with_all_that_is_known(busy: AuditHouse) -> None:
    items = (await page(busy))["items"]

    assert [item["action"] for item in items[:2]] == ["audit.read", "route-book.read"]
    first = items[-1]
    assert first["sequence"] == 1
    assert first["actor"] == {"kind": "person", "id": "ada", "name": "Ada"}
    assert first["subject"] == {"kind": "route", "id": "r-1"}
    assert first["origin"] == {
        "address": "192.0.2.7",
        "request_id": "req-1",
        "user_agent": "A browser",
    }
    assert first["details"] == {"n": 1}
    assert first["outcome"] == "done"
    assert first["at"] == "2026-11-21T09:01:00Z"
    assert items[-2]["previous"] == first["hash"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"actor": "eve"}, "32"),
        ({"actor": "nobody"}, ""),
        ({"action": "route."}, "421"),
        ({"action": "route"}, "6421"),
        ({"action": "route.removed"}, "4"),
        ({"subject": "r-2"}, "43"),
        ({"outcome": "done"}, "6531"),
        ({"outcome": "failed"}, "2"),
        ({"outcome": "refused"}, "4"),
        ({"since": "2026-11-21T09:03:00Z"}, "6543"),
        ({"until": "2026-11-21T09:03:00Z"}, "21"),
        ({"since": "2026-11-21T10:02:00+01:00", "until": "2026-11-21T09:04:00Z"}, "32"),
        ({"text": "EVE"}, "32"),
        ({"text": "eve cleared"}, "3"),
        ({"text": "route-changed"}, "2"),
        ({"text": "192.0.2.7"}, "64321"),
        ({"text": "100%_"}, "6"),
        ({"text": "1%s"}, ""),
        ({"text": "nothing like this"}, ""),
        ({"actor": "ada", "action": "route.", "outcome": "refused", "text": "r-2"}, "4"),
        ({"actor": "", "action": "", "subject": "", "text": ""}, "654321"),
    ],
)
async def test_a_filter_finds_what_it_names(
    busy: AuditHouse, query: dict[str, object], expected: str
) -> None:
    assert await found(busy, **query) == list(expected)


@pytest.mark.parametrize(
    "query",
    [
        {"outcome": "perhaps"},
        {"action": "route%"},
        {"since": "2026-11-21T09:03:00"},
        {"cursor": "-1"},
        {"limit": 0},
        {"limit": 1000},
        {"text": "x" * 201},
    ],
)
async def test_what_cannot_be_asked_is_refused(house: AuditHouse, query: dict[str, object]) -> None:
    answer = await house.ask("GET", f"/api/audit?{urlencode(query)}")

    assert (answer.status, answer.json["code"]) == (422, "invalid-input")


async def test_pages_follow_one_another_although_more_is_done_meanwhile(
    busy: AuditHouse,
) -> None:
    numbers: list[int] = []
    cursor: int | None = None
    while cursor is not None or not numbers:
        answer = await page(busy, limit=2, **({} if cursor is None else {"cursor": cursor}))
        numbers += [item["sequence"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        await busy.do(an_act(n=9))

    assert numbers == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "query", [{}, {"actor": "eve"}, {"action": "route."}, {"outcome": "refused"}, {"text": "r-2"}]
)
async def test_what_is_taken_out_is_what_is_shown(
    busy: AuditHouse, query: dict[str, object]
) -> None:
    shown = (await page(busy, **query))["items"]

    out = await lines(busy, **query)

    known = {item["sequence"] for item in shown}
    newer = [line for line in out if line["sequence"] not in known]
    assert [line["action"] for line in newer] == (["audit.exported"] if not query else [])
    assert [line for line in out if line["sequence"] in known] == shown[::-1]


async def test_whoever_has_the_lines_checks_the_chain_with_nothing_of_ours(
    busy: AuditHouse,
) -> None:
    out = await lines(busy)

    before = "00" * 32
    for number, line in enumerate(out, 1):
        digest = line.pop("hash")
        canonical = orjson.dumps(line, option=orjson.OPT_SORT_KEYS)
        assert (line["sequence"], line["previous"]) == (number, before)
        assert hashlib.sha256(canonical).hexdigest() == digest
        before = digest
    assert len(out) == 7


async def test_taking_out_is_an_act_that_names_no_search(busy: AuditHouse) -> None:
    await lines(busy, text="a secret search", actor="eve")

    last = (await recorded(busy.database))[-1]
    assert (last.action, last.actor_name) == ("audit.exported", "Ada")
    assert last.details == '{"filters":"actor, text"}'


async def test_a_large_trail_is_taken_out_bit_by_bit_and_whole(house: AuditHouse) -> None:
    await house.do_many(1234)

    out = await lines(house)

    assert [line["sequence"] for line in out] == list(range(1, 1236))


async def test_a_look_is_an_act_once_and_not_for_every_page(house: AuditHouse) -> None:
    for _ in range(3):
        await page(house, text="x")
    house.clock.pass_by(timedelta(minutes=11))
    await page(house)

    assert await acts_in(house.database) == [("audit.read", "done")] * 2


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/audit"), ("GET", "/api/audit/export"), ("POST", "/api/audit/verify")],
)
async def test_who_may_not_see_others_deeds_sees_none(
    busy: AuditHouse, method: str, path: str
) -> None:
    busy.role = "member"

    answer = await busy.ask(method, path)

    assert answer.status == 403
    assert b"Eve" not in answer.body
    assert len(await recorded(busy.database)) == 6


async def test_a_check_says_how_far_all_is_well_and_is_shown_with_the_page(
    busy: AuditHouse,
) -> None:
    assert (await page(busy))["verified"] is None
    busy.clock.pass_by(timedelta(hours=1))

    verdict = (await busy.ask("POST", "/api/audit/verify")).json

    assert (verdict["rows"], verdict["complete"], verdict["fault"]) == (7, True, None)
    assert verdict["head"].startswith("7:")
    assert verdict["checked_at"] == "2026-11-21T10:06:00Z"
    assert (await recorded(busy.database))[-1].details == '{"rows":7,"whole":true}'
    assert (await page(busy))["verified"] == verdict


async def test_a_check_names_what_was_altered(busy: AuditHouse) -> None:
    await busy.tamper("UPDATE audit_records SET actor_id = 'mallory' WHERE sequence = 3")

    verdict = (await busy.ask("POST", "/api/audit/verify")).json

    assert (verdict["rows"], verdict["fault"]["sequence"]) == (2, 3)
    assert verdict["fault"]["detail"].startswith("Row 3 was altered.")


async def test_the_head_is_written_into_the_log_when_it_has_moved(
    house: AuditHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "arcano.audit")
    keeper = AnchorKeeper(house.database, house.audit.acts)
    await keeper.anchor()
    await house.do(an_act())
    await keeper.anchor()
    await keeper.anchor()
    await house.do(an_act())
    await keeper.anchor()

    hashes = [record.hash.hex() for record in await recorded(house.database)]
    assert caplog.messages == [f"audit head is 1:{hashes[0]}", f"audit head is 2:{hashes[1]}"]


async def test_a_tail_cut_off_behind_the_log_is_seen_by_the_server_itself(
    busy: AuditHouse,
) -> None:
    await busy.audit.anchors.anchor()
    await busy.tamper("DELETE FROM audit_records WHERE sequence > 4")

    verdict = (await busy.ask("POST", "/api/audit/verify")).json

    assert (verdict["fault"]["kind"], verdict["fault"]["sequence"]) == ("missing", 5)
