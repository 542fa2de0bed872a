"""Texts as vectors: many callers' texts in few requests, at whichever target has the same model.

Vectors of different embedding models cannot be compared, so a route's other targets are asked only where
they run the very same model. What is said of the line, the breaker and retries holds as for answers.
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial

from arcano.identity import KeyScope
from arcano.inference.ask_target import Surroundings
from arcano.inference.call import asked_from, caller_of
from arcano.inference.choose_target import (
    CAUTIOUS_CHARACTERS_PER_TOKEN,
    Candidate,
    Need,
    choose_target,
)
from arcano.inference.errors import CannotEmbedError
from arcano.inference.micro_batch import Entry, Gatherers, settle, share_out
from arcano.inference.queue import Priority, Ticket
from arcano.inference.retry import Retries, RetryRules
from arcano.inference.routes import MicroBatch, Route, Target, switch_reason
from arcano.inference.targets import LiveTarget
from arcano.inference.trail import Trail
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ContextTooLongError,
    EmbeddingModel,
    Embeddings,
    FoundModel,
    ModelNotFoundError,
    Price,
    ProviderError,
    ProviderUnreachableError,
    TokenUsage,
)
from arcano.usage import Caller, Door, Expected, Meter, Metered


@dataclass(frozen=True, slots=True)
class EmbeddingCall:
    """Texts to be embedded by `model`, a model id or the name of a route, in the name of `user_id`.

    `dimensions` asks for shorter vectors where the model can. Calls of one class may share a request.
    """

    model: str
    texts: tuple[str, ...]
    user_id: str
    priority: Priority = "program"
    weight: float = 1.0
    dimensions: int | None = None
    door: Door = "api"
    key: KeyScope | None = None
    group_ids: frozenset[str] | None = None
    address: str = field(default_factory=asked_from)

    @property
    def caller(self) -> Caller:
        """In whose name it is made, for the ledger."""
        return caller_of(
            self.user_id,
            self.key,
            door=self.door,
            address=self.address,
            group_ids=self.group_ids,
        )


@dataclass(frozen=True, slots=True)
class Embedded:
    """One vector for each text, in their order, and who made them.

    `model` is what the provider calls the model: vectors may be compared only where it is the same.
    `usage` is this call's share of what the provider counted for the whole request, by characters;
    None where it counted nothing.
    """

    vectors: tuple[tuple[float, ...], ...]
    usage: TokenUsage | None
    target_id: str
    model: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Calls that may share a request are for the same place."""

    target: Target
    found: FoundModel
    retry: RetryRules
    priority: Priority
    dimensions: int | None


class Embedder:
    """Embeds texts in a person's name. Requests run in `tasks`: they belong to no single caller.

    Each call is a row of the ledger; without a `meter` none is: what the server embeds for itself is on nobody's bill.
    """

    def __init__(
        self, around: Surroundings, *, tasks: asyncio.TaskGroup, meter: Meter | None = None
    ) -> None:
        self._around = around
        self._meter = meter
        self._gatherers = Gatherers[_Place, Embeddings](tasks=tasks, send=self._send)

    async def embed(self, call: EmbeddingCall) -> Embedded:
        """A vector for each text of `call`, in their order.

        Calls for one target that come within its `max_wait` go in one request, up to its `batch_size`;
        more texts go in several. Where the provider refuses a request, it is asked again for each half,
        so that a caller fails by its own texts alone; that takes fewer than twice as many requests as
        there were callers. Cancelling leaves the others' vectors alone.

        The embedding model is that of the route's first target, as its provider calls it. Targets with
        another one are never asked: their vectors mean something else.

        Raises:
            BudgetSpentError: It would go beyond a hard budget.
            CannotEmbedError: The model is there and makes no vectors.
            QueueFullError: Too many wait already. Try again after `retry_after`.
            QueueUnavailableError: The line is gone. Try again after `retry_after`.
            ContextTooLongError: A text is longer than the model can take.
            ProviderError: The most telling of what the targets did; its text names the others.
        """
        if self._meter is None:
            return await self._embed(call, None)
        characters = sum(len(text) for text in call.texts)
        tokens = -(-characters // CAUTIOUS_CHARACTERS_PER_TOKEN)
        expected = Expected(tokens, 0, partial(self._price, call))
        async with self._meter.opened(call.caller, call.model, expected) as metered:
            embedded = await self._embed(call, metered)
            metered.finish()
            return embedded

    async def _price(self, call: EmbeddingCall) -> Price | None:
        """Of the dearest of those who may be asked; None where nobody's is known."""
        route = await self._around.routes.find(call.model)
        founds = await self._same_model(route, call.user_id)
        prices = [found.price for found in founds.values() if found.price is not None]
        return max(prices, key=lambda price: price.input_micros, default=None)

    async def _embed(self, call: EmbeddingCall, metered: Metered | None) -> Embedded:
        route = await self._around.routes.find(call.model)
        founds = await self._same_model(route, call.user_id)
        name = next(iter(founds.values())).upstream_name
        if not call.texts:
            return Embedded((), None, next(iter(founds)).id, name)
        need = _need(call)
        trail = Trail()
        asked: set[str] = set()
        while (chosen := self._choose(route, founds, need, asked)) is not None:
            asked.add(chosen.target.id)
            place = _Place(
                chosen.target, founds[chosen.target], route.retry, call.priority, call.dimensions
            )
            if metered is not None:
                metered.chose(chosen.target.id, chosen.target.model_id, chosen.target.variant)
            try:
                embeddings = await self._at(place, call, chosen.live)
            except ArcanoError as failure:
                trail.add(chosen.target.id, failure, attempts=1)
                if not route.fallback.allows(switch_reason(type(failure))):
                    break
            else:
                if metered is not None:
                    metered.counted(embeddings.usage, 0, place.found.price)
                return Embedded(embeddings.vectors, embeddings.usage, chosen.target.id, name)
        for target in founds:
            if target.id not in asked:
                trail.add(target.id, self._why_passed_over(target, need), attempts=0)
        raise trail.verdict()

    async def _same_model(self, route: Route, user_id: str) -> dict[Target, FoundModel]:
        """The targets of a route that have its embedding model: the first one's."""
        first, *others = sorted(route.targets, key=lambda target: target.rank)
        models = self._around.models.seen_by(user_id)
        lead = await models.find(first.model_id)
        if not isinstance(lead.model, EmbeddingModel):
            raise CannotEmbedError(f"{first.id} makes no vectors. Choose an embedding model.")
        founds = {first: lead}
        for target in others:
            try:
                found = await models.find(target.model_id)
            except ModelNotFoundError:
                continue
            if found.upstream_name == lead.upstream_name and isinstance(
                found.model, EmbeddingModel
            ):
                founds[target] = found
        return founds

    def _choose(
        self, route: Route, founds: dict[Target, FoundModel], need: Need, asked: set[str]
    ) -> Candidate | None:
        candidates = [
            Candidate(target, self._around.targets.live(target))
            for target in founds
            if target.id not in asked and need.fits_window(target)
        ]
        return choose_target(route, candidates, lambda _: 1.0 - self._around.chance())

    def _why_passed_over(self, target: Target, need: Need) -> ArcanoError:
        if not need.fits_window(target):
            return ContextTooLongError(f"A text is longer than {target.id} is meant for.")
        return self._around.targets.live(target).breaker.why_open()

    async def _at(self, place: _Place, call: EmbeddingCall, live: LiveTarget) -> Embeddings:
        """The vectors of all texts of a call from one target."""
        self._around.targets.chosen(live)
        rules = place.target.micro_batch
        entries = [
            self._gatherers.add(place, piece, rules=rules, user_id=call.user_id, weight=call.weight)
            for piece in _pieces(call.texts, rules)
        ]
        answers = [entry.answer for entry in entries]
        try:
            await asyncio.wait(answers, return_when=asyncio.FIRST_EXCEPTION)
            for answer in answers:
                if answer.done():
                    answer.result()
            return _joined([answer.result() for answer in answers])
        finally:
            live.calls -= 1
            for answer in answers:
                if not answer.cancel() and not answer.cancelled():
                    answer.exception()  # heard: a second failure of the same call is no news

    async def _send(self, place: _Place, entries: Sequence[Entry[Embeddings]]) -> None:
        """One place in the line, in the name of whoever began the batch, for all it takes."""
        first, target = entries[0], place.target
        ticket = Ticket(target.id, first.user_id, place.priority, first.weight)
        async with self._around.queue.enter(ticket, target.bounds) as own:
            async with aclosing(own.wait()) as phases:
                async for _ in phases:
                    pass
            await settle(entries, partial(self._ask, place))

    async def _ask(self, place: _Place, entries: Sequence[Entry[Embeddings]]) -> list[Embeddings]:
        """One request, and again where that helps. What each entry has of it."""
        texts = tuple(text for entry in entries for text in entry.texts)
        around, target = self._around, place.target
        live = around.targets.live(target)
        retries = Retries(place.retry, clock=around.clock, chance=around.chance)
        while True:
            permit = live.breaker.permit()
            if permit is None:
                raise live.breaker.why_open()
            try:
                embeddings = await self._ask_once(place, texts)
            except ProviderError as failure:
                permit.failed(failure)
                live.failed(failure)
                wait = retries.wait_after(failure, others_left=False)
                if wait is None or not live.breaker.lets_through:
                    raise
            else:
                permit.succeeded()
                live.answered()
                return _parts_of(embeddings, entries)
            finally:
                permit.returned()
            await around.sleep(wait.total_seconds())

    async def _ask_once(self, place: _Place, texts: tuple[str, ...]) -> Embeddings:
        model = place.found.model
        assert isinstance(model, EmbeddingModel)  # noqa: S101 - or it were no candidate
        limit = place.target.timeouts.first_token
        try:
            async with asyncio.timeout(limit.total_seconds()):
                embeddings = await model.embed(
                    place.found.upstream_name, texts, dimensions=place.dimensions
                )
        except TimeoutError as silence:
            seconds = limit.total_seconds()
            raise ProviderUnreachableError(
                f"{place.target.id} did not answer within {seconds:g} seconds."
            ) from silence
        if len(embeddings.vectors) != len(texts):
            raise ProviderError(
                f"{place.target.id} gave {len(embeddings.vectors)} vectors for {len(texts)} texts."
            )
        return embeddings


def _need(call: EmbeddingCall) -> Need:
    """Each text is read for itself: the longest one must fit."""
    longest = max(len(text) for text in call.texts)
    return Need(-(-longest // CAUTIOUS_CHARACTERS_PER_TOKEN), images=False, tools=False)


def _pieces(texts: tuple[str, ...], rules: MicroBatch) -> list[tuple[str, ...]]:
    """The texts of one call in batches that a request may have; a text alone may be longer than that."""
    pieces: list[tuple[str, ...]] = []
    piece: list[str] = []
    characters = 0
    for text in texts:
        too_long = characters + len(text) > rules.batch_characters
        if piece and (too_long or len(piece) == rules.batch_size):
            pieces.append(tuple(piece))
            piece, characters = [], 0
        piece.append(text)
        characters += len(text)
    return [*pieces, tuple(piece)]


def _parts_of(embeddings: Embeddings, entries: Sequence[Entry[Embeddings]]) -> list[Embeddings]:
    """What each entry has of them, and its share of what they used."""
    usage = embeddings.usage
    read = None if usage is None else usage.input_tokens
    shares: list[TokenUsage | None] = [None] * len(entries)
    if read is not None:
        parts = share_out(read, [entry.characters for entry in entries])
        shares = [TokenUsage(input_tokens=part, output_tokens=0) for part in parts]
    handed_out: list[Embeddings] = []
    place = 0
    for entry, share in zip(entries, shares, strict=True):
        end = place + len(entry.texts)
        handed_out.append(Embeddings(embeddings.vectors[place:end], share))
        place = end
    return handed_out


def _joined(answers: list[Embeddings]) -> Embeddings:
    """One call's pieces together. A sum of which a part is unknown is unknown."""
    read = [answer.usage.input_tokens for answer in answers if answer.usage is not None]
    told = [tokens for tokens in read if tokens is not None]
    usage = TokenUsage(sum(told), 0) if len(told) == len(answers) else None
    return Embeddings(tuple(vector for answer in answers for vector in answer.vectors), usage)
