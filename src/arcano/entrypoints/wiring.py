"""Joins the parts: reads nothing, decides nothing, builds everything once and lets go of it in order."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI

from arcano import __version__
from arcano.audit import AnchorKeeper, Audit, ChainVerifier
from arcano.batches import Batches, BatchRunner, JobSurroundings
from arcano.chat import Chat, Notice, Notices, TurnKeeper, TurnRunner
from arcano.entrypoints.local_models import local_models
from arcano.entrypoints.migrations import migrate
from arcano.entrypoints.secret_keys import expect_keys_of, keys_to_begin_with
from arcano.entrypoints.settings import Settings
from arcano.entrypoints.watching.http import MetricsDoor
from arcano.entrypoints.watching.look_around import Surroundings as Seen
from arcano.entrypoints.who_left import WhoLeft
from arcano.gateway import BackgroundResponses, Gateway, StoredResponses
from arcano.identity import (
    AccessTokens,
    Callers,
    Elsewhere,
    Identity,
    Keys,
    KeyThrottle,
    Passwords,
    Post,
    Programs,
    SecondFactors,
    Sessions,
    SignInThrottle,
    SmtpMailer,
    UserId,
    keep_deleting,
)
from arcano.inference import (
    AnswerCache,
    CallQueue,
    Embedder,
    FairQueue,
    Inference,
    KeptRoutes,
    Lookout,
    OfferedRoutes,
    RouteDoors,
    Surroundings,
    Targets,
    answer_cache,
    expect_redis_client,
    kept_calibrations,
    open_answer_store,
    open_completer,
    shared_queue,
)
from arcano.platform.act_log import ActLog
from arcano.platform.clock import Clock, SystemClock
from arcano.platform.data_folder import DataFolder
from arcano.platform.egress import Egress, open_egress
from arcano.platform.lasting import lasting
from arcano.platform.secrets.box import SecretBox
from arcano.platform.secrets.texts import Texts
from arcano.platform.sqlite import SqliteDatabase
from arcano.platform.telemetry.open_tracing import open_tracing
from arcano.providers import (
    ConnectionRepository,
    ModelList,
    OwnKeyRules,
    PriceBook,
    Providers,
    configured_connections,
    look_for_ollama,
    price_by_time,
)
from arcano.usage import Budgets, Caller, Standing, Usage, open_meter

if TYPE_CHECKING:
    from arcano.entrypoints.watching.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Ground:
    """What must stand before anything listens: the folder, the keys, the migrated database."""

    folder: DataFolder
    box: SecretBox
    texts: Texts
    database: SqliteDatabase

    def close(self) -> None:
        self.database.close()
        self.folder.release()


def lay_ground(settings: Settings) -> Ground:
    """Take the data folder and make it ready.

    Raises:
        QueueClientMissingError: The line is to be in Redis, whose client is not installed.
        DataFolderInUseError: Another server has it.
        SecretKeyError: A key cannot be trusted, or is missing.
        StorageError: The database cannot be opened.
    """
    if settings.inference.redis_url is not None or settings.usage.limits.redis_url is not None:
        expect_redis_client()
    folder = DataFolder(settings.data_dir.resolve())
    return asyncio.run(_ground(settings, folder))


async def _ground(settings: Settings, folder: DataFolder) -> Ground:
    box = SecretBox(await keys_to_begin_with(settings, folder.database))
    texts = Texts(box, sealing=settings.secrets.encrypt_text)
    database = SqliteDatabase(folder.database, texts=texts)
    await database.write(migrate)
    await expect_keys_of(database, box.keys)
    folder.note_keys([key.name for key in box.keys.ring.keys])
    return Ground(folder, box, texts, database)


@asynccontextmanager
async def living(app: FastAPI, settings: Settings, ground: Ground) -> AsyncGenerator[None]:
    """Everything that lives as long as the server, put where the doors find it (`app.state`)."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        # Entered first, left last: by then everything has been done.
        await stack.enter_async_context(_audit(app, ground, clock))
        egress = await stack.enter_async_context(open_egress(settings.egress))
        notices = Notices()

        def models_changed() -> None:
            notices.publish_to_all(Notice("models-changed"))

        local = await stack.enter_async_context(
            local_models(
                app.state,
                settings,
                folder=ground.folder.models,
                egress=egress,
                clock=clock,
                models_changed=models_changed,
            )
        )
        metrics = _metrics(app, settings)
        prices = PriceBook(settings.providers.prices, clock)
        models = ModelList(
            egress,
            local=local,
            local_price=price_by_time(settings.local.price_per_hour),
            prices=prices,
        )
        around = await stack.enter_async_context(
            _surroundings(app, settings, ground, models, clock, models_changed)
        )
        inference = await stack.enter_async_context(
            _inference(app, settings, ground, around, notices, metrics)
        )
        tasks = await stack.enter_async_context(asyncio.TaskGroup())

        def connections_changed() -> None:
            inference.connections_changed()
            models_changed()

        runner = TurnRunner(
            database=ground.database, inference=inference, clock=clock, notices=notices, tasks=tasks
        )
        keeper = TurnKeeper(database=ground.database, runner=runner, clock=clock)
        if metrics is not None:
            metrics.look_at(
                Seen(
                    ground.database,
                    app.state.lookout,
                    app.state.meter,
                    app.state.answer_cache,
                    runner,
                    keeper,
                )
            )

        app.state.providers = Providers(
            ground.database,
            clock,
            ground.box,
            models,
            connections_changed,
            names=OfferedRoutes(around.routes),
            own_keys=OwnKeyRules.of(settings.providers),
            own_models_changed=lambda user_id: notices.publish(user_id, Notice("models-changed")),
        )
        app.state.embedder = Embedder(around, meter=app.state.meter, tasks=tasks)
        app.state.chat = Chat(ground.database, clock, runner, inference, notices)
        batch_runner = BatchRunner(
            JobSurroundings(ground.database, inference, clock, settings.batches), tasks=tasks
        )
        app.state.batches = Batches(
            ground.database, clock, inference, batch_runner, settings.batches
        )
        in_background = await _background_responses(settings, ground, clock, tasks)
        await stack.enter_async_context(
            _identity(
                app,
                settings,
                ground,
                clock,
                WhoLeft(runner, batch_runner, models, app.state.answer_cache, in_background),
                egress,
            )
        )
        app.state.gateway = Gateway(
            inference,
            app.state.embedder,
            app.state.identity.sessions,
            models,
            app.state.providers.names,
            StoredResponses(ground.database, clock, in_background, settings.gateway.keep_responses),
            app.state.limiter,
            clock,
        )
        await keeper.reap(alone=True)
        await batch_runner.begin(alone=True)
        await _connect(settings, ground, models, clock)
        background = [
            tasks.create_task(lasting(keeper.keep)),
            tasks.create_task(lasting(batch_runner.keep)),
            tasks.create_task(lasting(in_background.keep)),
            tasks.create_task(_discover(settings, egress, models, clock)),
            tasks.create_task(local.load(settings.local.pinned)),
        ]
        app.state.readiness = "ok"
        yield
        app.state.readiness = "draining"
        await asyncio.gather(
            runner.drain(settings.drain_seconds),
            batch_runner.drain(settings.drain_seconds),
            in_background.drain(settings.drain_seconds),
        )
        runner.let_go()
        for task in background:
            task.cancel()


async def _background_responses(
    settings: Settings, ground: Ground, clock: Clock, tasks: asyncio.TaskGroup
) -> BackgroundResponses:
    """Those who write while nobody listens, after what a killed process was writing got its end."""
    in_background = BackgroundResponses(
        ground.database, clock, tasks=tasks, most=settings.gateway.background_responses
    )
    await in_background.begin()
    return in_background


def _metrics(app: FastAPI, settings: Settings) -> "Metrics | None":
    metrics = None
    if settings.metrics.are_kept:
        # A megabyte that a server whose figures nobody asks for does without.
        from arcano.entrypoints.watching.metrics import Metrics  # noqa: PLC0415

        metrics = Metrics()
    app.state.metrics_door = MetricsDoor(settings.metrics, metrics)
    return metrics


@asynccontextmanager
async def _surroundings(
    app: FastAPI,
    settings: Settings,
    ground: Ground,
    models: ModelList,
    clock: Clock,
    routes_changed: Callable[[], None],
) -> AsyncGenerator[Surroundings]:
    """What calls need around them, and the doors through which operators see and change it."""
    targets = Targets(clock=clock, rules=settings.inference.breaker.values())
    routes = KeptRoutes(settings.inference, ground.database, changed=targets.routes_changed)
    await routes.look_again()
    async with (
        _line(settings) as queue,
        open_completer() as completer,
        open_tracing(settings.traces, version=__version__) as tracing,
    ):
        around = Surroundings(
            routes=routes,
            models=models,
            queue=queue,
            targets=targets,
            clock=clock,
            completer=completer,
            tracing=tracing,
        )
        app.state.routes = RouteDoors(routes, ground.database, clock, models, routes_changed)
        app.state.lookout = Lookout(around)
        yield around


@asynccontextmanager
async def _inference(
    app: FastAPI,
    settings: Settings,
    ground: Ground,
    around: Surroundings,
    notices: Notices,
    metrics: "Metrics | None",
) -> AsyncGenerator[Inference]:
    """Who asks models: with what was kept of answers and learned of tokens, each call on the meter."""
    database, clock = ground.database, around.clock
    url = settings.inference.redis_url

    def warn(_standing: Standing, caller: Caller) -> None:
        notices.publish(UserId(caller.user_id), Notice("budget-warned"))

    async with (
        _answer_cache(settings, ground, around) as cache,
        kept_calibrations(database, clock) as calibrations,
        open_meter(
            database,
            clock,
            limits=settings.usage.limits,
            redis_url=None if url is None else url.get_secret_value(),
            warn=warn,
            listener=metrics and metrics.calls,
        ) as (meter, gate),
    ):
        app.state.budgets = Budgets(database, clock, gate)
        app.state.limiter = gate.limiter
        app.state.usage = Usage(database, clock, app.state.acts)
        app.state.answer_cache, app.state.meter = cache, meter
        yield Inference(around, meter=meter, calibrations=calibrations, cache=cache)


@asynccontextmanager
async def _line(settings: Settings) -> AsyncGenerator[CallQueue]:
    """Where calls wait: in the Redis that several servers share, if one is named, else in this process."""
    url = settings.inference.redis_url
    if url is None:
        yield FairQueue()
    else:
        async with shared_queue(url.get_secret_value()) as queue:
            yield queue


@asynccontextmanager
async def _answer_cache(
    settings: Settings, ground: Ground, around: Surroundings
) -> AsyncGenerator[AnswerCache]:
    """Where answers are kept: in the Redis that several servers share, if one is named, else in this folder."""
    url = settings.inference.redis_url
    async with (
        open_answer_store(
            settings.inference.cache,
            database=ground.database,
            redis_url=None if url is None else url.get_secret_value(),
            clock=around.clock,
            texts=ground.texts,
        ) as store,
        answer_cache(settings.inference.cache, store=store, around=around) as cache,
    ):
        yield cache


@asynccontextmanager
async def _audit(app: FastAPI, ground: Ground, clock: Clock) -> AsyncGenerator[None]:
    """Where acts are kept that are no units of work, and the anchors of all that are kept."""
    app.state.acts = acts = ActLog(ground.database, clock)
    anchors = AnchorKeeper(ground.database, acts)
    verifier = ChainVerifier(ground.database, clock)
    app.state.audit = Audit(ground.database, clock, acts, anchors, verifier)
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(lasting(anchors.keep))
        yield
        keeping.cancel()
    await anchors.anchor()


@asynccontextmanager
async def _identity(
    app: FastAPI,
    settings: Settings,
    ground: Ground,
    clock: Clock,
    who_left: WhoLeft,
    egress: Egress,
) -> AsyncGenerator[None]:
    """People and their sessions, and what is looked after for them: other processes, deletions, providers, mail."""
    database, mail = ground.database, settings.identity.mail
    sessions = Sessions(
        database,
        clock,
        lifetime=settings.identity.session_lifetime,
        idle=settings.identity.session_idle,
    )
    sessions.when_barred(who_left.stop)
    sessions.when_leaving(who_left.let_go)
    tokens = AccessTokens(database, ground.box, clock, sessions)
    keys = Keys(
        database,
        clock,
        sessions,
        throttle=KeyThrottle(settings.identity, clock),
        acts=app.state.acts,
    )
    post = None if mail is None else Post(SmtpMailer(mail), page_url=mail.page_url)
    app.state.identity = Identity(
        settings=settings.identity,
        database=database,
        clock=clock,
        passwords=Passwords(),
        throttle=SignInThrottle(settings.identity, clock),
        sessions=sessions,
        tokens=tokens,
        programs=Programs(database, clock, sessions, tokens, idle=settings.identity.session_idle),
        second=SecondFactors(database, ground.box, clock),
        keys=keys,
        callers=Callers(sessions, tokens, keys),
        post=post,
        left=who_left.forget,
    )
    app.state.elsewhere = elsewhere = await Elsewhere.of(
        settings.identity,
        egress,
        database=database,
        clock=clock,
        box=ground.box,
        sessions=sessions,
    )
    async with asyncio.TaskGroup() as tasks:
        keeping = [
            tasks.create_task(lasting(sessions.keep)),
            tasks.create_task(lasting(keys.keep)),
            tasks.create_task(
                lasting(partial(keep_deleting, forget=who_left.forget, database=database))
            ),
            tasks.create_task(lasting(elsewhere.keep)),
            tasks.create_task(lasting(elsewhere.refresher.keep)),
        ]
        if post is not None:
            keeping.append(tasks.create_task(lasting(post.keep)))
        yield
        for task in keeping:
            task.cancel()
    await keys.settle()
    await sessions.settle()


async def _connect(settings: Settings, ground: Ground, models: ModelList, clock: Clock) -> None:
    """The connections that are known without asking anybody."""
    for configured in configured_connections(settings.providers, now=clock.now()):
        models.put(configured)
    for connection in await ground.database.read(
        lambda c: ConnectionRepository(c, ground.box).all()
    ):
        if connection.owner_id is None or settings.providers.own_keys:
            models.put(connection)


async def _discover(settings: Settings, egress: Egress, models: ModelList, clock: Clock) -> None:
    """What must be asked for, while the server already listens."""
    if settings.providers.look_for_ollama:
        ollama = await look_for_ollama(settings.providers, egress.everywhere, now=clock.now())
        if ollama is not None:
            models.put(ollama)
    # So that the first question finds its model without a wait.
    await models.all()
