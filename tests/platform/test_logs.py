"""Logs: one JSON object a line for machines, with the request they belong to."""

import io
import logging
from collections.abc import Generator

import orjson
import pytest

from arcano.platform.logs import Form, log_handler, request_id, running_turn


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


def test_a_line_inside_a_turn_names_it(written: io.StringIO) -> None:
    token = running_turn.set("turn-1")
    logging.getLogger("test-of-logs").info("Said.")
    running_turn.reset(token)

    assert orjson.loads(written.getvalue())["turn_id"] == "turn-1"


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_failure_is_told_without_its_words(form: Form) -> None:
    """An exception's message may quote anything: a row, a body, a key."""
    stream = io.StringIO()
    handler = log_handler(stream, form=form)
    logger = logging.getLogger("test-of-failures")
    logger.addHandler(handler)
    try:
        try:
            int("a secret that was no number")
        except ValueError as wrong:
            raise ExceptionGroup("secret group", [OSError(28, "secret disk")]) from wrong
    except ExceptionGroup:
        logger.exception("It broke.")
    finally:
        logger.removeHandler(handler)

    told = stream.getvalue()
    assert "secret" not in told
    for word in (
        "It broke.",
        "ExceptionGroup",
        "ValueError",
        "OSError (errno 28)",
        "test_logs.py:",
    ):
        assert word in told
