"""Tool calls of servers that know OpenAI's format, and of those that only nearly do."""

import re
import time

import pytest

from arcano.providers import ToolCallDelta
from arcano.providers.adapters.openai_tool_calls import ToolCallPieces

OSLO, ROME = '{"city": "Oslo"}', '{"city": "Rome"}'


def piece(index: int | None = None, **fields: str | dict[str, str] | None) -> dict[str, object]:
    """A piece of a call; `name` and `arguments` go where they belong."""
    function = {name: fields.pop(name) for name in ("name", "arguments") if name in fields}
    said: dict[str, object] = {**fields, "function": function}
    return said if index is None else {"index": index, **said}


def heard(*chunks: list[dict[str, object]]) -> dict[int, tuple[str | None, str | None, str]]:
    """Each call by its index: id, name and all its arguments."""
    pieces = ToolCallPieces()
    calls: dict[int, tuple[str | None, str | None, str]] = {}
    for chunk in chunks:
        for delta in pieces.read(list(chunk)):
            identifier, name, arguments = calls.get(delta.index, (None, None, ""))
            assert (delta.index in calls) == (delta.name is None), "the first has the name"
            calls[delta.index] = (
                delta.call_id or identifier,
                delta.name or name,
                arguments + delta.arguments,
            )
    return calls


BOTH = {0: ("c1", "look", OSLO), 1: ("c2", "look", ROME)}


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param(
            [
                [piece(0, id="c1", name="look", arguments="")],
                [piece(0, arguments=OSLO[:5])],
                [piece(0, arguments=OSLO[5:])],
                [piece(1, id="c2", name="look", arguments="")],
                [piece(1, arguments=ROME)],
            ],
            id="in pieces, as OpenAI does",
        ),
        pytest.param(
            [
                [
                    piece(0, id="c1", name="look", arguments=OSLO),
                    piece(1, id="c2", name="look", arguments=ROME),
                ]
            ],
            id="whole, in one event",
        ),
        pytest.param(
            [
                [
                    piece(0, id="c1", name="look", arguments=OSLO[:3]),
                    piece(1, id="c2", name="look", arguments=ROME[:3]),
                ],
                [piece(1, arguments=ROME[3:]), piece(0, arguments=OSLO[3:])],
            ],
            id="side by side",
        ),
        pytest.param(
            [
                [piece(0, id="c1", name="look", arguments=OSLO)],
                [piece(0, id="c2", name="look", arguments=ROME)],
            ],
            id="every one the first",
        ),
        pytest.param(
            [
                [piece(0, id="c1", name="look", arguments=OSLO[:4])],
                [piece(0, arguments=OSLO[4:])],
                [piece(0, id="c2", name="look", arguments=ROME[:4])],
                [piece(0, arguments=ROME[4:])],
            ],
            id="every one the first, in pieces",
        ),
        pytest.param(
            [
                [piece(id="c1", name="look", arguments=OSLO)],
                [piece(id="c2", name="look", arguments=ROME)],
            ],
            id="without an index",
        ),
        pytest.param(
            [
                [piece(id="c1", name="look"), piece(id="c2", name="look")],
                [piece(arguments=OSLO), piece(arguments=ROME)],
            ],
            id="without an index, side by side",
        ),
        pytest.param(
            [
                [piece(0, id="c1", name="look", arguments=OSLO[:4])],
                [piece(0, id="c1", name="look", arguments=OSLO[4:])],
                [piece(1, id="c2", name="look", arguments=ROME[:4])],
                [piece(1, id="c2", name="look", arguments=ROME[4:])],
            ],
            id="with everything said again",
        ),
        pytest.param(
            [
                [piece(0, id="c1", arguments=OSLO[:4])],
                [piece(0, name="look", arguments=OSLO[4:])],
                [piece(1, id="c2", name="look", arguments=ROME)],
            ],
            id="with the name after the first arguments",
        ),
    ],
)
def test_calls_are_the_same_however_a_server_says_them(
    chunks: list[list[dict[str, object]]],
) -> None:
    assert heard(*chunks) == BOTH


def test_a_call_without_an_id_is_given_one_that_no_other_has() -> None:
    calls = heard(
        [piece(name="look", arguments=OSLO), piece(name="look", arguments=ROME)],
        [piece(name="look", arguments="{}", id="null")],
    )

    assert [arguments for _, _, arguments in calls.values()] == [OSLO, ROME, "{}"]
    identifiers = [identifier or "" for identifier, _, _ in calls.values()]
    assert len(set(identifiers)) == 3
    assert all(re.fullmatch(r"call_[0-9a-f]{32}", identifier) for identifier in identifiers)


def test_an_id_that_comes_late_makes_no_second_call() -> None:
    calls = heard(
        [piece(0, name="look", arguments=OSLO[:4])], [piece(0, id="c1", arguments=OSLO[4:])]
    )

    assert [(name, arguments) for _, name, arguments in calls.values()] == [("look", OSLO)]


def test_two_tools_without_ids_and_arguments_are_two_calls() -> None:
    calls = heard([piece(name="look", arguments="")], [piece(name="listen", arguments="")])

    assert [name for _, name, _ in calls.values()] == ["look", "listen"]


def test_arguments_that_come_as_json_itself_become_its_text() -> None:
    assert heard([{"id": "c1", "function": {"name": "look", "arguments": {"city": "Oslo"}}}]) == {
        0: ("c1", "look", '{"city":"Oslo"}')
    }


def test_a_call_whose_name_never_comes_is_noticed() -> None:
    pieces = ToolCallPieces()

    assert pieces.read([piece(0, id="c1", arguments=OSLO)]) == []
    assert pieces.nameless
    assert pieces.read([piece(0, name="look")]) == [ToolCallDelta(0, "c1", "look", OSLO)]
    assert not pieces.nameless


MANY = 60_000


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([piece(id=f"c{n}", name="look") for n in range(MANY)], id="so many calls"),
        pytest.param([piece(0, name="look", arguments='{"') for _ in range(MANY)], id="one call"),
    ],
)
def test_a_server_that_sends_pieces_without_end_holds_nobody_up(
    pieces: list[dict[str, object]],
) -> None:
    began = time.process_time()

    ToolCallPieces().read(list(pieces))

    # Each looked at with all before it, they took most of a minute.
    assert time.process_time() - began < 3


@pytest.mark.parametrize("cut", range(1, 30))
def test_brackets_and_quotes_in_a_text_end_no_call_wherever_it_is_cut(cut: int) -> None:
    first, second = r'{"say": "a \"}\" \\\\ } ] here"}', '{"say": [{}, "}"]}'
    pieces = [piece(name="say", arguments=part) for part in (first[:cut], first[cut:])]

    calls = heard(*([one] for one in pieces), [piece(name="say", arguments=second)])

    assert [arguments for _, _, arguments in calls.values()] == [first, second]
