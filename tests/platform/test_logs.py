"""Logs: one JSON object a line for machines, with the request they belong to."""

import io
import logging
from collections.abc import Generator

import orjson
import pytest

from arcano.platform.logs import log_handler, request_id


@pytest.fixture
def written() -> Generator[io.StringIO]:
    stream = io.StringIO()
    handler = log_handler(stream, form="json")
    logger = logging.getLogger("test-of-logs")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield stream
    logger.removeHandler(handler)


def test_a_line_is_json_and_names_its_request(written: io.StringIO) -> None:
    token = request_id.set("request-1")
    logging.getLogger("test-of-logs").info("Answered %s.", "all")
    request_id.reset(token)

    line = orjson.loads(written.getvalue())
    assert (line["level"], line["logger"]) == ("INFO", "test-of-logs")
    assert (line["message"], line["request_id"]) == ("Answered all.", "request-1")
    assert line["time"]


def test_a_failure_keeps_its_story_on_the_same_line(written: io.StringIO) -> None:
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        logging.getLogger("test-of-logs").exception("It broke.")

    (line,) = written.getvalue().splitlines()
    assert "ZeroDivisionError" in orjson.loads(line)["exc_info"]
