"""What must be the same for an answer to be the same: any other question has another key."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from arcano.inference.cache.answer_key import NoKeyError, digest_of
from arcano.inference.cache.target_class import TargetClass
from arcano.providers import (
    AnswerSchema,
    ForcedTool,
    ImagePart,
    ModelRequest,
    Parameters,
    ReasoningPart,
    RequestMessage,
    Seal,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolResultPart,
    WireRequest,
)

HERE = TargetClass(frozenset({"east"}), (("east", "", "upstream-east", "place"),))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.floats(min_value=0, max_value=2)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
schemas = st.dictionaries(texts, json_values, max_size=3)
seals = st.builds(Seal, texts, texts, texts)
parts = st.one_of(
    st.builds(TextPart, texts),
    st.builds(ImagePart, texts, st.binary(max_size=8)),
    st.builds(ReasoningPart, texts, st.none() | seals),
    st.builds(ToolCallPart, texts, texts, texts),
    st.builds(ToolResultPart, texts, texts, texts, st.booleans()),
)
messages = st.builds(
    RequestMessage,
    st.sampled_from(["system", "user", "assistant", "tool"]),
    st.lists(parts, max_size=3).map(tuple),
)
parameters = st.builds(
    Parameters,
    temperature=st.none() | numbers,
    top_p=st.none() | numbers,
    max_tokens=st.none() | st.integers(1, 1000),
    stop=st.lists(texts, max_size=2).map(tuple),
    seed=st.none() | st.integers(-(2**31), 2**32),
    reasoning_effort=st.sampled_from([None, "none", "low", "medium", "high"]),
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "model": texts,
    "messages": st.lists(messages, max_size=3).map(tuple),
    "parameters": parameters,
    "tools": st.lists(st.builds(ToolDefinition, texts, texts, schemas), max_size=2).map(tuple),
    "tool_choice": st.sampled_from(["auto", "none", "required"]) | st.builds(ForcedTool, texts),
    "parallel_tools": st.booleans(),
    "answer_schema": st.none() | st.builds(AnswerSchema, texts, schemas),
    "continues": st.booleans(),
    "whole": st.booleans(),
    "wire": st.none()
    | st.builds(WireRequest, texts, schemas, st.lists(texts, max_size=2).map(tuple)),
}
requests = st.builds(ModelRequest, **FIELDS)


def key(request: ModelRequest, *, scope: str = "user ada", targets: TargetClass = HERE) -> bytes:
    return digest_of(request, scope=scope, targets=targets)


def test_every_field_of_a_request_is_varied_here() -> None:
    assert FIELDS.keys() == {field.name for field in fields(ModelRequest)}


@given(requests)
def test_the_same_question_has_the_same_key(request: ModelRequest) -> None:
    assert key(request) == key(replace(request))


@given(requests, st.data())
def test_a_change_of_any_field_is_another_question(
    request: ModelRequest, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(FIELDS)))
    changed = replace(request, **{name: data.draw(FIELDS[name])})
    assume(repr(changed) != repr(request))

    assert key(changed) != key(request)


@given(requests, requests)
def test_two_questions_never_share_a_key(one: ModelRequest, other: ModelRequest) -> None:
    assert (key(one) == key(other)) == (repr(one) == repr(other))


@given(requests, texts, texts)
def test_two_people_never_share_a_key(request: ModelRequest, one: str, other: str) -> None:
    assume(one != other)

    assert key(request, scope=f"user {one}") != key(request, scope=f"user {other}")
    assert key(request, scope=f"user {one}") != key(request, scope="everyone")


@pytest.mark.parametrize(
    "described",
    [
        ("west", "", "upstream-east", "place"),
        ("east", "terse", "upstream-east", "place"),
        ("east", "", "upstream-west", "place"),
        ("east", "", "upstream-east", "another place"),
    ],
)
def test_another_target_is_another_question(described: tuple[str, ...]) -> None:
    request = ModelRequest("route", ())

    assert key(request, targets=TargetClass(frozenset(), (described,))) != key(request)


def test_the_order_of_a_schema_counts_because_models_write_in_it() -> None:
    one = AnswerSchema("ship", {"properties": {"name": {}, "masts": {}}})
    other = AnswerSchema("ship", {"properties": {"masts": {}, "name": {}}})

    assert key(ModelRequest("m", (), answer_schema=one)) != key(
        ModelRequest("m", (), answer_schema=other)
    )


def test_what_cannot_be_written_down_has_no_key() -> None:
    half = RequestMessage("user", (TextPart("\ud83d"),))

    with pytest.raises(NoKeyError):
        key(ModelRequest("m", (half,)))
