"""How deep and how large a body may be, however it is built and however it is cut into pieces."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcano.platform.edge import Edge, Message, Receive, Scope, Send
from arcano.platform.errors import InvalidInputError
from arcano.platform.json_route import MAX_DEPTH, parse_json

LIMIT = 1000

flat = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=20), st.just("[[{{")
)


@st.composite
def nested(draw: st.DrawFn) -> tuple[int, Any]:
    """A value, and how many lists and objects stand one inside the other in it."""
    depth = draw(st.integers(1, 3 * MAX_DEPTH))
    value: Any = draw(flat)
    for wraps in draw(st.lists(st.booleans(), min_size=depth, max_size=depth)):
        beside = draw(flat) if depth < 10 else 1
        value = [beside, value] if wraps else {"a": beside, "b": value}
    return depth, value


@given(nested())
def test_a_body_is_read_if_and_only_if_it_is_no_deeper_than_allowed(
    deep: tuple[int, Any],
) -> None:
    depth, value = deep
    body = json.dumps(value).encode("utf-8", "surrogatepass")

    if depth <= MAX_DEPTH:
        assert parse_json(body) == value
    else:
        with pytest.raises(InvalidInputError):
            parse_json(body)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        value = parse_json(body)
    except InvalidInputError:
        return
    assert json.loads(body) == value


@st.composite
def pieces(draw: st.DrawFn) -> list[int]:
    """Sizes of pieces of a body, about as much in all as may come."""
    return draw(st.lists(st.integers(0, LIMIT), min_size=1, max_size=8))


async def through_the_edge(sizes: list[int], *, says: bytes | None) -> tuple[int, int]:
    """The status of the answer, and how many bytes the application saw."""
    seen = 0
    statuses: list[int] = []
    waiting: list[Message] = [
        {"type": "http.request", "body": b"x" * size, "more_body": number < len(sizes)}
        for number, size in enumerate(sizes, 1)
    ]

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal seen
        more = True
        while more:
            message = await receive()
            seen += len(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/small",
        "scheme": "http",
        "client": None,
        "headers": [(b"host", b"here")] + ([(b"content-length", says)] if says else []),
    }
    try:
        await Edge(app, body_limits={"/api/small": LIMIT})(scope, receive, send)
    except Exception as refused:  # noqa: BLE001 - what the application's own handler would answer
        statuses.append(getattr(refused, "status", 500))
    return statuses[0], seen


@given(pieces())
async def test_a_body_in_pieces_is_taken_if_and_only_if_all_of_it_is_within_the_limit(
    sizes: list[int],
) -> None:
    status, seen = await through_the_edge(sizes, says=None)

    assert status == (200 if sum(sizes) <= LIMIT else 413)
    assert seen <= LIMIT


@given(
    pieces(), st.one_of(st.integers(-5, 2 * LIMIT).map(str), st.text("0123456789 +-x٣", max_size=8))
)
async def test_whatever_a_body_says_of_its_size_no_more_is_read(
    sizes: list[int], says: str
) -> None:
    status, seen = await through_the_edge(sizes, says=says.encode())

    assert status in (200, 413)
    assert seen <= LIMIT
    assert status == 413 or sum(sizes) <= LIMIT
