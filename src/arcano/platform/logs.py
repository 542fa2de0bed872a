"""Structured logs: one JSON object a line, with the request and the turn they belong to. Never per token.

What people and models write is no part of them, nor is a key: a failure is told without its words (`told_failure`).
"""

import logging
import sys
from contextvars import ContextVar
from types import TracebackType
from typing import Literal, TextIO

from pythonjsonlogger.orjson import OrjsonFormatter
from typing_extensions import override

from arcano.platform.telemetry.told_failure import in_lines

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
running_turn: ContextVar[str | None] = ContextVar("running_turn", default=None)
"""The turn that is being written; what it logs and the spans that it makes are found by it."""

Failed = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _WithIds(logging.Filter):
    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.turn_id = running_turn.get()
        return True


class _Json(OrjsonFormatter):
    @override
    def formatException(self, ei: Failed) -> str:
        return _told(ei)


class _Text(logging.Formatter):
    @override
    def formatException(self, ei: Failed) -> str:
        return _told(ei)


def _told(failed: Failed) -> str:
    return "" if failed[1] is None else "\n".join(in_lines(failed[1]))


Form = Literal["json", "text"]


def start_logging(*, level: str, form: Form) -> None:
    """Send all logs to stderr: as JSON for machines, as plain lines for a person's terminal."""
    logging.basicConfig(
        level=level.upper(), handlers=[log_handler(sys.stderr, form=form)], force=True
    )
    logging.getLogger("uvicorn.error").setLevel("WARNING")
    logging.getLogger("asyncio").setLevel("ERROR")
    logging.getLogger("alembic").setLevel("WARNING")


def log_handler(stream: TextIO, *, form: Form) -> logging.Handler:
    """Writes records to `stream` in the form chosen."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(_WithIds())
    if form == "json":
        handler.setFormatter(
            _Json(
                ["asctime", "levelname", "name", "message", "request_id", "turn_id"],
                rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            )
        )
    else:
        handler.setFormatter(_Text("%(asctime)s %(levelname)-7s %(name)s  %(message)s", "%H:%M:%S"))
    return handler
