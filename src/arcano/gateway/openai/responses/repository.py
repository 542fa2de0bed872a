"""Stored responses as one person may see and change them.

Made for one viewer, so that forgetting to filter by owner is not possible.
"""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from arcano.gateway.openai.responses.domain import ResponseId, StoredResponse
from arcano.gateway.openai.responses.errors import (
    PreviousResponseNotFoundError,
    ResponseNotFoundError,
)
from arcano.gateway.openai.responses.item_ids import response_id_of
from arcano.gateway.openai.responses.sealed import SENT, STREAM, WHOLE
from arcano.gateway.openai.responses.tables import STORED_RESPONSES
from arcano.identity import UserId
from arcano.platform.errors import InvalidInputError
from arcano.platform.secrets.texts import Texts, texts_of

MOST_BEFORE = 500
"""How many responses one may go on from, one after the other."""
MOST_TAKEN_UP = 32 * 1024 * 1024
"""How much of what is stored one request may take up, in characters. No model reads as much."""
PURGED_AT_ONCE = 100

_ROW = tuple(STORED_RESPONSES.c)


class ResponseRepository:
    """The responses of one viewer, inside one unit of work."""

    def __init__(self, connection: Connection, viewer: UserId, *, now: datetime) -> None:
        self._connection = connection
        self._viewer = viewer
        self._now = now
        self._texts = texts_of(connection)
        self._taken_up = 0
        self._items: dict[str, dict[str, dict[str, Any]]] = {}

    def one(self, response_id: str) -> StoredResponse:
        """The response.

        Raises:
            ResponseNotFoundError: There is none for this viewer.
        """
        row = self._row(response_id)
        if row is None:
            raise ResponseNotFoundError(f"Response with id {response_id[:100]!r} not found.")
        return _stored(row, self._texts)

    def items_before(self, previous_id: str) -> list[dict[str, Any]]:
        """All that was said up to this response and in it, the oldest first.

        Raises:
            PreviousResponseNotFoundError: It, or one before it, is not there for this viewer.
            InvalidInputError: It still runs, or too many came before it, or too much.
        """
        found: list[StoredResponse] = []
        following: str | None = previous_id
        while following is not None:
            row = self._row(following)
            if row is None:
                raise PreviousResponseNotFoundError(
                    f"Previous response with id {following[:100]!r} not found."
                )
            found.append(self._take_up(row))
            if found[-1].is_running:
                raise InvalidInputError("previous_response_id: It is still being written.")
            if len(found) > MOST_BEFORE:
                raise InvalidInputError("previous_response_id: Too many responses came before.")
            following = found[-1].previous_id
        return [item for one in reversed(found) for item in (*one.items, *one.whole["output"])]

    def item(self, item_id: str) -> dict[str, Any]:
        """A stored item, sent or answered.

        Raises:
            InvalidInputError: There is none of this id for this viewer, or too much was taken up before it.
        """
        response_id = response_id_of(item_id)
        found = None if response_id is None else self._items_of(response_id).get(item_id)
        if found is None:
            raise InvalidInputError(f"input: Item with id {item_id[:100]!r} not found.")
        return found

    def _items_of(self, response_id: str) -> dict[str, dict[str, Any]]:
        """By their ids. Read once, however many of them are asked for."""
        if response_id not in self._items:
            row = self._row(response_id)
            stored = None if row is None else self._take_up(row)
            items = () if stored is None else (*stored.items, *stored.whole["output"])
            # Of two with one id the first counts.
            self._items[response_id] = {item["id"]: item for item in reversed(items)}
        return self._items[response_id]

    def _take_up(self, row: RowMapping) -> StoredResponse:
        """The response of a row, to go on from.

        Raises:
            InvalidInputError: Together with what was taken up before it is too much.
        """
        texts = (STORED_RESPONSES.c.sent, STORED_RESPONSES.c.whole, STORED_RESPONSES.c.stream)
        self._taken_up += sum(len(row[text]) for text in texts)
        if self._taken_up > MOST_TAKEN_UP:
            raise InvalidInputError(
                "input, previous_response_id: More is stored of what this goes on from than one request can take up."
            )
        return _stored(row, self._texts)

    def add(self, response: StoredResponse) -> None:
        self._connection.execute(
            insert(STORED_RESPONSES).values(
                id=response.id,
                user_id=self._viewer,
                previous_id=response.previous_id,
                created_at=response.created_at,
                expires_at=response.expires_at,
                background=response.background,
                sent=self._texts.kept(orjson.dumps(response.items).decode(), SENT, response.id),
                **_changing(response.id, response.whole, response.stream, self._texts),
            )
        )

    def change(self, response_id: ResponseId, whole: dict[str, Any], stream: bytes) -> None:
        """How far it is. One that was deleted meanwhile stays so."""
        self._connection.execute(
            update(STORED_RESPONSES)
            .where(STORED_RESPONSES.c.id == response_id, STORED_RESPONSES.c.user_id == self._viewer)
            .values(**_changing(response_id, whole, stream, self._texts))
        )

    def delete(self, response_id: str) -> None:
        """Take it away for good.

        Raises:
            ResponseNotFoundError: There is none for this viewer.
        """
        found = self.one(response_id)
        self._connection.execute(delete(STORED_RESPONSES).where(STORED_RESPONSES.c.id == found.id))

    def _row(self, response_id: str) -> RowMapping | None:
        found = self._connection.execute(
            select(*_ROW).where(
                STORED_RESPONSES.c.id == response_id,
                STORED_RESPONSES.c.user_id == self._viewer,
                STORED_RESPONSES.c.expires_at > self._now,
            )
        )
        return found.mappings().one_or_none()


def abandoned(connection: Connection) -> list[StoredResponse]:
    """Everybody's that a process which is gone was writing."""
    found = connection.execute(
        select(*_ROW).where(STORED_RESPONSES.c.status.in_(("queued", "in_progress")))
    )
    texts = texts_of(connection)
    return [_stored(row, texts) for row in found.mappings()]


def purge_some(connection: Connection, *, now: datetime) -> bool:
    """Take away some of those whose time is over. Returns whether there may be more."""
    over = (
        select(STORED_RESPONSES.c.id)
        .where(STORED_RESPONSES.c.expires_at <= now)
        .limit(PURGED_AT_ONCE)
    )
    gone = connection.execute(delete(STORED_RESPONSES).where(STORED_RESPONSES.c.id.in_(over)))
    return gone.rowcount == PURGED_AT_ONCE


def _changing(
    response_id: ResponseId, whole: dict[str, Any], stream: bytes, texts: Texts
) -> dict[str, Any]:
    return {
        "status": whole["status"],
        "whole": texts.kept(orjson.dumps(whole).decode(), WHOLE, response_id),
        "stream": texts.kept_bytes(stream, STREAM, response_id),
    }


def _stored(row: RowMapping, texts: Texts) -> StoredResponse:
    response_id = ResponseId(row[STORED_RESPONSES.c.id])
    previous_id = row[STORED_RESPONSES.c.previous_id]
    return StoredResponse(
        id=response_id,
        user_id=UserId(row[STORED_RESPONSES.c.user_id]),
        previous_id=None if previous_id is None else ResponseId(previous_id),
        created_at=row[STORED_RESPONSES.c.created_at],
        expires_at=row[STORED_RESPONSES.c.expires_at],
        background=row[STORED_RESPONSES.c.background],
        items=orjson.loads(texts.read(row[STORED_RESPONSES.c.sent], SENT, response_id)),
        whole=orjson.loads(texts.read(row[STORED_RESPONSES.c.whole], WHOLE, response_id)),
        stream=texts.read_bytes(row[STORED_RESPONSES.c.stream], STREAM, response_id),
    )
