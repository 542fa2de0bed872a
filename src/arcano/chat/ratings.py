"""What people think of answers: each has one verdict on an answer, and may take it back.

Who may see the answer, the conversation's repository has been asked before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    bindparam,
    delete,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects.sqlite import insert

from arcano.chat.domain import Message, MessageId, Rating
from arcano.chat.errors import AnswerBeingWrittenError, NotAnAnswerError
from arcano.chat.sealed import RATING_REASON
from arcano.chat.tables import MESSAGES, RATINGS
from arcano.identity import Permission, UserId, Viewer
from arcano.platform.secrets.texts import texts_of
from arcano.usage import MOST_ROWS, Span

RatedBy = Literal["model", "target", "variant", "person", "day"]
_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_R = RATINGS.c
_OWN = select(_R.message_id, _R.verdict, _R.reason).where(
    _R.user_id == bindparam("viewer"), _R.message_id.in_(bindparam("messages", expanding=True))
)
_PUT = insert(RATINGS)
_PUT_AGAIN = _PUT.on_conflict_do_update(
    index_elements=["message_id", "user_id"],
    set_={
        name: _PUT.excluded[name]
        for name in ("verdict", "reason", "rated_at", "model", "target", "variant")
    },
)


class RatingRepository:
    """The ratings of one viewer, inside one unit of work."""

    def __init__(self, connection: Connection, viewer: UserId) -> None:
        self._connection = connection
        self._viewer = viewer
        self._texts = texts_of(connection)

    def of(self, messages: Sequence[MessageId]) -> dict[MessageId, Rating]:
        """What the viewer thinks of these; those without a rating are left out."""
        rows = self._connection.execute(_OWN, {"viewer": self._viewer, "messages": messages})
        return {
            MessageId(row.message_id): Rating(
                row.verdict,
                self._texts.read_or_none(row.reason, RATING_REASON, row.message_id, self._viewer),
            )
            for row in rows
        }

    def put(self, answer: Message, rating: Rating, *, now: datetime) -> None:
        """Rate it, in the place of what the viewer thought before.

        Raises:
            NotAnAnswerError: It is a question.
            AnswerBeingWrittenError: Who wrote it is not known yet.
        """
        if answer.role != "assistant":
            raise NotAnAnswerError
        if answer.status == "running":
            raise AnswerBeingWrittenError
        model, by = answer.model or "", answer.answered_by
        reason = self._texts.kept_or_none(rating.reason, RATING_REASON, answer.id, self._viewer)
        self._connection.execute(
            _PUT_AGAIN,
            {
                "message_id": answer.id,
                "user_id": self._viewer,
                "verdict": rating.verdict,
                "reason": reason,
                "rated_at": now,
                "model": model,
                "target": model if by is None else by.target,
                "variant": "" if by is None else by.variant or "",
            },
        )

    def take_back(self, message_id: MessageId) -> None:
        """Also where there is none."""
        self._connection.execute(
            delete(RATINGS).where(_R.message_id == message_id, _R.user_id == self._viewer)
        )


@dataclass(frozen=True, slots=True)
class RatingsWanted:
    """Which ratings: those given in a span, and of everything that is named."""

    span: Span
    everybodys: bool = False
    user_id: str | None = None
    model: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are of each. `names` are what they have in common, in the order that was asked for."""

    names: tuple[str | None, ...]
    up: int
    down: int


class RatingBook:
    """Ratings to be counted and taken away, as one viewer may see them: their own, or everybody's.

    Raises:
        NotAllowedError: Everybody's were asked for, and that is not for them.
    """

    def __init__(self, connection: Connection, viewer: Viewer) -> None:
        self._connection = connection
        self._viewer = viewer

    def count(self, wanted: RatingsWanted, by: Sequence[RatedBy]) -> list[Counted]:
        """By what is asked; days in order, all else the most rated first, and at most `MOST_ROWS`."""
        columns = [_by(name).label(f"by_{place}") for place, name in enumerate(by)]
        up, down = (
            func.coalesce(func.sum(type_coerce(_R.verdict == verdict, Integer)), 0).label(verdict)
            for verdict in ("up", "down")
        )
        asked = select(*columns, up, down).where(*self._conditions(wanted))
        if by:
            order = [columns[0]] if by[0] == "day" else []
            most = func.count().desc()
            asked = asked.group_by(*columns).order_by(*order, most).limit(MOST_ROWS)
        return [
            Counted(tuple(map(_name, row, by)), row.up, row.down)
            for row in self._connection.execute(asked)
        ]

    def rows(
        self, wanted: RatingsWanted, *, after: tuple[datetime, str, str] | None, limit: int
    ) -> list[dict[str, Any]]:
        """The ratings themselves, the oldest first. `after`: time, message and person of the last that was read."""
        place = tuple_(_R.rated_at, _R.message_id, _R.user_id)
        asked = (
            select(RATINGS, MESSAGES.c.conversation_id)
            .join(MESSAGES, MESSAGES.c.id == _R.message_id)
            .where(*self._conditions(wanted))
            .order_by(_R.rated_at, _R.message_id, _R.user_id)
            .limit(limit)
        )
        if after is not None:
            # Said for the time alone, too: so SQLite sees where to begin.
            asked = asked.where(place > after, _R.rated_at >= after[0])
        return [self._row(row) for row in self._connection.execute(asked).mappings()]

    def _row(self, row: RowMapping) -> dict[str, Any]:
        reason = texts_of(self._connection).read_or_none(
            row["reason"], RATING_REASON, row["message_id"], row["user_id"]
        )
        return {**row, "reason": reason, "variant": row["variant"] or None}

    def _conditions(self, wanted: RatingsWanted) -> list[ColumnElement[bool]]:
        span = wanted.span
        conditions = [_R.rated_at >= span.first, _R.rated_at < span.last]
        if wanted.everybodys:
            self._viewer.expect(Permission.USAGE_READ_ALL)
            whose = wanted.user_id
        else:
            whose = self._viewer.user_id
        named = {"user_id": whose, "model": wanted.model, "target": wanted.target}
        return conditions + [_R[name] == one for name, one in named.items() if one is not None]


def _by(by: RatedBy) -> ColumnElement[Any]:
    match by:
        case "day":
            moment = type_coerce(_R.rated_at, BigInteger)
            return moment - moment % _DAY
        case "person":
            return _R.user_id
        case _:
            return _R[by]


def _name(value: Any, by: RatedBy) -> str | None:  # noqa: ANN401 - a column's
    if by == "day":
        return (_EPOCH + timedelta(microseconds=value)).isoformat().replace("+00:00", "Z")
    return value or None
