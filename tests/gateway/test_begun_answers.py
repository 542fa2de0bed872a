"""A conversation whose last message is the beginning of the answer, as Mistral's client sends it (`prefix`)."""

from typing import Any

import pytest

from arcano.gateway.openai.chat_request import read_chat
from arcano.platform.errors import InvalidInputError

BEGUN: dict[str, Any] = {
    "model": "fast",
    "messages": [
        {"role": "user", "content": "Count."},
        {"role": "assistant", "content": "One, two", "prefix": True},
    ],
}


def test_the_answer_goes_on_where_it_was_begun() -> None:
    asked = read_chat(BEGUN)

    assert asked.request.continues
    assert asked.request.wire is None


def test_what_a_person_said_is_no_beginning_of_an_answer() -> None:
    asked = read_chat({**BEGUN, "messages": [{"role": "user", "content": "Hm", "prefix": True}]})

    assert not asked.request.continues
    assert asked.request.wire is not None


@pytest.mark.parametrize("beyond", [{"n": 3}, {"logprobs": True}, {"safe_prompt": True}])
def test_what_cannot_be_asked_beside_it_is_refused_by_name(beyond: dict[str, Any]) -> None:
    (name,) = beyond

    with pytest.raises(InvalidInputError, match=f"^{name}: "):
        read_chat({**BEGUN, **beyond})
