"""What one conversation used, counted from the rows: how many, and not only whether any."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from tests.support.fresh_database import a_database

from arcano.usage import usage_of_conversation
from arcano.usage.tables import LEDGER

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def a_row(number: int, *, cost_micros: int | None) -> dict[str, Any]:
    unsaid = dict.fromkeys(column.name for column in LEDGER.c)
    return {
        **unsaid,
        "id": f"call {number}",
        "began_at": NOON,
        "ended_at": NOON,
        "group_ids": "[]",
        "door": "page",
        "conversation_id": "c1",
        "message_id": "m1",
        "model": "fast",
        "estimated": True,
        "estimated_input_tokens": 1,
        "estimated_output_tokens": 1,
        "input_tokens": 3,
        "output_tokens": 2,
        "cost_micros": cost_micros,
        "latency_ms": 1,
        "outcome": "finished",
        "from_cache": False,
    }


async def test_of_an_answer_that_took_several_calls_each_unknown_price_counts(
    tmp_path: Path,
) -> None:
    database = await a_database(tmp_path / "arcano.db")
    rows = [a_row(0, cost_micros=None), a_row(1, cost_micros=None), a_row(2, cost_micros=5)]
    await database.write(lambda c: c.execute(insert(LEDGER), rows))

    (used,) = await database.read(lambda c: usage_of_conversation(c, "c1"))

    assert (used.calls, used.unpriced, used.estimated, used.cost_micros) == (3, 2, 3, 5)
    database.close()
