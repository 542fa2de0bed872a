"""One row as one call: its prompt is asked, and what comes back is heard to the end."""

from contextlib import aclosing

from arcano.batches.domain import Batch, Instructions, RowResult, Trouble, WaitingRow
from arcano.batches.template import fill_in
from arcano.identity import KeyScopeError, Permission, Viewer
from arcano.inference import Call, Inference, TargetChosen, UsageCounted
from arcano.providers import (
    AnswerSchema,
    ModelFinished,
    ModelRequest,
    RefusalDelta,
    RequestMessage,
    TextDelta,
    TextPart,
    TokenUsage,
)

MAX_ANSWER_CHARACTERS = 1_000_000


def call_for(batch: Batch, instructions: Instructions, row: WaitingRow, *, asker: Viewer) -> Call:
    """What the row asks, in its owner's name, behind everybody who waits for an answer.

    `asker` is who asks it as they are now: a job may outlast what they may do, and what their key opens.

    Raises:
        NotAllowedError: They may not any more; as `KeyScopeError`, their key does not.
    """
    asker.expect(Permission.BATCH_RUN)
    asker.expect_model(instructions.model)
    if not asker.allows("api"):
        raise KeyScopeError("The key with which this job was set running opens no jobs any more.")
    prompt = RequestMessage("user", (TextPart(fill_in(instructions.template, row.values)),))
    system = instructions.system
    before = () if not system else (RequestMessage("system", (TextPart(system),)),)
    schema = instructions.answer_schema
    request = ModelRequest(
        model=instructions.model,
        messages=(*before, prompt),
        parameters=instructions.parameters,
        answer_schema=None if schema is None else AnswerSchema("answer", schema),
    )
    return Call(
        request,
        batch.owner_id,
        priority="batch",
        door="batch",
        key=asker.key,
        group_ids=asker.groups,
    )


async def ask_row(call: Call, number: int, *, inference: Inference, spent: "Spent") -> RowResult:
    """The row's result. A model that refuses gives a failed row with its words.

    `spent` is told what was used, also where this raises.

    Raises:
        ArcanoError: As `Inference.stream`.
    """
    texts: list[str] = []
    refusal: list[str] = []
    model: str | None = None
    reason = "stop"
    characters = 0
    async with aclosing(inference.stream(call)) as events:
        async for event in events:
            match event:
                case TextDelta(text) | RefusalDelta(text):
                    (texts if isinstance(event, TextDelta) else refusal).append(text)
                    characters += len(text)
                    if characters > MAX_ANSWER_CHARACTERS:
                        reason = "length"
                        break
                case TargetChosen():
                    model = event.model
                case UsageCounted():
                    # What was answered before costs nothing: a known number, not an unknown one.
                    spent.add(TokenUsage(0, 0) if event.from_cache else event.usage)
                case ModelFinished():
                    reason = event.reason
                case _:
                    pass
    refused = bool(refusal) or reason == "content-filter"
    return RowResult(
        number=number,
        status="failed" if refused else "done",
        answer="".join(texts) or "".join(refusal),
        trouble=Trouble("model-refused", "The model refused to answer.") if refused else None,
        finish_reason=reason,
        model=model,
        usage=spent.usage,
    )


class Spent:
    """What the attempts at one row have used together; unknown kinds add nothing."""

    def __init__(self) -> None:
        self.usage: TokenUsage | None = None

    def add(self, usage: TokenUsage | None) -> None:
        if usage is None:
            return
        if self.usage is None:
            self.usage = usage
            return
        before = self.usage
        self.usage = TokenUsage(
            _sum(before.input_tokens, usage.input_tokens),
            _sum(before.output_tokens, usage.output_tokens),
            _sum(before.reasoning_tokens, usage.reasoning_tokens),
            _sum(before.cached_input_tokens, usage.cached_input_tokens),
            _sum(before.cache_write_tokens, usage.cache_write_tokens),
            estimated=before.estimated or usage.estimated,
        )


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one + (other or 0)
