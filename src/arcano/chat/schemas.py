"""What the doors of chat take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from arcano.chat.domain import (
    Answerer,
    Asker,
    ContextPolicy,
    Conversation,
    Failure,
    FromCache,
    LeftOut,
    Message,
    MessageId,
    PolicyName,
    Rating,
    Status,
    Turn,
)
from arcano.chat.events import ContextRead, TurnEvent
from arcano.chat.rating_schemas import RatingView
from arcano.chat.reading.load import Load
from arcano.chat.reading.summaries import Summary
from arcano.chat.start_turn import TurnDraft
from arcano.chat.turn_rows import SCHEMA_NAME
from arcano.identity import Level
from arcano.inference import CacheKind
from arcano.platform.errors import InvalidInputError
from arcano.platform.json_schema import check_json_schema
from arcano.providers import AnswerSchema, Parameters, ReasoningEffort, TokenUsage

MAX_TEXT = 1_000_000

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
ClientMessageId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("Write something first.")
    return text


Text = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(_not_blank)
]


class TextPartDraft(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: Literal["text"]
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)]


def _some_text(parts: list[TextPartDraft]) -> list[TextPartDraft]:
    if not any(part.text.strip() for part in parts):
        raise ValueError("Write something first.")
    if sum(len(part.text) for part in parts) > MAX_TEXT:
        raise ValueError(f"A message has {MAX_TEXT:,} characters at most.")
    return parts


Parts = Annotated[
    list[TextPartDraft], Field(min_length=1, max_length=1000), AfterValidator(_some_text)
]


def _json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    try:
        check_json_schema(schema)
    except InvalidInputError as wrong:
        raise ValueError(wrong.detail) from wrong
    return schema


class ParametersDraft(BaseModel):
    """How to write; what is left out is the model's own choice."""

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    stop: Annotated[
        list[Annotated[str, StringConstraints(max_length=200)]], Field(max_length=16)
    ] = Field(default_factory=list[str])
    seed: Annotated[int, Field(ge=-(2**31), le=2**32)] | None = None
    reasoning_effort: ReasoningEffort | None = None
    json_schema: Annotated[dict[str, Any], AfterValidator(_json_schema)] | None = None
    """The answer must be JSON of this shape."""

    @property
    def answer_schema(self) -> AnswerSchema | None:
        return None if self.json_schema is None else AnswerSchema(SCHEMA_NAME, self.json_schema)

    def value(self) -> Parameters:
        return Parameters(
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
            stop=tuple(self.stop),
            seed=self.seed,
            reasoning_effort=self.reasoning_effort,
        )


class ConversationDraft(BaseModel):
    title: Title | None = None


class ContextPolicyDraft(BaseModel):
    """What happens when a conversation is longer than its model can read."""

    model_config = ConfigDict(extra="forbid")

    name: PolicyName
    model: ModelName | None = None
    """Who summarises; left out: whoever answers."""

    def value(self) -> ContextPolicy:
        return ContextPolicy(self.name, self.model if self.name == "summarise" else None)


class ConversationChange(BaseModel):
    """Only what is named changes."""

    title: Title | None = None
    head_id: Id | None = None
    context_policy: ContextPolicyDraft | None = None


class StartTurnDraft(BaseModel):
    client_message_id: ClientMessageId
    content: Text | Parts
    model: ModelName
    parent_id: Id | None = None
    """Left out: after the branch that is shown. Null: a new beginning."""
    parameters: ParametersDraft = Field(default_factory=ParametersDraft)

    def value(self) -> TurnDraft:
        content = self.content
        text = content if isinstance(content, str) else "\n\n".join(part.text for part in content)
        named = "parent_id" in self.model_fields_set
        parent_id = None if self.parent_id is None else MessageId(self.parent_id)
        return TurnDraft(
            client_message_id=self.client_message_id,
            text=text,
            model=self.model,
            parent_id=parent_id if named else "at-head",
            parameters=self.parameters.value(),
            answer_schema=self.parameters.answer_schema,
        )


class AnswerAgainDraft(BaseModel):
    client_message_id: ClientMessageId | None = None
    model: ModelName | None = None
    parameters: ParametersDraft = Field(default_factory=ParametersDraft)


class ContextPolicyView(BaseModel):
    name: PolicyName
    model: str | None

    @classmethod
    def of(cls, policy: ContextPolicy) -> Self:
        return cls(name=policy.name, model=policy.model)


class ConversationView(BaseModel):
    id: str
    title: str | None
    created_at: datetime
    updated_at: datetime
    head_id: str | None
    running_turn_ids: list[str]
    context_policy: ContextPolicyView
    access: Level
    """What the viewer may do in it: read, ask, or decide about it."""
    owner_name: str | None
    """Whose it is, where it is shared with the viewer."""
    is_shared: bool
    """Whether its owner shares it with anybody."""

    @classmethod
    def of(
        cls, conversation: Conversation, *, access: Level = "owner", owner_name: str | None = None
    ) -> Self:
        return cls(
            access=access,
            owner_name=owner_name,
            is_shared=conversation.is_shared,
            id=conversation.id,
            title=conversation.title,
            created_at=conversation.created_at,
            updated_at=conversation.updated_at,
            head_id=conversation.head_id,
            running_turn_ids=list(conversation.running_turn_ids),
            context_policy=ContextPolicyView.of(conversation.context_policy),
        )


class ConversationPage(BaseModel):
    items: list[ConversationView]
    next_cursor: str | None


class TextPartView(BaseModel):
    type: Literal["text"]
    text: str


class FailureView(BaseModel):
    code: str
    message: str
    retryable: bool
    provider_request_id: str | None

    @classmethod
    def of(cls, failure: Failure | None) -> Self | None:
        if failure is None:
            return None
        return cls(
            code=failure.code,
            message=failure.message,
            retryable=failure.retryable,
            provider_request_id=failure.provider_request_id,
        )


class UsageView(BaseModel):
    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cached_input_tokens: int | None
    cache_write_tokens: int | None

    @classmethod
    def of(cls, usage: TokenUsage | None) -> Self | None:
        if usage is None:
            return None
        return cls(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            reasoning_tokens=usage.reasoning_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            cache_write_tokens=usage.cache_write_tokens,
        )


class AnswererView(BaseModel):
    """Who wrote an answer, where that was not simply the model that was asked for."""

    model: str
    target: str
    variant: str | None

    @classmethod
    def of(cls, answerer: Answerer | None) -> Self | None:
        if answerer is None:
            return None
        return cls(model=answerer.model, target=answerer.target, variant=answerer.variant)


class FromCacheView(BaseModel):
    """The answer was not asked for: it was given `at` that time, to the same question or one like it."""

    at: datetime
    kind: CacheKind
    saved_tokens: int | None

    @classmethod
    def of(cls, told: FromCache | None) -> Self | None:
        if told is None:
            return None
        return cls(at=told.at, kind=told.kind, saved_tokens=told.saved_tokens)


class LeftOutView(BaseModel):
    """What of the conversation was not read word by word for an answer."""

    dropped_messages: int
    summarised_messages: int
    summary_id: str | None

    @classmethod
    def of(cls, left_out: LeftOut | None) -> Self | None:
        if left_out is None:
            return None
        return cls(
            dropped_messages=left_out.dropped_messages,
            summarised_messages=left_out.summarised_messages,
            summary_id=left_out.summary_id,
        )


class AskerView(BaseModel):
    id: str
    name: str

    @classmethod
    def of(cls, asker: Asker | None) -> Self | None:
        return None if asker is None else cls(id=asker.id, name=asker.name)


class MessageView(BaseModel):
    id: str
    conversation_id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    content: list[TextPartView]
    status: Status
    model: str | None
    created_at: datetime
    turn_id: str | None
    sibling_ids: list[str]
    reasoning: str | None
    error: FailureView | None
    usage: UsageView | None
    finish_reason: str | None
    answered_by: AnswererView | None
    from_cache: FromCacheView | None
    left_out: LeftOutView | None
    asked_by: AskerView | None
    """Who wrote it; null: the conversation's owner, or a model."""
    rating: RatingView | None
    """What the reader thinks of it. Nobody sees what others do."""

    @classmethod
    def of(cls, message: Message, rating: Rating | None = None) -> Self:
        return cls(
            id=message.id,
            conversation_id=message.conversation_id,
            parent_id=message.parent_id,
            role=message.role,
            content=[TextPartView(type="text", text=part.text) for part in message.content],
            status=message.status,
            model=message.model,
            created_at=message.created_at,
            turn_id=message.turn_id,
            sibling_ids=list(message.sibling_ids),
            reasoning=message.reasoning,
            error=FailureView.of(message.failure),
            usage=UsageView.of(message.usage),
            finish_reason=message.finish_reason,
            answered_by=AnswererView.of(message.answered_by),
            from_cache=FromCacheView.of(message.from_cache),
            left_out=LeftOutView.of(message.left_out),
            asked_by=AskerView.of(message.asked_by),
            rating=RatingView.of(rating),
        )


class MessagePage(BaseModel):
    items: list[MessageView]
    next_cursor: str | None


class TurnBegunView(BaseModel):
    turn_id: str
    user_message_id: str
    assistant_message_id: str

    @classmethod
    def of(cls, turn: Turn) -> Self:
        return cls(
            turn_id=turn.id,
            user_message_id=turn.user_message_id,
            assistant_message_id=turn.assistant_message_id,
        )


class ContextView(BaseModel):
    """What a model is given to read, in tokens, part by part."""

    limit: int | None
    reserve: int
    system: int
    history: int
    documents: int
    tools: int
    question: int
    total: int
    exact: bool
    spread: float
    dropped_messages: int
    summarised_messages: int
    summary_id: str | None
    summary_failed: bool

    @classmethod
    def of(cls, context: ContextRead | None) -> Self | None:
        if context is None:
            return None
        return cls.of_read(context)

    @classmethod
    def of_read(cls, context: ContextRead) -> Self:
        return cls(
            limit=context.limit,
            reserve=context.reserve,
            system=context.system,
            history=context.history,
            documents=context.documents,
            tools=context.tools,
            question=context.question,
            total=context.total,
            exact=context.exact,
            spread=context.spread,
            dropped_messages=context.dropped_messages,
            summarised_messages=context.summarised_messages,
            summary_id=context.summary_id,
            summary_failed=context.summary_failed,
        )


class GaugeView(ContextView):
    """What would be read if something were asked now; a draft comes to it by `tokens_per_unit`.

    A unit is about a token of a common vocabulary: a quarter of an English word's letters make one.
    """

    tokens_per_unit: float

    @classmethod
    def of_load(cls, load: Load) -> Self:
        read = ContextView.of_read(load.told())
        return cls(**read.model_dump(), tokens_per_unit=load.per_unit)


class SummaryView(BaseModel):
    """What stood for the older part of a conversation: a model's words."""

    id: str
    text: str
    model: str
    summarised_messages: int
    dropped_messages: int
    through_message_id: str
    created_at: datetime

    @classmethod
    def of(cls, summary: Summary) -> Self:
        return cls(
            id=summary.id,
            text=summary.text,
            model=summary.model,
            summarised_messages=summary.summarised,
            dropped_messages=summary.dropped,
            through_message_id=summary.through_message_id,
            created_at=summary.created_at,
        )


class TurnView(BaseModel):
    id: str
    status: Status
    conversation_id: str
    user_message_id: str
    assistant_message_id: str
    model: str
    last_sequence: int
    created_at: datetime
    ended_at: datetime | None
    error: FailureView | None
    context: ContextView | None

    @classmethod
    def of(cls, turn: Turn, *, last_sequence: int) -> Self:
        return cls(
            id=turn.id,
            status=turn.status,
            conversation_id=turn.conversation_id,
            user_message_id=turn.user_message_id,
            assistant_message_id=turn.assistant_message_id,
            model=turn.model,
            last_sequence=last_sequence,
            created_at=turn.created_at,
            ended_at=turn.ended_at,
            error=FailureView.of(turn.failure),
            context=ContextView.of(turn.context),
        )


class TurnEventView(RootModel[Annotated[TurnEvent, Field(discriminator="type")]]):
    """An event as it stands in the stream. Here for the description of the interface alone."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)
