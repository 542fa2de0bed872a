"""What the ledger must say of the calls that were made, by what the stand-in wrote down; and what it says.

Nothing of the server is used here: costs, estimates and sums are worked out anew, from what is documented.
"""

import asyncio
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from tests.exact.asking import PRICES, UNPRICED, Bank, Made
from tests.exact.plan import KEPT, Planned, is_count
from tests.exact.upstream import Told
from tests.support.wire_answers import FORMATS

SETTLED_WITHIN_SECONDS = 60

Row = dict[str, Any]
Counts = tuple[int, int, int | None, bool]
"""What was read, written, what that cost, and whether any of it is an estimate."""

_SUMMED = (
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "cost_micros",
    "latency_ms",
)
_WHERE = (
    "user_id",
    "key_id",
    "group_ids",
    "door",
    "model",
    "target",
    "served_model",
    "variant",
    "currency",
)
_WHAT = ("door", "model", "target", "variant")
_WHO = ("user_id", "key_id", "group_ids")
_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_TABLES: Mapping[str, tuple[Sequence[str], int]] = {
    "usage_hours": (_WHERE, _HOUR),
    "usage_days": (_WHERE, _DAY),
    "usage_hour_totals": (_WHAT, _HOUR),
    "usage_day_totals": (_WHAT, _DAY),
    "usage_day_people": (_WHO, _DAY),
}
_SPEEDS: Mapping[str, int] = {"usage_speeds": _HOUR, "usage_speed_days": _DAY}
_BY: Mapping[str, str] = {
    "model": "model",
    "door": "door",
    "key": "key_id",
    "person": "user_id",
    "target": "target",
}


@dataclass(slots=True)
class Audit:
    """What was found. Of `wrong`, every one is something that does not add up."""

    calls: int = 0
    requests: int = 0
    refused: int = 0
    rows: int = 0
    fates: Counter[str] = field(default_factory=Counter[str])
    ways: Counter[str] = field(default_factory=Counter[str])
    outcomes: Counter[str] = field(default_factory=Counter[str])
    estimated: int = 0
    from_cache: int = 0
    unpriced: int = 0
    read: int = 0
    written: int = 0
    cost_micros: int = 0
    sums: int = 0
    budgets: int = 0
    wrong: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Expected:
    """One row: how the call ended, and which counts it may have: one, but where some of the words may have been lost on their way."""

    outcome: str
    counts: frozenset[Counts]
    from_cache: bool = False


NOTHING: Counts = (0, 0, 0, False)


async def audit(bank: Bank, calls: Sequence[Planned]) -> Audit:
    """Hold the ledger, its sums and the budgets against what was told. Returns once all calls have been settled, or too late."""
    found = Audit(calls=len(calls), requests=len(bank.made))
    found.fates = Counter(planned.fate for planned in calls)
    found.ways = Counter(planned.way.name for planned in calls)
    found.wrong += [f"{one} hung" for one in bank.hung]
    expected = expected_rows(bank, calls, found)
    rows = await _settled(bank, count=sum(map(len, expected.values())))
    planned = {one.number + place: one for one in calls for place in range(one.prompts)}
    _compare_rows(planned, expected, rows, found)
    _compare_sums(bank, rows, found)
    await _compare_usage(bank, rows, found)
    await _compare_budgets(bank, rows, found)
    if "Traceback" in bank.server.log:
        found.wrong.append(bank.server.log[-4000:])
    return found


def _all(bank: Bank, table: str) -> list[Row]:
    with sqlite3.connect(f"file:{bank.server.database}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of this file
        return [dict(row) for row in rows]


async def _settled(bank: Bank, *, count: int) -> list[Row]:
    """The rows once there are so many, none of a call that runs, and nothing is set aside; or what there is then."""
    rows: list[Row] = []
    for _ in range(SETTLED_WITHIN_SECONDS * 10):
        rows = _all(bank, "ledger")
        budgets = (await bank.owner.get("/api/budgets")).body["items"]
        is_quiet = not any(budget["reserved"] for budget in budgets)
        if is_quiet and len(rows) >= count and all(row["outcome"] != "running" for row in rows):
            break
        await asyncio.sleep(0.1)
    return rows


def expected_rows(
    bank: Bank, calls: Iterable[Planned], found: Audit
) -> dict[tuple[int, str], list[Expected]]:
    """The rows that there must be, by the number of the call and the key that it was made with."""
    made: defaultdict[int, list[Made]] = defaultdict(list)
    for one in bank.made:
        made[one.number].append(one)
    expected: defaultdict[tuple[int, str], list[Expected]] = defaultdict(list)
    for planned in calls:
        asked = made[planned.number]
        let_in = [one for one in asked if not _was_refused(planned, one)]
        found.refused += len(asked) - len(let_in)
        if planned.fate == "beyond a budget" and let_in:
            found.wrong.append(f"{planned} went beyond its budget")
        if not bank.upstream.calls[planned.number].told:
            strange = [one for one in let_in if not one.left]
            found.wrong += [
                f"{planned}: nobody was asked: {one.status} {one.body[:300]}" for one in strange
            ]
            continue
        for place in range(planned.prompts):
            told = bank.upstream.calls[planned.number + place].told
            rows = _rows_of(planned, told, let_in, place)
            if len(rows) != len(let_in):
                found.wrong.append(f"{planned}: {len(let_in)} requests were let in")
            for one, row in zip(let_in, rows, strict=False):
                expected[planned.number + place, one.key_id].append(row)
    return expected


def _was_refused(planned: Planned, made: Made) -> bool:
    """By this server: where a provider said 429, the call had been let in."""
    said = {"beyond a budget": b"The budget", "beyond a limit": b"are allowed for this key"}
    return made.status == 429 and said.get(planned.fate, b"nobody") in made.body


def _rows_of(
    planned: Planned, told: Sequence[Told], made: Sequence[Made], place: int
) -> list[Expected]:
    number = planned.number + place
    if planned.fate == "the first of two leaves":
        return [
            Expected("stopped", frozenset({NOTHING}), from_cache=True),
            Expected("finished", _counts(planned, number, told)),
        ]
    if planned.fate in KEPT:
        again = Expected("finished", frozenset({NOTHING}), from_cache=True)
        return [Expected("finished", _counts(planned, number, told)), again]
    if planned.fate == "beyond a limit":
        # Where the minute was over between the two, both were let in; and texts that come together are refused together.
        return [Expected(_outcome(planned, [one]), _counts(planned, number, [one])) for one in told]
    return [Expected(_outcome(planned, told), _counts(planned, number, told))] * len(made)


def _outcome(planned: Planned, told: Sequence[Told]) -> str:
    match planned.fate:
        case "left" | "left before a word" | "revoked" | "cancelled":
            return "stopped"
        case _:
            return "finished" if told[-1].ended else "failed"


def _counts(planned: Planned, number: int, told: Sequence[Told]) -> frozenset[Counts]:
    """What all targets together told, in every way in which it may have arrived."""
    ways = product(*(_counts_of(planned, number, one) for one in told))
    return frozenset(_added_up(parts) for parts in ways)


def _added_up(parts: Sequence[Counts]) -> Counts:
    costs = [cost for _, _, cost, _ in parts]
    return (
        sum(read for read, *_ in parts),
        sum(written for _, written, *_ in parts),
        None if None in costs else sum(cost or 0 for cost in costs),
        any(estimated for *_, estimated in parts),
    )


def _counts_of(planned: Planned, number: int, told: Told) -> list[Counts]:
    """Of one target. What it counted counts; where it counted nothing, four characters are a token."""
    if not (told.ended or told.pieces):
        return [NOTHING]
    passed = planned.passes and told.kind == planned.kind
    heard: list[Sequence[str]] = [told.pieces]
    if not (told.ended or planned.stream) or planned.fate == "switched":
        # The connection broke, and nobody can say how much of it had been read by then.
        heard = heard if told.ended else [told.pieces[:end] for end in range(len(told.pieces) + 1)]
    counted: list[Counts] = []
    for pieces in heard:
        if not (told.ended or pieces):
            counted.append(NOTHING)
            continue
        for ours in _estimates(told, pieces, passed=passed):
            read = told.read if is_count(told.read) else None
            written = told.written if is_count(told.written) else None
            estimated = read is None or written is None
            read = number if read is None else read
            written = ours if written is None else written
            counted.append((read, written, _cost(told.kind, read, written), estimated))
    return counted


def _estimates(told: Told, pieces: Sequence[str], *, passed: bool) -> list[int]:
    """How many tokens the words are thought to be; what passes unread is counted by its events."""
    by_characters = math.ceil(sum(map(len, pieces)) / 4)
    if not passed:
        return [by_characters]
    if told.whole:
        return [max(1, by_characters)]
    events = FORMATS[told.kind].tell(pieces, told.read, told.written)
    words = sum(any(piece.encode() in event for piece in pieces) for event in events)
    # Those that are about the answer may count as well, and so may what is garbled.
    return list(range(len(pieces), max(words, len(events)) + 2))


def _cost(kind: str, read: int, written: int) -> int | None:
    if kind == UNPRICED:
        return None
    dollars = PRICES[kind]
    micros = [Fraction(round(Fraction(str(price)) * 1_000_000)) for price in dollars]
    exact = (read * micros[0] + written * micros[1]) / 1_000_000
    return math.floor(exact + Fraction(1, 2))


def _compare_rows(
    calls: Mapping[int, Planned],
    expected: Mapping[tuple[int, str], Sequence[Expected]],
    rows: Sequence[Row],
    found: Audit,
) -> None:
    there: defaultdict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        there[row["estimated_input_tokens"], row["key_id"]].append(row)
    for place in sorted({*expected, *there}):
        name = str(calls.get(place[0], f"call {place[0]}, which nobody made"))
        found.wrong += _differences(name, expected.get(place, ()), there.get(place, ()))
    found.rows = len(rows)
    found.outcomes = Counter(row["outcome"] for row in rows)
    found.estimated = sum(row["estimated"] for row in rows)
    found.from_cache = sum(row["from_cache"] for row in rows)
    found.unpriced = sum(row["cost_micros"] is None for row in rows)
    found.read = sum(row["input_tokens"] for row in rows)
    found.written = sum(row["output_tokens"] for row in rows)
    found.cost_micros = sum(row["cost_micros"] or 0 for row in rows)


def _differences(name: str, expected: Sequence[Expected], rows: Sequence[Row]) -> Iterator[str]:
    if len(expected) != len(rows):
        yield f"{name}: {len(rows)} rows instead of {len(expected)}"
        return
    left = list(rows)
    for one in expected:
        fitting = next((row for row in left if _fits(one, row)), None)
        if fitting is None:
            told = ", ".join(
                f"{column}={left[0][column]}"
                for column in (
                    "outcome",
                    "error_code",
                    "input_tokens",
                    "output_tokens",
                    "cost_micros",
                    "estimated",
                )
            )
            yield f"{name}: {told}, from_cache={left[0]['from_cache']} instead of {one}"
            return
        left.remove(fitting)


def _fits(expected: Expected, row: Row) -> bool:
    counts = (
        row["input_tokens"],
        row["output_tokens"],
        row["cost_micros"],
        bool(row["estimated"]),
    )
    return (
        row["outcome"] == expected.outcome
        and bool(row["from_cache"]) == expected.from_cache
        and counts in expected.counts
    )


def _compare_sums(bank: Bank, rows: Sequence[Row], found: Audit) -> None:
    for table, (where, span) in _TABLES.items():
        summed = _sums(rows, where, span)
        there = {
            (row["hour"], *(row[name] for name in where)): {name: row[name] for name in _FIGURES}
            for row in _all(bank, table)
        }
        found.sums += len(there)
        if there != summed:
            found.wrong.append(f"{table}: {_first_difference(summed, there)}")
    for table, span in _SPEEDS.items():
        told = [
            (row["model"], row["measure"], row["hour"], row["calls"]) for row in _all(bank, table)
        ]
        calls: Counter[tuple[str, str, int]] = Counter()
        for model, measure, hour, count in told:
            calls[model, measure, hour] += count
        if calls != _speeds(rows, span):
            found.wrong.append(f"{table}: not one for each call that a model answered")
        found.sums += len(told)


_FIGURES = ("calls", "finished", "failed", "from_cache", "estimated", "unpriced", *_SUMMED)


def _sums(
    rows: Iterable[Row], where: Sequence[str], span: int
) -> dict[tuple[Any, ...], dict[str, int]]:
    sums: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in rows:
        names = [row[name] if name == "user_id" else row[name] or "" for name in where]
        place = (row["ended_at"] // span * span, *names)
        standing = sums.setdefault(place, dict.fromkeys(_FIGURES, 0))
        for name, amount in _figures(row).items():
            standing[name] += amount
    return sums


def _figures(row: Row) -> dict[str, int]:
    return {
        "calls": 1,
        "finished": row["outcome"] == "finished",
        "failed": row["outcome"] == "failed",
        "from_cache": row["from_cache"],
        "estimated": row["estimated"],
        "unpriced": row["cost_micros"] is None,
        **{name: row[name] or 0 for name in _SUMMED},
    }


def _speeds(rows: Iterable[Row], span: int) -> Counter[tuple[str, str, int]]:
    calls: Counter[tuple[str, str, int]] = Counter()
    for row in rows:
        if row["outcome"] == "finished" and not row["from_cache"]:
            hour = row["ended_at"] // span * span
            calls[row["model"], "latency", hour] += 1
            if row["first_token_ms"] is not None:
                calls[row["model"], "first-token", hour] += 1
    return calls


def _first_difference(summed: Mapping[Any, Any], there: Mapping[Any, Any]) -> str:
    place = next(place for place in {**summed, **there} if summed.get(place) != there.get(place))
    return f"at {place} {there.get(place)} instead of {summed.get(place)}"


async def _compare_usage(bank: Bank, rows: Sequence[Row], found: Audit) -> None:
    """The same, as people see it: for each way of asking, every line and the total."""
    for by, column in _BY.items():
        page = (await bank.owner.get(f"/api/usage?by={by}&everybody=true")).body
        told = {line["of"][0]["id"] or "": _seen(line["sums"]) for line in page["items"]}
        summed: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            summed[row[column] or ""].append(row)
        true = {name: _seen_of(theirs) for name, theirs in summed.items()}
        found.sums += len(told)
        if told != true:
            found.wrong.append(f"/api/usage?by={by}: {_first_difference(true, told)}")
        if _seen(page["total"]) != _seen_of(rows):
            found.wrong.append(f"/api/usage?by={by}: the total is {page['total']}")


def _seen(sums: Mapping[str, Any]) -> tuple[int, ...]:
    names = ("calls", "input_tokens", "output_tokens", "cost_micros")
    return tuple(sums[name] or 0 for name in names)


def _seen_of(rows: Sequence[Row]) -> tuple[int, ...]:
    names = ("input_tokens", "output_tokens", "cost_micros")
    return (len(rows), *(sum(row[name] or 0 for row in rows) for name in names))


async def _compare_budgets(bank: Bank, rows: Sequence[Row], found: Audit) -> None:
    for budget in (await bank.owner.get("/api/budgets")).body["items"]:
        theirs = [row for row in rows if _pays_into(row, budget)]
        names = ("cost_micros",) if budget["unit"] == "money" else ("input_tokens", "output_tokens")
        used = sum(row[name] or 0 for row in theirs for name in names)
        found.budgets += 1
        if (budget["used"], budget["reserved"]) != (used, 0):
            found.wrong.append(
                f"budget {budget['name']}: {budget['used']} used and {budget['reserved']} set aside instead of {used} and 0"
            )


def _pays_into(row: Row, budget: Mapping[str, Any]) -> bool:
    subject = budget["subject_id"]
    match budget["scope"]:
        case "organisation":
            return True
        case "group":
            return f'"{subject}"' in row["group_ids"]
        case "person":
            return row["user_id"] == subject
        case "key":
            return row["key_id"] == subject
        case _:
            return row["model"] == subject
