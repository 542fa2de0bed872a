"""The doors of ratings: saying what one thinks of an answer, and how many thought what."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, status
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from arcano.chat.domain import ConversationId, MessageId
from arcano.chat.doors import Chat, chat_of
from arcano.chat.notices import Notice
from arcano.chat.rating_schemas import (
    RatingCountView,
    RatingDraft,
    RatingPage,
    RatingRow,
    RatingView,
)
from arcano.chat.ratings import Counted, RatedBy, RatingBook, RatingRepository, RatingsWanted
from arcano.chat.repository import ConversationRepository
from arcano.chat.sharing import Standing, Thing
from arcano.identity import (
    Permission,
    Sessions,
    SignedIn,
    StayingResponse,
    UserId,
    Viewer,
    may,
    names_of,
    sessions_of,
)
from arcano.platform.acts import Act, record
from arcano.platform.json_route import JsonRoute
from arcano.usage import (
    MEDIA_TYPES,
    MOST_ROWS,
    AskedSpan,
    By,
    Form,
    head_of_file,
    lines_of_file,
    names,
)

router = APIRouter(prefix="/api", tags=["ratings"], route_class=JsonRoute)

AT_ONCE = 1000
COLUMNS = (
    "rated_at",
    "user_id",
    "conversation_id",
    "message_id",
    "model",
    "target",
    "variant",
    "verdict",
    "reason",
)

_Chat = Annotated[Chat, Depends(chat_of)]
_Sessions = Annotated[Sessions, Depends(sessions_of)]
_Reader = Annotated[Viewer, may(Permission.CONVERSATION_READ, at_least="viewer")]
_Text = Annotated[str | None, Query(max_length=500)]
_Groups = Annotated[list[RatedBy] | None, Query(max_length=2)]


@router.put("/messages/{message_id}/rating")
async def rate_answer(
    message_id: str, draft: RatingDraft, viewer: _Reader, chat: _Chat
) -> RatingView:
    """Say what one thinks of an answer, in the place of what one said before."""
    identifier, rating, now = MessageId(message_id), draft.value(), chat.clock.now()

    async def deed(standing: Standing) -> RatingView:
        def unit(connection: Connection) -> ConversationId:
            answer = ConversationRepository(connection, standing.owner_id).message(identifier)
            RatingRepository(connection, viewer.user_id).put(answer, rating, now=now)
            return answer.conversation_id

        _tell(chat, viewer, await chat.database.write(unit))
        return RatingView(verdict=rating.verdict, reason=rating.reason)

    return await chat.as_owner(viewer, Thing("message", message_id), deed)


@router.delete("/messages/{message_id}/rating", status_code=status.HTTP_204_NO_CONTENT)
async def take_rating_back(message_id: str, viewer: _Reader, chat: _Chat) -> None:
    """Also where there is none."""
    identifier = MessageId(message_id)

    async def deed(standing: Standing) -> None:
        def unit(connection: Connection) -> ConversationId:
            answer = ConversationRepository(connection, standing.owner_id).message(identifier)
            RatingRepository(connection, viewer.user_id).take_back(identifier)
            return answer.conversation_id

        _tell(chat, viewer, await chat.database.write(unit))

    await chat.as_owner(viewer, Thing("message", message_id), deed)


async def _wanted(
    span: AskedSpan,
    user_id: _Text = None,
    model: _Text = None,
    target: _Text = None,
    *,
    everybody: bool = False,
) -> RatingsWanted:
    """Left out: all that is one's own."""
    return RatingsWanted(span, everybody, user_id, model, target)


_Wanted = Annotated[RatingsWanted, Depends(_wanted)]


@router.get("/usage/ratings")
async def count_ratings(
    viewer: SignedIn, chat: _Chat, wanted: _Wanted, by: _Groups = None
) -> RatingPage:
    """How many answers people thought well of and how many not, of ratings given in a span; by one or two things."""
    bys = list(dict.fromkeys(by or ()))

    def unit(connection: Connection) -> RatingPage:
        book = RatingBook(connection, viewer)
        (total,) = book.count(wanted, ())
        rows = book.count(wanted, bys) if bys else []
        called = _called(connection, rows, bys)
        return RatingPage(
            since=wanted.span.first,
            until=wanted.span.last,
            total=RatingCountView.of(total),
            items=[
                RatingRow(of=names(row.names, bys, called), sums=RatingCountView.of(row))
                for row in rows
            ],
            truncated=len(rows) == MOST_ROWS,
        )

    return await chat.database.read(unit)


@router.get(
    "/usage/ratings/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, "application/jsonl": {}}}},
)
async def export_ratings(
    viewer: SignedIn, chat: _Chat, wanted: _Wanted, sessions: _Sessions, form: Form = "csv"
) -> StayingResponse:
    """Every rating given in a span, oldest first, with what people wrote to it. Taking out everybody's is an act."""
    if wanted.everybodys:
        viewer.expect(Permission.USAGE_READ_ALL)
        act = Act("usage.exported", viewer.actor, details={"form": form, "of": "ratings"})
        now = chat.clock.now()
        await chat.database.write(lambda c: record(c, act, now=now))
    return StayingResponse(
        _file(chat, viewer, wanted, form),
        viewer=viewer,
        sessions=sessions,
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="arcano-ratings.{form}"'},
    )


async def _file(
    chat: Chat, viewer: Viewer, wanted: RatingsWanted, form: Form
) -> AsyncGenerator[bytes]:
    yield head_of_file(COLUMNS, form)
    after: tuple[datetime, str, str] | None = None
    while rows := await chat.database.read(
        lambda c, after=after: RatingBook(c, viewer).rows(wanted, after=after, limit=AT_ONCE)
    ):
        yield lines_of_file(COLUMNS, [{name: row[name] for name in COLUMNS} for row in rows], form)
        last = rows[-1]
        after = (last["rated_at"], last["message_id"], last["user_id"])


def _called(
    connection: Connection, rows: Sequence[Counted], by: Sequence[RatedBy]
) -> dict[By, dict[str, str]]:
    """What people are called, where ratings are told apart by who gave them."""
    if "person" not in by:
        return {}
    place = by.index("person")
    ids = {UserId(row.names[place] or "") for row in rows}
    return {"person": {str(one): name for one, name in names_of(connection, ids).items()}}


def _tell(chat: Chat, viewer: Viewer, conversation_id: ConversationId) -> None:
    """The other tabs of whoever rated; nobody else sees it there."""
    chat.notices.publish(viewer.user_id, Notice("conversation-changed", conversation_id))
