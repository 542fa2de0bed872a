"""Checking the trail: whatever somebody does to the file behind our back, the first row that it shows in is named."""

import sqlite3

import pytest
from sqlalchemy import select
from tests.support.audit_house import AuditHouse, audit_house

from arcano.audit import Anchor, AuditBeingVerifiedError, BadAnchorError, ChainCheck, Fault
from arcano.platform.audit_records import AUDIT_RECORDS, AuditRecord, digest_of

COLUMNS = [column.name for column in AUDIT_RECORDS.c if column.name != "sequence"]


def altering(sequence: int, column: str, value: str) -> str:
    return f"UPDATE audit_records SET {column} = {value} WHERE sequence = {sequence}"  # noqa: S608 - our own words


async def check(house: AuditHouse, *anchors: Anchor) -> ChainCheck:
    walk = ChainCheck(anchors)

    def unit(connection: object) -> bool:
        return walk.step(connection, at_once=4)  # pyright: ignore[reportArgumentType]  # the database's connection

    while await house.database.read(unit):
        pass
    return walk


async def anchor_of(house: AuditHouse, sequence: int) -> Anchor:
    column = select(AUDIT_RECORDS.c.hash).where(AUDIT_RECORDS.c.sequence == sequence)
    found = await house.database.read(lambda c: c.scalar(column))
    assert found is not None
    return Anchor(sequence, found.hex())


def found(walk: ChainCheck) -> tuple[str, int]:
    assert walk.fault is not None
    return walk.fault.kind, walk.fault.sequence


async def test_a_trail_that_nobody_touched_is_whole(house: AuditHouse) -> None:
    await house.do_many(9)

    walk = await check(house)

    assert walk.fault is None
    assert walk.rows == 9
    assert walk.head == await anchor_of(house, 9)


async def test_a_trail_without_a_row_is_whole(house: AuditHouse) -> None:
    walk = await check(house)

    assert (walk.fault, walk.rows, walk.head) == (None, 0, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "at + 1"),
        ("at", "'yesterday'"),
        ("at", "9e18"),
        ("action", "'route.changed'"),
        ("outcome", "'refused'"),
        ("actor_kind", "'system'"),
        ("actor_id", "'eve'"),
        ("actor_id", "NULL"),
        ("actor_name", "'Eve'"),
        ("subject_kind", "NULL"),
        ("subject_id", "'r-2'"),
        ("address", "'198.51.100.1'"),
        ("request_id", "'req-2'"),
        ("user_agent", "'Another browser'"),
        ("user_agent", "CAST(x'ff' AS TEXT)"),
        ("details", "'{\"number\":77}'"),
        ("details", "'no JSON'"),
        ("details", "x'00'"),
        ("previous", "zeroblob(32)"),
        ("previous", "'text'"),
        ("hash", "zeroblob(32)"),
    ],
)
async def test_an_altered_row_is_named_whatever_of_it_was_altered(
    house: AuditHouse, column: str, value: str
) -> None:
    assert column in COLUMNS
    await house.do_many(9)
    await house.tamper(altering(6, column, value))

    walk = await check(house)

    assert found(walk) == ("altered", 6)
    assert walk.rows == 5


async def test_every_column_is_tried_above() -> None:
    marks = test_an_altered_row_is_named_whatever_of_it_was_altered.pytestmark  # pyright: ignore[reportFunctionMemberAccess]  # pytest puts it there
    assert {column for column, _ in marks[0].args[1]} == set(COLUMNS)


@pytest.mark.parametrize("sequence", [1, 5])
async def test_a_row_that_was_altered_together_with_its_hash_is_named(
    house: AuditHouse, sequence: int
) -> None:
    await house.do_many(9)
    await house.tamper(altering(sequence, "actor_id", "'eve'"))
    await give_hash(house, sequence)

    assert found(await check(house)) == ("altered", sequence)


@pytest.mark.parametrize("sequence", [1, 6])
async def test_a_missing_row_is_named(house: AuditHouse, sequence: int) -> None:
    await house.do_many(9)
    await house.tamper(f"DELETE FROM audit_records WHERE sequence = {sequence}")  # noqa: S608 - our own words

    assert found(await check(house)) == ("missing", sequence)


async def test_a_row_that_is_missing_without_a_gap_is_named_by_the_one_in_its_place(
    house: AuditHouse,
) -> None:
    await house.do_many(9)
    await house.tamper(
        "DELETE FROM audit_records WHERE sequence = 4",
        "UPDATE audit_records SET sequence = sequence - 1 WHERE sequence > 4",
    )

    walk = await check(house)

    assert walk.fault == Fault(4, "moved", "Row 4 is not in its place. It was written as row 5.")


async def test_swapped_rows_are_named(house: AuditHouse) -> None:
    await house.do_many(9)
    await house.tamper(
        "UPDATE audit_records SET sequence = 100 WHERE sequence = 3",
        "UPDATE audit_records SET sequence = 3 WHERE sequence = 7",
        "UPDATE audit_records SET sequence = 7 WHERE sequence = 100",
    )

    walk = await check(house)

    assert walk.fault == Fault(3, "moved", "Row 3 is not in its place. It was written as row 7.")


async def test_a_row_that_was_put_in_is_named(house: AuditHouse) -> None:
    await house.do_many(9)
    names = ", ".join(COLUMNS)
    copy = f"SELECT 10, {names} FROM audit_records WHERE sequence = 2"  # noqa: S608 - our own words
    await house.tamper(f"INSERT INTO audit_records (sequence, {names}) {copy}")

    assert found(await check(house)) == ("moved", 10)


async def test_a_tail_that_was_cut_off_shows_against_an_anchor_and_only_there(
    house: AuditHouse,
) -> None:
    await house.do_many(9)
    last = await anchor_of(house, 9)
    await house.tamper("DELETE FROM audit_records WHERE sequence > 6")

    assert (await check(house)).fault is None
    walk = await check(house, last)

    assert found(walk) == ("missing", 7)
    assert "rows up to 9" in (walk.fault or Fault(0, "missing", "")).detail


async def test_a_tail_that_was_cut_off_and_written_anew_shows_against_an_anchor(
    house: AuditHouse,
) -> None:
    await house.do_many(9)
    anchors = [await anchor_of(house, n) for n in (3, 8)]
    await house.tamper("DELETE FROM audit_records WHERE sequence > 6")
    async with audit_house(house.path.parent) as after_a_restart:
        await after_a_restart.do_many(5)

    assert (await check(house)).fault is None
    walk = await check(house, *anchors)

    assert found(walk) == ("rewritten", 4)
    assert walk.rows == 3


async def test_a_tail_that_was_cut_off_under_a_running_server_shows_with_its_next_act(
    house: AuditHouse,
) -> None:
    await house.do_many(9)
    await house.tamper("DELETE FROM audit_records WHERE sequence > 6")
    await house.do_many(1)

    assert found(await check(house)) == ("missing", 7)


async def test_anchors_that_agree_are_agreed_with_by_the_beginning_of_their_hash(
    house: AuditHouse,
) -> None:
    await house.do_many(9)
    long = await anchor_of(house, 9)
    short = Anchor(4, (await anchor_of(house, 4)).hash[:16])

    assert (await check(house, long, short)).fault is None


def test_anchors_are_read_from_a_log_in_either_form() -> None:
    digest = "0a1b2c3d" * 8
    lines = [
        f"09:00:00 INFO     arcano.audit.anchors  audit head is 12:{digest}\n",
        f'{{"message":"audit head is 13:{digest}","level":"INFO"}}\n',
        "audit head is nobody knows\n",
    ]

    assert Anchor.all_in(lines) == [Anchor(12, digest), Anchor(13, digest)]
    assert Anchor.parse(f" 12:{digest.upper()} ") == Anchor(12, digest)


@pytest.mark.parametrize(
    "text", ["", "12", "12:", "12:abc", "x:0a1b2c3d0a1b2c3d", "-1:" + "a" * 64]
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(BadAnchorError):
        Anchor.parse(text)


async def test_a_server_checks_once_at_a_time_and_remembers_what_it_found(
    house: AuditHouse,
) -> None:
    await house.do_many(3)
    verifier = house.audit.verifier
    first = verifier.verify([])
    waiting = first.__await__()
    next(waiting)

    with pytest.raises(AuditBeingVerifiedError):
        await verifier.verify([])

    first.close()
    verdict = await verifier.verify([])
    assert verifier.latest == verdict
    assert (verdict.rows, verdict.complete, verdict.fault) == (3, True, None)


async def give_hash(house: AuditHouse, sequence: int) -> None:
    """Forge the hash that an altered row would have had."""
    row = select(*AUDIT_RECORDS.c).where(AUDIT_RECORDS.c.sequence == sequence)
    record = await house.database.read(lambda c: AuditRecord.of_row(c.execute(row).one()))
    connection = sqlite3.connect(house.path)
    with connection:
        statement = "UPDATE audit_records SET hash = ? WHERE sequence = ?"
        connection.execute(statement, (digest_of(record), sequence))
    connection.close()
