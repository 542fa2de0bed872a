"""Joins the parts: reads nothing, decides nothing, builds everything once and lets go of it in order."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from fastapi import FastAPI

from arcano.batches import Batches, BatchRunner, JobSurroundings
from arcano.chat import Chat, Notice, Notices, TurnKeeper, TurnRunner
from arcano.entrypoints.local_models import local_models
from arcano.entrypoints.migrations import migrate
from arcano.entrypoints.settings import Settings
from arcano.identity import Elsewhere, Identity, Passwords, Sessions, SignInThrottle
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
    shared_queue,
)
from arcano.platform.clock import Clock, SystemClock
from arcano.platform.data_folder import DataFolder
from arcano.platform.secrets import SecretBox, load_or_make_key
from arcano.platform.sqlite import SqliteDatabase
from arcano.providers import (
    ConnectionRepository,
    ModelList,
    OwnKeyRules,
    PriceBook,
    Providers,
    configured_connections,
    look_for_ollama,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What must stand before anything listens: the folder, the key, the migrated database."""

    folder: DataFolder
    box: SecretBox
    database: SqliteDatabase

    def close(self) -> None:
        self.database.close()
        self.folder.release()


def lay_ground(settings: Settings) -> Ground:
    """Take the data folder and make it ready.

    Raises:
        QueueClientMissingError: The line is to be in Redis, whose client is not installed.
        DataFolderInUseError: Another server has it.
        SecretKeyError: The key cannot be trusted.
        StorageError: The database cannot be opened.
    """
    if settings.inference.redis_url is not None:
        expect_redis_client()
    folder = DataFolder(settings.data_dir.resolve())
    box = SecretBox(load_or_make_key(folder.secret_key))
    database = SqliteDatabase(folder.database)
    asyncio.run(_migrate(database))
    return Ground(folder, box, database)


async def _migrate(database: SqliteDatabase) -> None:
    await database.write(migrate)


@asynccontextmanager
async def living(app: FastAPI, settings: Settings, ground: Ground) -> AsyncGenerator[None]:
    """Everything that lives as long as the server, put where the doors find it (`app.state`)."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                # One person's answer must not be told apart by a cookie set in another's.
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        )
        notices = Notices()

        def models_changed() -> None:
            notices.publish_to_all(Notice("models-changed"))

        local = await stack.enter_async_context(
            local_models(
                app.state,
                settings,
                folder=ground.folder.models,
                http=http,
                clock=clock,
                models_changed=models_changed,
            )
        )
        prices = PriceBook(settings.providers.prices, clock)
        models = ModelList(http, local=local, prices=prices)
        around = await stack.enter_async_context(
            _surroundings(app, settings, ground, models, clock, models_changed)
        )
        app.state.answer_cache = cache = await stack.enter_async_context(
            _answer_cache(settings, ground, around)
        )
        calibrations = await stack.enter_async_context(kept_calibrations(ground.database, clock))
        inference = Inference(around, calibrations=calibrations, cache=cache)

        def connections_changed() -> None:
            inference.connections_changed()
            models_changed()

        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        runner = TurnRunner(
            database=ground.database, inference=inference, clock=clock, notices=notices, tasks=tasks
        )
        keeper = TurnKeeper(database=ground.database, runner=runner, clock=clock)

        app.state.identity = identity = _identity(settings, ground, clock)
        app.state.elsewhere = elsewhere = Elsewhere.of(
            settings.identity,
            http,
            database=ground.database,
            clock=clock,
            box=ground.box,
            sessions=identity.sessions,
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
        app.state.embedder = Embedder(around, tasks=tasks)
        app.state.chat = Chat(ground.database, clock, runner, inference, notices)
        batch_runner = BatchRunner(
            JobSurroundings(ground.database, inference, clock, settings.batches), tasks=tasks
        )
        app.state.batches = Batches(
            ground.database, clock, inference, batch_runner, settings.batches
        )
        await keeper.reap(alone=True)
        await batch_runner.begin(alone=True)
        await _connect(settings, ground, models, clock)
        background = [
            tasks.create_task(identity.sessions.keep()),
            tasks.create_task(elsewhere.refresher.keep()),
            tasks.create_task(keeper.keep()),
            tasks.create_task(batch_runner.keep()),
            tasks.create_task(_discover(settings, http, models, clock)),
            tasks.create_task(local.load(settings.local.pinned)),
        ]
        app.state.readiness = "ok"
        yield
        app.state.readiness = "draining"
        await asyncio.gather(
            runner.drain(settings.drain_seconds), batch_runner.drain(settings.drain_seconds)
        )
        runner.let_go()
        for task in background:
            task.cancel()


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
    async with _line(settings) as queue:
        around = Surroundings(
            routes=routes, models=models, queue=queue, targets=targets, clock=clock
        )
        app.state.routes = RouteDoors(routes, ground.database, clock, models, routes_changed)
        app.state.lookout = Lookout(around)
        yield around


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
        ) as store,
        answer_cache(settings.inference.cache, store=store, around=around) as cache,
    ):
        yield cache


def _identity(settings: Settings, ground: Ground, clock: Clock) -> Identity:
    return Identity(
        settings=settings.identity,
        database=ground.database,
        clock=clock,
        passwords=Passwords(),
        throttle=SignInThrottle(settings.identity, clock),
        sessions=Sessions(
            ground.database,
            clock,
            lifetime=settings.identity.session_lifetime,
            idle=settings.identity.session_idle,
        ),
    )


async def _connect(settings: Settings, ground: Ground, models: ModelList, clock: Clock) -> None:
    """The connections that are known without asking anybody."""
    for configured in configured_connections(settings.providers, now=clock.now()):
        models.put(configured)
    for connection in await ground.database.read(
        lambda c: ConnectionRepository(c, ground.box).all()
    ):
        if connection.owner_id is None or settings.providers.own_keys:
            models.put(connection)


async def _discover(
    settings: Settings, http: aiohttp.ClientSession, models: ModelList, clock: Clock
) -> None:
    """What must be asked for, while the server already listens."""
    if settings.providers.look_for_ollama:
        ollama = await look_for_ollama(settings.providers, http, now=clock.now())
        if ollama is not None:
            models.put(ollama)
    # So that the first question finds its model without a wait.
    await models.all()
