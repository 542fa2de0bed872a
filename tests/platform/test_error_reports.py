"""Reports of errors: what nobody foresaw arrives at the project that the settings name, and nobody's words with it."""

import asyncio
import gzip
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from tests.support.canary import serving
from tests.support.http_taker import take_requests

from arcano.platform.logs import request_id, running_turn
from arcano.platform.telemetry.error_reports import reporting
from arcano.platform.telemetry.settings import ErrorReportSettings

SECRET = "canary-Lm3Ke9-what-somebody-wrote"


@dataclass(slots=True, eq=False)
class Project:
    """A project at a server that speaks Sentry's protocol: the envelopes that came."""

    port: int = 0
    raw: list[bytes] = field(default_factory=list[bytes])
    heads: list[bytes] = field(default_factory=list[bytes])

    @property
    def settings(self) -> ErrorReportSettings:
        dsn = f"http://public-key@127.0.0.1:{self.port}/7"
        return ErrorReportSettings.model_validate({"dsn": dsn, "environment": "tests"})

    @property
    def events(self) -> list[dict[str, Any]]:
        """The envelopes' events: a head for the envelope, and for each item a head and the item."""
        lines = [line for envelope in self.raw for line in envelope.split(b"\n") if line]
        found = [orjson.loads(line) for line in lines]
        return [one for one in found if "exception" in one or "logger" in one]

    async def take(self, head: bytes, body: bytes) -> None:
        self.heads.append(head)
        self.raw.append(
            gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body
        )


@asynccontextmanager
async def a_project() -> AsyncGenerator[Project]:
    project = Project()
    async with serving(take_requests(project.take), "127.0.0.1") as port:
        project.port = port
        yield project


def _break(content: str) -> None:
    wanted = {"content": content}
    raise KeyError(wanted["content"])


def _report_a_failure(project: Project) -> None:
    logger = logging.getLogger("arcano.tests")
    with reporting(project.settings, version="1.2.3"):
        try:
            _break(SECRET)
        except KeyError:
            logger.exception("turn %s failed with %s", "turn-1", SECRET)


async def _reported(project: Project) -> None:
    request_id.set("request-1")
    running_turn.set("turn-1")
    await asyncio.to_thread(_report_a_failure, project)


async def test_what_nobody_foresaw_is_reported_with_its_place_in_the_code() -> None:
    async with a_project() as project:
        await _reported(project)

    (event,) = project.events
    (told,) = event["exception"]["values"]
    assert told["type"] == "KeyError"
    frames = told["stacktrace"]["frames"]
    assert [frame["function"] for frame in frames] == ["_report_a_failure", "_break"]
    assert all(frame["lineno"] > 0 for frame in frames)
    assert event["tags"] == {"request_id": "request-1", "turn_id": "turn-1"}
    assert (event["release"], event["environment"]) == ("arcano@1.2.3", "tests")
    assert event["message"] == "turn %s failed with %s"


async def test_a_report_has_no_content_no_variables_no_headers_and_no_name_of_the_machine() -> None:
    async with a_project() as project:
        await _reported(project)

    (event,) = project.events
    assert SECRET.encode() not in b"".join(project.raw)
    unwanted = {"server_name", "request", "user", "breadcrumbs", "contexts", "modules", "extra"}
    assert unwanted & event.keys() == set()
    for frame in event["exception"]["values"][0]["stacktrace"]["frames"]:
        assert frame.keys() <= {"filename", "function", "lineno", "in_app"}
        assert not frame["filename"].startswith("/")


async def test_what_other_libraries_say_is_reported_without_their_words() -> None:
    async with a_project() as project:

        def complain() -> None:
            with reporting(project.settings, version="1"):
                logging.getLogger("asyncio").error(f"about {SECRET}")  # noqa: G004 - as others do

        await asyncio.to_thread(complain)

    (event,) = project.events
    assert event["logger"] == "asyncio"
    assert SECRET.encode() not in b"".join(project.raw)


async def test_warnings_are_nobodys_report() -> None:
    async with a_project() as project:

        def warn() -> None:
            with reporting(project.settings, version="1"):
                logging.getLogger("arcano").warning("The disk is slow.")

        await asyncio.to_thread(warn)

    assert project.raw == []


async def test_without_a_project_nothing_listens_to_the_log() -> None:
    before = list(logging.getLogger().handlers)

    with reporting(ErrorReportSettings(), version="1"):
        during = list(logging.getLogger().handlers)

    assert during == before


@pytest.mark.parametrize("dsn", ["http://public-key@127.0.0.1:9/7"])
async def test_a_project_that_is_away_keeps_nobody_waiting(dsn: str) -> None:
    settings = ErrorReportSettings.model_validate({"dsn": dsn})

    def fail() -> None:
        with reporting(settings, version="1"):
            logging.getLogger("arcano").error("It broke.")

    async with asyncio.timeout(5):
        await asyncio.to_thread(fail)
