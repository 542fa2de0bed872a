"""Whatever a server does wrong, in whichever wire format: one ending, the kept text, and another target if there is one.

Each fault is asked for twice: from the faulty server alone, and through a route on which a calm one of the next
format stands second. What is special to one format is in tests/providers; what OpenAI's says wrong, in
`test_upstream_fails.py`.
"""

import asyncio
import gzip
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
import pytest_asyncio
from tests.support.faulty_upstream import (
    ANSWER,
    PIECES,
    Fault,
    FaultyUpstream,
    a_faulty_upstream,
    asking_for,
    tell,
)
from tests.support.server import CANARY_KEY, a_server
from tests.support.upstream import Call
from tests.support.visitor import (
    Visitor,
    closing_of,
    signed_in_visitor,
    text_heard,
    text_of,
)
from tests.support.wire_answers import FORMATS, WireFormat

FIRST_WORD_SECONDS = 0.6
"""The patience with what stays silent."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the server does, the code the turn fails with (None: it finishes), and what must be kept."""

    fault: Fault
    code: str | None
    keeps: str = ""
    silent: bool = False
    codes_of: dict[str, str] = field(default_factory=dict[str, str])
    """Where a format says less than the others."""


def events_of(format_: WireFormat) -> list[bytes]:
    return format_.events(*PIECES)


def up_to_first_piece(format_: WireFormat) -> list[bytes]:
    """The events until the first piece of text is told."""
    events = events_of(format_)
    return events[: 1 + next(place for place, one in enumerate(events) if b"Half an owl" in one)]


async def begins(call: Call, format_: WireFormat) -> None:
    await call.head(media_type=format_.media_type)
    for event in up_to_first_piece(format_):
        await call.send(event)
    await asyncio.sleep(0.02)


def refuses(status: int, **headers: str) -> Fault:
    async def fault(call: Call, _: WireFormat) -> None:
        body = {"error": {"message": f"That is {status}.", "type": "some_error"}}
        await call.refuse(
            status, body, headers={name.replace("_", "-"): to for name, to in headers.items()}
        )

    return fault


async def redirects(call: Call, format_: WireFormat) -> None:
    await call.refuse(307, b"", headers={"Location": f"/{format_.kind}/elsewhere"})


async def never_answers(_call: Call, _: WireFormat) -> None:
    await asyncio.Event().wait()


async def answers_too_late(call: Call, format_: WireFormat) -> None:
    await asyncio.sleep(2 * FIRST_WORD_SECONDS)
    await tell(call, format_, *PIECES)


async def drips_nothing_for_ever(call: Call, format_: WireFormat) -> None:
    await call.head(media_type=format_.media_type)
    while True:
        await call.send(b"\n" if format_.kind == "ollama" else b": still here\n\n")
        await asyncio.sleep(0.05)


async def falls_silent(call: Call, format_: WireFormat) -> None:
    await begins(call, format_)
    await asyncio.Event().wait()


async def drips(call: Call, format_: WireFormat) -> None:
    await call.head(media_type=format_.media_type)
    wire = b"".join(events_of(format_))
    for place in range(0, len(wire), 3):
        await call.send(wire[place : place + 3])
        await asyncio.sleep(0)
    await call.end()


async def says_all_at_once(call: Call, format_: WireFormat) -> None:
    await call.head(media_type=format_.media_type)
    await call.send(b"".join(events_of(format_)))
    await call.end()


async def halves_a_character(call: Call, format_: WireFormat) -> None:
    wire = b"".join(events_of(format_))
    place = wire.index("🦉".encode()) + 2
    await call.head(media_type=format_.media_type)
    for half in (wire[:place], wire[place:]):
        await call.send(half)
        await asyncio.sleep(0.02)
    await call.end()


async def compresses(call: Call, format_: WireFormat) -> None:
    await call.head(media_type=format_.media_type, headers={"Content-Encoding": "gzip"})
    await call.send(gzip.compress(b"".join(events_of(format_))))
    await call.end()


async def compresses_and_cuts(call: Call, format_: WireFormat) -> None:
    await call.head(media_type=format_.media_type, headers={"Content-Encoding": "gzip"})
    await call.send(gzip.compress(b"".join(events_of(format_)))[:15])
    await asyncio.sleep(0.02)
    call.cut()


async def says_ten_megabytes_at_once(call: Call, format_: WireFormat) -> None:
    await begins(call, format_)
    monster = next(one for one in format_.events("x" * 10_000_000) if len(one) > 10_000_000)
    for place in range(0, len(monster), 500_000):
        await call.send(monster[place : place + 500_000])


def counts(usage: object) -> Fault:
    async def fault(call: Call, format_: WireFormat) -> None:
        await tell(call, format_, *PIECES, usage=usage)

    return fault


async def loses_its_key(call: Call, format_: WireFormat) -> None:
    await begins(call, format_)
    await call.send(format_.key_refused)


async def resets(call: Call, format_: WireFormat) -> None:
    await begins(call, format_)
    call.cut()


async def resets_at_once(call: Call, _: WireFormat) -> None:
    call.cut()


async def ends_without_its_end(call: Call, format_: WireFormat) -> None:
    await begins(call, format_)
    await call.end()


async def talks_tls(call: Call, _: WireFormat) -> None:
    await call.send_bare(b"\x15\x03\x01\x00\x02\x02\x46")


async def nests_without_a_bottom(call: Call, format_: WireFormat) -> None:
    await begins(call, format_)
    framed = b"%s\n" if format_.kind == "ollama" else b"data: %s\n\n"
    await call.send(framed % (b"[" * 100_000))


async def says_something_else(call: Call, format_: WireFormat) -> None:
    await begins(call, format_)
    framed = b"%s\n" if format_.kind == "ollama" else b"data: %s\n\n"
    await call.send(framed % b"[17, null")


BEGUN = PIECES[0]
CASES: dict[str, Case] = {
    "never answers": Case(never_answers, "provider-unreachable", silent=True),
    "answers after the deadline": Case(answers_too_late, "provider-unreachable", silent=True),
    "drips nothing for ever": Case(drips_nothing_for_ever, "provider-unreachable", silent=True),
    "falls silent": Case(falls_silent, "provider-unreachable", keeps=BEGUN, silent=True),
    "drips": Case(drips, None),
    "says all at once": Case(says_all_at_once, None),
    "halves a character": Case(halves_a_character, None),
    "compresses": Case(compresses, None),
    "compresses and cuts": Case(compresses_and_cuts, "stream-cut"),
    "says ten megabytes at once": Case(says_ten_megabytes_at_once, "stream-cut", keeps=BEGUN),
    "counts less than nothing": Case(counts(-5), None),
    "counts the stars": Case(counts(2**60), None),
    "counts in words": Case(counts("many"), None),
    "counts in lists": Case(counts([{"of": "lists"}]), None),
    "counts nothing": Case(counts(None), None),
    "loses its key": Case(
        loses_its_key,
        "provider-refused-key",
        keeps=BEGUN,
        codes_of={"ollama": "provider-error"},
    ),
    "resets": Case(resets, "stream-cut", keeps=BEGUN),
    "resets at once": Case(resets_at_once, "provider-unreachable"),
    "ends without its end": Case(ends_without_its_end, "stream-cut", keeps=BEGUN),
    "talks tls": Case(talks_tls, "provider-error"),
    "nests without a bottom": Case(nests_without_a_bottom, "stream-cut", keeps=BEGUN),
    "says something else": Case(says_something_else, "stream-cut", keeps=BEGUN),
    "asks to wait": Case(refuses(429, Retry_After="7"), "provider-overloaded"),
    "asks to wait, not how long": Case(refuses(429), "provider-overloaded"),
    "fails with 500": Case(refuses(500), "provider-error"),
    "fails with 502": Case(refuses(502), "provider-error"),
    "fails with 503": Case(refuses(503), "provider-overloaded"),
    "fails with 504": Case(refuses(504), "provider-unreachable"),
    "redirects": Case(redirects, "provider-rejected-request"),
}


def cuts_after(share: int) -> str:
    return f"cuts after {share} of a hundred"


def cutting(share: int) -> Fault:
    """Cut when so many hundredths of its bytes are said: anywhere, also within a character."""

    async def fault(call: Call, format_: WireFormat) -> None:
        wire = b"".join(events_of(format_))
        await call.head(media_type=format_.media_type)
        await call.send(wire[: len(wire) * share // 100])
        await asyncio.sleep(0.02)
        call.cut()

    return fault


SHARES = range(3, 98, 5)
FAULTS = {name: case.fault for name, case in CASES.items()} | {
    cuts_after(share): cutting(share) for share in SHARES
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def faulty() -> AsyncGenerator[FaultyUpstream]:
    async with a_faulty_upstream(FAULTS) as upstream:
        yield upstream


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def asker(
    faulty: FaultyUpstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Visitor]:
    """Somebody at a server that knows a faulty and a calm model of every kind, and routes between them."""
    data_dir = tmp_path_factory.mktemp("faulty") / "data"
    routes = orjson.dumps([*_routes()]).decode()
    async with (
        a_server(data_dir, settings={"ARCANO_INFERENCE__ROUTES": routes}) as server,
        signed_in_visitor(server.url) as visitor,
    ):
        for kind in FORMATS:
            draft = {
                "kind": kind,
                "name": kind,
                "base_url": faulty.url(kind),
                "key": CANARY_KEY,
                "models": [f"{kind}-faulty", f"{kind}-calm"],
            }
            added = await visitor.post("/api/connections", draft)
            assert added.status == 201, added
        yield visitor
        assert "Traceback" not in server.log


def _routes() -> list[dict[str, Any]]:
    """For each kind and fault one route to the faulty server alone, and one that goes on elsewhere.

    Each has places of its own, so that no breaker remembers what another test did.
    """
    kinds = list(FORMATS)
    routes: list[dict[str, Any]] = []
    for kind, after in zip(kinds, [*kinds[1:], kinds[0]], strict=True):
        for fault in FAULTS:
            for name in (f"{kind} {fault}", f"{kind} {fault}, or else"):
                faulty: dict[str, Any] = {"id": name, "model": f"{kind}-faulty"}
                if fault in CASES and CASES[fault].silent:
                    patience = FIRST_WORD_SECONDS
                    faulty["timeouts"] = {
                        "first_token": patience,
                        "idle": patience,
                        "loading": patience,
                    }
                targets = [faulty]
                if name.endswith(", or else"):
                    targets.append({"id": f"{name} {after}", "model": f"{after}-calm"})
                routes.append({"name": name, "targets": targets})
    return routes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one turn ended, and what of it was heard and kept."""

    code: str | None
    said: str
    kept: str
    switched_after_first_word: tuple[bool, ...] = ()


async def ask(visitor: Visitor, model: str, fault: str) -> Outcome:
    turn = await visitor.ask(asking_for(fault), model=model)
    heard = await visitor.hear_out(turn, within=20)
    closing = closing_of(heard)
    assert closing["type"] == ("turn-failed" if "code" in closing else "turn-finished")
    assert "code" not in closing or len(closing["message"]) > 20
    assert CANARY_KEY not in str(closing)
    switches = [one.event for one in heard if one.type == "target-switched"]
    return Outcome(
        closing.get("code"),
        text_heard(heard),
        text_of(await visitor.answer(turn)),
        tuple(switch["after_first_token"] for switch in switches),
    )


async def ask_every_kind(visitor: Visitor, fault: str, *, or_else: str = "") -> dict[str, Outcome]:
    asked = (ask(visitor, f"{kind} {fault}{or_else}", fault) for kind in FORMATS)
    return dict(zip(FORMATS, await asyncio.gather(*asked), strict=True))


@pytest.mark.parametrize("fault", CASES)
async def test_alone_it_ends_once_with_its_own_error_and_the_text_kept(
    fault: str, asker: Visitor
) -> None:
    case = CASES[fault]
    text = case.keeps if case.code else ANSWER

    outcomes = await ask_every_kind(asker, fault)

    assert outcomes == {
        kind: Outcome(case.codes_of.get(kind, case.code), text, text) for kind in FORMATS
    }


@pytest.mark.parametrize("fault", CASES)
async def test_with_a_second_target_the_answer_is_whole_and_no_word_doubled(
    fault: str, asker: Visitor
) -> None:
    case = CASES[fault]
    switched = (bool(case.keeps),) if case.code else ()

    outcomes = await ask_every_kind(asker, fault, or_else=", or else")

    assert outcomes == dict.fromkeys(FORMATS, Outcome(None, ANSWER, ANSWER, switched))


@pytest.mark.parametrize("kind", FORMATS)
async def test_cut_at_any_byte_a_beginning_is_kept_and_another_goes_on(
    kind: str, asker: Visitor
) -> None:
    cuts = [cuts_after(share) for share in SHARES]

    alone = await asyncio.gather(*(ask(asker, f"{kind} {cut}", cut) for cut in cuts))
    helped = await asyncio.gather(*(ask(asker, f"{kind} {cut}, or else", cut) for cut in cuts))

    assert {(one.code, one.said == one.kept) for one in alone} == {("stream-cut", True)}
    # Some are cut before the first word, some after the last.
    assert {one.kept for one in alone} == {"".join(PIECES[:told]) for told in range(4)}
    assert {(one.code, one.said, one.kept) for one in helped} == {(None, ANSWER, ANSWER)}


async def test_a_redirect_is_not_followed(faulty: FaultyUpstream, asker: Visitor) -> None:
    """It would carry the key, and the conversation, to an address that nobody chose."""
    await ask_every_kind(asker, "redirects")

    asked = [one for one in faulty.asked if one.fault == "redirects"]
    assert {one.kind for one in asked} == set(FORMATS)
    assert not any("elsewhere" in one.path for one in asked)
