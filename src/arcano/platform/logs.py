"""Structured logs: one JSON object a line, with the request they belong to. Never per token."""

import logging
import sys
from contextvars import ContextVar
from typing import Literal, TextIO

from pythonjsonlogger.orjson import OrjsonFormatter
from typing_extensions import override

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class _WithRequest(logging.Filter):
    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


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
    handler.addFilter(_WithRequest())
    if form == "json":
        handler.setFormatter(
            OrjsonFormatter(
                ["asctime", "levelname", "name", "message", "request_id"],
                rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            )
        )
    else:
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)-7s %(name)s  %(message)s", "%H:%M:%S")
        )
    return handler
