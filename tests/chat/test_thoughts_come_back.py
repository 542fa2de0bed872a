"""What a model thought comes back to it in the next turn, as its vendor sealed it, and goes to nobody else."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.support import anthropic_upstream as claude
from tests.support import gemini_upstream as gemini
from tests.support.anthropic_upstream import an_anthropic_upstream
from tests.support.chat_house import chat_house
from tests.support.gemini_upstream import a_gemini_upstream
from tests.support.responses_upstream import PATH, message, reasoning, streamed, wire
from tests.support.scripted_model import FINISHED, OneModel, ScriptedModel
from tests.support.wire_upstream import a_wire_upstream, one_by_one
from typing_extensions import override

from arcano.chat.answer_again import AgainDraft, continue_reply
from arcano.chat.domain import text_of
from arcano.inference import FixedRoutes, Route, Target
from arcano.providers import (
    ChatModel,
    FoundModel,
    Parameters,
    ReasoningDelta,
    ReasoningPart,
    ReasoningSealed,
    RequestPart,
    Seal,
    StreamCutError,
    TextDelta,
    TextPart,
)
from arcano.providers.adapters.anthropic import AnthropicModel
from arcano.providers.adapters.gemini import GeminiModel
from arcano.providers.adapters.responses import OpenAIResponsesModel

SEALED = ReasoningSealed(Seal("scripted", "c2ln"))


class Places(OneModel):
    """Finds any model, as one of the server that the test says. `scripted` names the model to ask."""

    def __init__(self, model: ChatModel, *, upstream_name: str = "m", place: str = "here") -> None:
        super().__init__(model)
        self.upstream_name = upstream_name
        self.place = place
        self.others: dict[str, FoundModel] = {}

    @override
    async def find(self, model_id: str) -> FoundModel:
        found = FoundModel(self.model, self.upstream_name, None, self.place)
        return self.others.get(model_id, found)


@pytest.fixture
async def http() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def ask_twice(folder: Path, model: ChatModel, name: str) -> None:
    places = Places(model, upstream_name=name)
    async with chat_house(folder, model=ScriptedModel(FINISHED), models=places) as house:
        await house.answer("Why?")
        await house.answer("And why is that?")


def sent(model: ScriptedModel) -> tuple[RequestPart, ...]:
    """The answer given earlier, in the last request that the model was asked."""
    (earlier,) = [one for one in model.asked[-1].messages if one.role == "assistant"]
    return earlier.parts


async def test_claude_gets_its_thoughts_back_whole_and_signed(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    thought = "Let me see.\n\nThe sky — “blue” 🦉 is  scattered."
    signature = "EqQBCgIYAhIM+/=="
    events = [
        claude.start(),
        claude.begins(0, type="thinking", thinking="", signature=""),
        *(claude.grows(0, "thinking_delta", thinking=letter) for letter in thought),
        claude.grows(0, "signature_delta", signature=signature),
        claude.ends(0),
        claude.begins(1, type="redacted_thinking", data="EmwKAhgBEgy3va3pzix/LafPsn4a"),
        claude.ends(1),
        *claude.texts(2, "Because ", "of the air."),
        *claude.stop(),
    ]
    async with an_anthropic_upstream() as upstream:
        upstream.then(claude.sends(claude.sse(*events)))
        model = AnthropicModel(name="A", key="k", http=http, base_url=upstream.base_url)

        await ask_twice(tmp_path, model, "claude-opus-5")

    (answer,) = [one for one in upstream.asked[-1].body["messages"] if one["role"] == "assistant"]
    assert [block["type"] for block in answer["content"]] == [
        "thinking",
        "redacted_thinking",
        "text",
    ]
    assert answer["content"][0] == {
        "type": "thinking",
        "thinking": thought,
        "signature": signature,
    }
    assert answer["content"][1]["data"] == "EmwKAhgBEgy3va3pzix/LafPsn4a"
    assert answer["content"][2]["text"] == "Because of the air."


async def test_openai_gets_its_encrypted_thoughts_back_as_the_items_they_were(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    thought = reasoning("**Looking**\n\nThe sky…", sealed="gAAAAABo+/==")
    events = streamed([thought, message("Because of the air.")])
    async with a_wire_upstream() as upstream:
        upstream.stream(PATH, *one_by_one(wire(events)))
        model = OpenAIResponsesModel(name="O", key="k", http=http, base_url=f"{upstream.host}/v1")

        await ask_twice(tmp_path, model, "gpt-5")

    body = upstream.asked[-1].body
    assert body["store"] is False
    assert body["input"] == [
        {"role": "user", "content": "Why?"},
        thought,
        {"role": "assistant", "content": "Because of the air."},
        {"role": "user", "content": "And why is that?"},
    ]


@pytest.mark.parametrize(
    "parts",
    [
        [{"text": "Because "}, {"text": "of the air.", "thoughtSignature": "c2ln+/=="}],
        [{"text": "Because of the air."}, {"text": "", "thoughtSignature": "c2ln"}],
        [{"text": "Because ", "thoughtSignature": "YQ=="}, {"text": "of the air."}],
    ],
)
async def test_gemini_gets_each_signature_back_on_the_part_it_was_on(
    tmp_path: Path, http: aiohttp.ClientSession, parts: list[dict[str, Any]]
) -> None:
    thinking = gemini.chunk({"text": "Hm.", "thought": True})
    said = [gemini.chunk(part) for part in parts]
    async with a_gemini_upstream() as upstream:
        end = gemini.chunk(finish="STOP")
        upstream.when_asked(
            ":streamGenerateContent", gemini.sends(gemini.sse(thinking, *said, end))
        )
        model = GeminiModel(name="G", key="k", http=http, base_url=upstream.base_url)

        await ask_twice(tmp_path, model, "gemini-3-pro-preview")

    (answer,) = [one for one in upstream.asked[-1].body["contents"] if one["role"] == "model"]
    assert answer["parts"] == parts


async def test_the_thinking_is_read_as_text_and_its_seal_by_nobody(tmp_path: Path) -> None:
    model = ScriptedModel(ReasoningDelta("Hm."), SEALED, TextDelta("Yes."), FINISHED)
    async with chat_house(tmp_path, model=model, models=Places(model)) as house:
        turn = await house.ask()
        heard = await house.hear(turn.id)
        answer = await house.message(turn.assistant_message_id)

    assert answer.reasoning == "Hm."
    assert not any(b"c2ln" in data for _, (_, data) in heard)
    assert "c2ln" not in repr(answer)


async def test_another_model_is_shown_the_words_alone(tmp_path: Path) -> None:
    one = ScriptedModel(
        ReasoningDelta("Hm."),
        SEALED,
        TextDelta("Well, "),
        ReasoningDelta("So."),
        SEALED,
        TextDelta("yes."),
        FINISHED,
    )
    other = ScriptedModel(TextDelta("No."), FINISHED)
    places = Places(one)
    async with chat_house(tmp_path, model=one, models=places) as house:
        await house.answer("First.")
        places.model, places.upstream_name = other, "another"
        await house.answer("Second.")

    assert sent(other) == (TextPart("Well, yes."),)


@pytest.mark.parametrize("place", ["elsewhere", ""])
async def test_the_same_model_at_another_server_is_shown_the_words_alone(
    tmp_path: Path, place: str
) -> None:
    model = ScriptedModel(ReasoningDelta("Hm."), SEALED, TextDelta("Yes."), FINISHED)
    places = Places(model)
    async with chat_house(tmp_path, model=model, models=places) as house:
        await house.answer("First.")
        places.place = place
        await house.answer("Second.")

    assert sent(model) == (TextPart("Yes."),)


async def test_thoughts_keep_their_places_between_the_words(tmp_path: Path) -> None:
    lines = (ReasoningDelta("Hm."), SEALED, TextDelta("Well, "), ReasoningDelta("So."), SEALED)
    model = ScriptedModel(*lines, TextDelta("yes."), FINISHED)
    async with chat_house(tmp_path, model=model, models=Places(model)) as house:
        await house.answer("First.")
        await house.answer("Second.")

    seal = Seal("scripted", "c2ln", "here m")
    assert sent(model) == (
        ReasoningPart("Hm.", seal),
        TextPart("Well, "),
        ReasoningPart("So.", seal),
        TextPart("yes."),
    )


async def test_thoughts_that_nobody_sealed_are_not_sent_back(tmp_path: Path) -> None:
    model = ScriptedModel(ReasoningDelta("Hm."), TextDelta("Yes."), FINISHED)
    async with chat_house(tmp_path, model=model, models=Places(model)) as house:
        await house.answer("First.")
        await house.answer("Second.")

    assert sent(model) == (TextPart("Yes."),)


async def test_where_another_went_on_each_gets_its_own_thoughts_back(tmp_path: Path) -> None:
    """The first one's thinking that was cut before its seal is not sealed by the second's."""
    first = ScriptedModel(
        ReasoningDelta("One."),
        SEALED,
        TextDelta("The quick brown "),
        ReasoningDelta("Cut."),
        StreamCutError("It broke."),
    )
    second = ScriptedModel(ReasoningDelta("Two."), SEALED, TextDelta("fox jumps over."), FINISHED)
    route = Route("scripted", (Target("a", "first", rank=0), Target("b", "second", rank=1)))
    places = Places(first)
    places.others = {
        "first": FoundModel(first, "m", None, "one"),
        "second": FoundModel(second, "m", None, "two"),
    }
    async with chat_house(
        tmp_path, model=first, models=places, routes=FixedRoutes([route])
    ) as house:
        await house.answer("First.")
        first.lines = second.lines = (TextDelta("Done."), FINISHED)
        await house.answer("Second.")
        by_first = sent(first)
        first.lines = (StreamCutError("It broke."),)
        await house.answer("Third.", parent_id=(await house.branch())[-2].id)

    assert by_first == (
        ReasoningPart("One.", Seal("scripted", "c2ln", "one m")),
        TextPart("The quick brown fox jumps over."),
    )
    assert sent(second) == (
        TextPart("The quick brown "),
        ReasoningPart("Two.", Seal("scripted", "c2ln", "two m")),
        TextPart("fox jumps over."),
    )


async def test_a_stopped_answer_keeps_the_thoughts_that_were_sealed(tmp_path: Path) -> None:
    model = ScriptedModel(
        ReasoningDelta("Hm."), SEALED, TextDelta("Half "), StreamCutError("It broke.")
    )
    async with chat_house(tmp_path, model=model, models=Places(model)) as house:
        await house.answer("First.")
        model.lines = (TextDelta("Yes."), FINISHED)
        await house.answer("Second.")

    seal = Seal("scripted", "c2ln", "here m")
    assert sent(model) == (ReasoningPart("Hm.", seal), TextPart("Half "))


async def test_signed_words_that_only_repeated_another_ones_are_not_signed(tmp_path: Path) -> None:
    """What a reader sees once is not what was signed, so its seal would be refused."""
    said = "The quick brown fox jumps over"
    first = ScriptedModel(TextDelta(said), StreamCutError("It broke."))
    signed = ReasoningSealed(Seal("scripted", "c2ln"), on_text=len(said) + 10)
    second = ScriptedModel(TextDelta(f"{said} the dogs."), signed, FINISHED)
    route = Route("scripted", (Target("a", "first", rank=0), Target("b", "second", rank=1)))
    places = Places(first)
    places.others = {
        "first": FoundModel(first, "m", None, "one"),
        "second": FoundModel(second, "m", None, "two"),
    }
    async with chat_house(
        tmp_path, model=first, models=places, routes=FixedRoutes([route])
    ) as house:
        turn = await house.answer("First.")
        answer = await house.message(turn.assistant_message_id)
        first.lines = (StreamCutError("It broke."),)
        await house.answer("Second.")

    assert text_of(answer.content) == f"{said} the dogs."
    assert sent(second) == (TextPart(f"{said} the dogs."),)


async def test_thoughts_outlive_the_server(tmp_path: Path) -> None:
    """The next process reads them back from where they were stored."""
    lines = (ReasoningDelta("Hm."), SEALED, TextDelta("Well, "), TextDelta("yes."))
    signed = ReasoningSealed(Seal("scripted", "d29yZHM="), on_text=4)
    model = ScriptedModel(*lines, signed, FINISHED)
    async with chat_house(tmp_path, model=model, models=Places(model)) as before:
        await before.answer("First.")
    async with chat_house(tmp_path, model=model, models=Places(model)) as house:
        house.person, house.conversation = before.person, before.conversation
        await house.answer("Second.")

    assert sent(model) == (
        ReasoningPart("Hm.", Seal("scripted", "c2ln", "here m")),
        TextPart("Well, "),
        TextPart("yes.", Seal("scripted", "d29yZHM=", "here m")),
    )


async def test_what_is_to_be_continued_is_sent_without_its_thoughts(tmp_path: Path) -> None:
    """So most models go on from its last word; afterwards the thoughts are there again."""
    begun = (ReasoningDelta("Hm."), SEALED, TextDelta("Half "))
    model = ScriptedModel(*begun, StreamCutError("It broke."))
    async with chat_house(tmp_path, model=model, models=Places(model)) as house:
        turn = await house.answer("First.")
        model.lines = (ReasoningDelta("So."), SEALED, TextDelta("done."), FINISHED)
        draft = AgainDraft(None, None, Parameters())
        answer = await house.message(turn.assistant_message_id)
        again = await continue_reply(answer, draft, beginner=house.beginner())
        await house.hear(again.id)
        continued = model.asked[-1]
        await house.answer("Second.")

    seal = Seal("scripted", "c2ln", "here m")
    assert continued.continues
    assert continued.messages[-1].parts == (TextPart("Half "),)
    assert sent(model) == (
        ReasoningPart("Hm.", seal),
        TextPart("Half "),
        ReasoningPart("So.", seal),
        TextPart("done."),
    )
