"""What the doors of providers take and give."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr, StringConstraints

from arcano.platform.errors import InvalidInputError
from arcano.providers.connections import Connection, ConnectionSource
from arcano.providers.errors import ProviderError
from arcano.providers.kinds import KINDS, ConnectionKind, Kind
from arcano.providers.model_list import ListedModel, ListProblem, TestResult
from arcano.providers.prices import Price
from arcano.providers.request import ReasoningEffort
from arcano.providers.takes import Range, Takes

_NOT_AN_ADDRESS = "This is not an address. It should look like https://host/v1."


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as broken:
        raise ValueError(_NOT_AN_ADDRESS) from broken
    if not usable:
        raise ValueError(_NOT_AN_ADDRESS)
    if "@" in parts.netloc:
        raise ValueError("An address holds no name or password. Put the key in its own field.")
    return text.rstrip("/")


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


BaseUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_base_url),
]
Models = Annotated[list[Text], Field(max_length=1000)]


class ConnectionDraft(BaseModel):
    kind: ConnectionKind
    name: Text | None = None
    base_url: BaseUrl | None = None
    """Left out: where the vendor's own server is, for kinds that have one."""
    key: Annotated[SecretStr, Field(max_length=4000)] | None = None
    models: Models | None = None
    own: bool = False
    """For whoever makes it, and nobody else."""
    private_addresses: bool | None = None
    """Whether it may lead to the server's own machine and network. Left out: yes if the owner makes it."""
    unmarked_end: bool = False
    """Its server leaves out the mark of an answer's end. Only for kinds that say `may_end_unmarked`."""


class ConnectionChange(BaseModel):
    """Only what is named changes. Null takes back what may be left out of a draft."""

    name: Text | None = None
    base_url: BaseUrl = Field(default_factory=str)
    key: Annotated[SecretStr, Field(min_length=1, max_length=4000)] | None = None
    models: Models | None = None
    private_addresses: bool | None = None
    """Only the owner allows it."""
    unmarked_end: bool = False

    def made_to(self, connection: Connection) -> Connection:
        """The connection with these changes; `private_addresses` is for the doors to decide.

        Raises:
            InvalidInputError: A stored key would go to another server than it was given for.
        """
        named = self.model_fields_set
        base_url = self.base_url if "base_url" in named else connection.base_url
        changed = replace(connection, base_url=base_url)
        if (
            connection.key
            and "key" not in named
            and _server(base_url) != _server(connection.base_url)
        ):
            raise InvalidInputError("key: The address is another server's. Give the key once more.")
        if "name" in named:
            changed = replace(changed, name=self.name or name_of(changed.kind, base_url))
        if "key" in named:
            changed = replace(changed, key=self.key.get_secret_value() if self.key else None)
        if "models" in named:
            changed = replace(changed, models=tuple(self.models) if self.models else None)
        if "unmarked_end" in named:
            changed = replace(changed, unmarked_end=self.unmarked_end)
        return changed


def _server(base_url: str) -> tuple[str, str]:
    parts = urlsplit(base_url)
    return parts.scheme, parts.netloc


def name_of(kind: ConnectionKind, base_url: str) -> str:
    """What a connection is called that was given no name: its vendor, or else its host."""
    if base_url == KINDS[kind].base_url:
        return KINDS[kind].label
    return urlsplit(base_url).netloc.rpartition("@")[2]


class ConnectionView(BaseModel):
    id: str
    kind: ConnectionKind
    name: str
    base_url: str
    key_hint: str | None
    source: ConnectionSource
    models: list[str] | None
    created_at: datetime
    own: bool
    private_addresses: bool
    unmarked_end: bool

    @classmethod
    def of(cls, connection: Connection) -> Self:
        return cls(
            id=connection.id,
            kind=connection.kind,
            name=connection.name,
            base_url=connection.base_url,
            key_hint=connection.key_hint,
            source=connection.source,
            models=None if connection.models is None else list(connection.models),
            created_at=connection.created_at,
            own=connection.owner_id is not None,
            private_addresses=connection.private_addresses,
            unmarked_end=connection.unmarked_end,
        )


class ConnectionKindView(BaseModel):
    """A kind of server that can be connected. `base_url` null: it must be said where it is.

    `may_end_unmarked`: some of its servers leave out the mark of an answer's end.
    """

    id: ConnectionKind
    label: str
    base_url: str | None
    needs_key: bool
    may_end_unmarked: bool

    @classmethod
    def of(cls, kind: Kind) -> Self:
        return cls(
            id=kind.id,
            label=kind.label,
            base_url=kind.base_url,
            needs_key=kind.needs_key,
            may_end_unmarked=kind.make_unmarked is not None,
        )


class ConnectionKindPage(BaseModel):
    items: list[ConnectionKindView]
    next_cursor: str | None


class ConnectionPage(BaseModel):
    """The connections that the viewer may see, and may change if not configured.

    `own_allowed`: the viewer may make one for themselves. `own_of_others`: how many others have; the owner
    is told the number, nobody the rest.
    """

    items: list[ConnectionView]
    next_cursor: str | None
    own_allowed: bool
    own_of_others: int | None


class ProviderProblemView(BaseModel):
    connection_id: str | None
    connection_name: str
    code: str
    message: str
    retryable: bool

    @classmethod
    def of(cls, problem: ListProblem) -> Self:
        return cls(
            connection_id=problem.connection_id,
            connection_name=problem.name,
            code=problem.error.code,
            message=problem.error.detail,
            retryable=problem.error.retryable,
        )


class ConnectionTestView(BaseModel):
    ok: bool
    model_count: int
    latency_ms: int
    problem: ProviderProblemView | None

    @classmethod
    def of(cls, connection: Connection, result: TestResult) -> Self:
        error = result.error
        return cls(
            ok=error is None,
            model_count=result.model_count,
            latency_ms=result.latency_ms,
            problem=_problem(connection, error),
        )


class RangeView(BaseModel):
    """Both ends are allowed; null: no end is known."""

    least: float
    most: float | None

    @classmethod
    def of(cls, allowed: Range | None) -> Self | None:
        return None if allowed is None else cls(least=allowed.least, most=allowed.most)


class TakesView(BaseModel):
    """Which parameters a model takes. Null, 0, false and an empty list: it does not."""

    temperature: RangeView | None
    top_p: RangeView | None
    max_tokens: RangeView | None
    stop: int
    seed: bool
    reasoning_efforts: list[ReasoningEffort]
    json_schema: bool

    @classmethod
    def of(cls, takes: Takes) -> Self:
        return cls(
            temperature=RangeView.of(takes.temperature),
            top_p=RangeView.of(takes.top_p),
            max_tokens=RangeView.of(takes.max_tokens),
            stop=takes.stop,
            seed=takes.seed,
            reasoning_efforts=list(takes.efforts),
            json_schema=takes.json_schema,
        )


class PriceView(BaseModel):
    """Micro-units of the currency for a million tokens, read and written; or for an hour, where time has a price."""

    currency: str
    input_micros: int
    output_micros: int
    hour_micros: int | None
    """Not null: tokens cost nothing of their own."""

    @classmethod
    def of(cls, price: Price | None) -> Self | None:
        if price is None:
            return None
        return cls(
            currency=price.currency,
            input_micros=price.input_micros,
            output_micros=price.output_micros,
            hour_micros=price.hour_micros,
        )


class ModelView(BaseModel):
    id: str
    name: str
    kind: Literal["local", "route"] | ConnectionKind
    connection_id: str | None
    connection_name: str
    where: Literal["this-machine", "elsewhere"]
    context_tokens: int | None
    capabilities: list[str]
    loaded: bool | None
    size_bytes: int | None
    targets: list[str]
    own: bool
    starter: bool
    """The tiny model that comes with Arcano: knows Arcano, little else. It stands last among the models."""
    takes: TakesView
    price: PriceView | None
    """Null: nobody knows, or it runs on this machine."""

    @classmethod
    def of(cls, model: ListedModel) -> Self:
        return cls(
            id=model.id,
            name=model.name,
            kind=model.kind,
            connection_id=model.connection_id,
            connection_name=model.connection_name,
            where=model.where,
            context_tokens=model.context_tokens,
            capabilities=list(model.capabilities),
            loaded=model.loaded,
            size_bytes=model.size_bytes,
            targets=list(model.targets),
            own=model.own,
            starter=model.starter,
            takes=TakesView.of(model.takes),
            price=PriceView.of(model.price),
        )


class ModelPage(BaseModel):
    items: list[ModelView]
    next_cursor: str | None
    problems: list[ProviderProblemView]

    @classmethod
    def of(cls, models: list[ListedModel], problems: list[ListProblem]) -> Self:
        return cls(
            items=[ModelView.of(model) for model in models],
            next_cursor=None,
            problems=[ProviderProblemView.of(problem) for problem in problems],
        )


def _problem(connection: Connection, error: ProviderError | None) -> ProviderProblemView | None:
    if error is None:
        return None
    return ProviderProblemView.of(ListProblem(connection.id, connection.name, error))
