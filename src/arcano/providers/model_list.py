"""All models a person can choose, from every connection and from this machine, by one name each."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from typing_extensions import override

from arcano.platform.egress import Egress
from arcano.providers.chat_model import ChatModel
from arcano.providers.connections import Connection, ConnectionId
from arcano.providers.directory import FoundModel, ModelDirectory
from arcano.providers.errors import ModelNotFoundError, ProviderError
from arcano.providers.kinds import KINDS, Adapter, ConnectionKind
from arcano.providers.prices import Price, PriceBook
from arcano.providers.provider import OfferedModel
from arcano.providers.takes import TAKES_ALL, Takes

REMEMBER_SECONDS = 300
FORGET_PROBLEM_SECONDS = 15
LIST_WITHIN_SECONDS = 10
OWN = "own/"
"""Begins the id of a model at a person's own connection."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as it stands in the list, or a route. `id` is what a turn names.

    `targets`: the models behind a route, in their order. `own`: only one person sees it. `starter`: the tiny
    model that comes with Arcano, to begin with. `place`: as in `FoundModel`, of a model on this machine.
    """

    id: str
    name: str
    kind: Literal["local", "route"] | ConnectionKind
    connection_id: ConnectionId | None
    connection_name: str
    where: Literal["this-machine", "elsewhere"]
    context_tokens: int | None = None
    capabilities: tuple[str, ...] = ()
    loaded: bool | None = None
    size_bytes: int | None = None
    targets: tuple[str, ...] = ()
    own: bool = False
    takes: Takes = TAKES_ALL
    price: Price | None = None
    starter: bool = False
    place: str = ""


class OfferedNames(Protocol):
    """Names that people choose beside those of models: routes. The wiring offers them."""

    async def among(self, models: Sequence[ListedModel]) -> list[ListedModel]:
        """All that can be chosen. A name that means a model and something else stands there once."""
        ...


@dataclass(frozen=True, slots=True)
class ListProblem:
    """Something that offers models, a connection or (without id) a file, but could not be used."""

    connection_id: ConnectionId | None
    name: str
    error: ProviderError


@dataclass(frozen=True, slots=True)
class TestResult:
    """How a connection answered when it was tried."""

    model_count: int
    latency_ms: int
    error: ProviderError | None


class LocalModels(Protocol):
    """The models on this machine, as the wiring offers them."""

    async def listed(self) -> tuple[list[ListedModel], list[ListProblem]]:
        """Those that can be used, and what is wrong with the others."""
        ...

    async def find(self, model_id: str) -> ListedModel | None:
        """The one of that id, if it can be asked."""
        ...

    def chat_model(self) -> ChatModel:
        """The one who answers for all of them."""
        ...


@dataclass(slots=True, eq=False)
class _Known:
    """A connection, how to talk to it, and what it said last."""

    connection: Connection
    model: Adapter
    offered: dict[str, OfferedModel] = field(default_factory=dict[str, OfferedModel])
    prices: dict[str, Price] = field(default_factory=dict[str, Price])
    priced: dict[str, OfferedModel] | None = None
    """Of which offer `prices` and `found` are."""
    found: dict[str, FoundModel] = field(default_factory=dict[str, FoundModel])
    error: ProviderError | None = None
    good_until: float = 0.0


class ModelList(ModelDirectory):
    """Asks every connection for its models, remembers for a while, and finds the one that is meant.

    A plain name means the model of the organisation's first connection that has it; the same name
    elsewhere is listed, and found, as `connection/name`. The models of a person's own connection have ids
    that nobody else's can have, and only that person is shown them or finds them.
    """

    def __init__(
        self,
        egress: Egress,
        *,
        local: LocalModels,
        local_price: Price | None = None,
        prices: PriceBook | None = None,
    ) -> None:
        self._egress = egress
        self._local = local
        self._local_price = local_price
        self._prices = prices
        self._known: dict[ConnectionId, _Known] = {}
        # By what is known and not by its id: a connection that has changed is asked anew.
        self._asking: dict[_Known, asyncio.Future[bool]] = {}

    def put(self, connection: Connection) -> None:
        """Add a connection, or replace the one with its id."""
        kind = KINDS[connection.kind]
        make = kind.make_unmarked if connection.unmarked_end else None
        model = (make or kind.make)(
            name=connection.name,
            base_url=connection.base_url,
            key=connection.key,
            http=self._egress.client(private_addresses=connection.private_addresses),
        )
        self._known[connection.id] = _Known(connection, model)

    def drop(self, connection_id: ConnectionId) -> None:
        self._known.pop(connection_id, None)

    def connections(self) -> list[Connection]:
        """Everybody's. Who may be shown which is for the asker to decide."""
        return [known.connection for known in self._known.values()]

    def connection(self, connection_id: ConnectionId) -> Connection | None:
        known = self._known.get(connection_id)
        return None if known is None else known.connection

    async def all(
        self, user_id: str | None = None, *, refresh: bool = False, every: bool = False
    ) -> tuple[list[ListedModel], list[ListProblem]]:
        """Every model that this person can choose, and what could not be asked or used.

        None: what everybody can. `every`: also those of which their server says that they do not chat.
        """
        await self._ask_all(user_id, refresh=refresh)
        await self._price_all(user_id)
        here, problems = await self._local.listed()
        models = [replace(model, price=self._local_price) for model in here]
        taken = {model.id for model in models}
        for known in self._seen(user_id):
            for offered in known.offered.values():
                if every or _can_chat(offered):
                    models.append(_listed(known, offered, taken))
                    taken.add(models[-1].id)
        problems += [
            ListProblem(known.connection.id, known.connection.name, known.error)
            for known in self._seen(user_id)
            if known.error is not None
        ]
        # The first is what people get who never chose: Starter only where nothing else is there.
        models.sort(key=lambda model: model.starter)
        return models, problems

    async def test(self, connection_id: ConnectionId) -> TestResult:
        """Ask one connection now, whatever is remembered."""
        known = self._known[connection_id]
        started = time.monotonic()
        await self._ask(known)
        latency = round((time.monotonic() - started) * 1000)
        return TestResult(len(known.offered), latency, known.error)

    @override
    async def find(self, model_id: str) -> FoundModel:
        return await self.find_for(model_id, None)

    @override
    def seen_by(self, user_id: str | None) -> ModelDirectory:
        return _SeenBy(self, user_id)

    async def find_for(self, model_id: str, user_id: str | None) -> FoundModel:
        """As `find`, with the models that are this person's own.

        Raises:
            ModelNotFoundError: Nobody knows it, or it is another's.
        """
        found = await self._find_remembered(model_id, user_id) or await self._find_local(model_id)
        if found is None:
            await self._ask_all(user_id, refresh=False)
            found = await self._find_remembered(model_id, user_id)
        if found is None:
            raise self._unknown(model_id, user_id)
        return found

    async def _find_remembered(self, model_id: str, user_id: str | None) -> FoundModel | None:
        for known in self._seen(user_id):
            offered = _offered_as(known, model_id)
            if offered is not None:
                await self._price(known)
                # Each turn looks for its model more than once.
                found = known.found.get(model_id)
                if found is None:
                    found = known.found[model_id] = _found(known, offered)
                return found
        return None

    async def _find_local(self, model_id: str) -> FoundModel | None:
        listed = await self._local.find(model_id)
        if listed is None:
            return None
        return FoundModel(
            self._local.chat_model(),
            listed.id,
            listed.context_tokens,
            listed.place,
            takes=listed.takes,
            price=self._local_price,
        )

    def _unknown(self, model_id: str, user_id: str | None) -> ProviderError:
        silent = [known.connection.name for known in self._seen(user_id) if known.error]
        also = f" These could not be asked: {', '.join(silent)}." if silent else ""
        return ModelNotFoundError(
            f"No model here is called {model_id[:100]!r}. Choose one from the list.{also}"
        )

    def _seen(self, user_id: str | None) -> list[_Known]:
        return [known for known in self._known.values() if known.connection.is_for(user_id)]

    async def _ask_all(self, user_id: str | None, *, refresh: bool) -> None:
        now = time.monotonic()
        stale = [known for known in self._seen(user_id) if refresh or known.good_until <= now]
        await asyncio.gather(*(self._ask(known) for known in stale))

    async def _price_all(self, user_id: str | None) -> None:
        for known in self._seen(user_id):
            await self._price(known)

    async def _price(self, known: _Known) -> None:
        """What its models cost, looked up once for each list that it gave."""
        offered = known.offered
        if known.priced is offered:
            return
        if self._prices is not None and known.connection.is_here:
            known.prices = self._prices.stated(offered)
        elif self._prices is not None:
            known.prices = await self._prices.prices_at(known.connection.base_url, list(offered))
        known.priced, known.found = offered, {}

    async def _ask(self, known: _Known) -> None:
        """Ask one connection for its models; several who want to know at once share one question.

        It ends with whoever asks it: if they are called off, the next of those who wait asks anew.
        """
        while (under_way := self._asking.get(known)) is not None:
            if await asyncio.shield(under_way):
                return
        self._asking[known] = told = asyncio.get_running_loop().create_future()
        asked = False
        try:
            await _ask_once(known)
            asked = True
        finally:
            del self._asking[known]
            told.set_result(asked)


async def _ask_once(known: _Known) -> None:
    seconds = REMEMBER_SECONDS
    if known.connection.models is not None:
        known.offered = {name: OfferedModel(name) for name in known.connection.models}
    else:
        try:
            async with asyncio.timeout(LIST_WITHIN_SECONDS):
                offered = await known.model.list_models()
            known.offered = {model.name: model for model in offered}
            known.error = None
        except TimeoutError:
            known.error = ProviderError(f"{known.connection.name} did not answer in time.")
            seconds = FORGET_PROBLEM_SECONDS
        except ProviderError as failure:
            # What it offered before stays: it may come back while somebody writes to it.
            known.error = failure
            seconds = FORGET_PROBLEM_SECONDS
    known.good_until = time.monotonic() + seconds


def is_own_model(model_id: str) -> bool:
    """Whether it is a model at some person's own connection."""
    return model_id.startswith(OWN)


def _offered_as(known: _Known, model_id: str) -> OfferedModel | None:
    """What a connection offers by this id. A plain name never means a person's own: that is chosen."""
    plain = known.offered.get(model_id) if known.connection.owner_id is None else None
    prefix = _qualified(known.connection, "")
    if plain is not None or not model_id.startswith(prefix):
        return plain
    return known.offered.get(model_id.removeprefix(prefix))


def _found(known: _Known, offered: OfferedModel) -> FoundModel:
    kind = KINDS[known.connection.kind]
    return FoundModel(
        known.model,
        offered.name,
        offered.context_tokens,
        f"{known.connection.id} {known.connection.base_url}",
        image_tokens=kind.image_tokens,
        takes=known.model.takes(offered),
        price=known.prices.get(offered.name),
        provider=kind.provider,
    )


def _can_chat(offered: OfferedModel) -> bool:
    """Unless its server says that it only does something else."""
    return offered.capabilities is None or "chat" in offered.capabilities


def _listed(known: _Known, offered: OfferedModel, taken: set[str]) -> ListedModel:
    connection, name = known.connection, offered.name
    return ListedModel(
        id=_qualified(connection, name) if name in taken or connection.owner_id else name,
        name=name,
        kind=connection.kind,
        connection_id=connection.id,
        connection_name=connection.name,
        where="this-machine" if connection.is_here else "elsewhere",
        context_tokens=offered.context_tokens,
        capabilities=tuple(sorted(offered.capabilities or ())),
        loaded=offered.loaded,
        size_bytes=offered.size_bytes,
        own=connection.owner_id is not None,
        takes=known.model.takes(offered),
        price=known.prices.get(name),
    )


def _qualified(connection: Connection, name: str) -> str:
    # By its id where it is a person's own: names may be the same, and a line or a breaker is kept by it.
    prefix = f"{OWN}{connection.id}" if connection.owner_id else connection.name
    return f"{prefix}/{name}"


class _SeenBy(ModelDirectory):
    """The list as one person sees it."""

    def __init__(self, models: ModelList, user_id: str | None) -> None:
        self._models = models
        self._user_id = user_id

    @override
    async def find(self, model_id: str) -> FoundModel:
        return await self._models.find_for(model_id, self._user_id)

    @override
    def seen_by(self, user_id: str | None) -> ModelDirectory:
        return self._models.seen_by(user_id)
