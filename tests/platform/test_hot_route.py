"""Routes that every question passes: declared like all others, answered like all others, only sooner."""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection

from arcano.platform.edge import Edge
from arcano.platform.errors import NotFoundError
from arcano.platform.hot_route import HotRoute, Shortcut
from arcano.platform.json_route import JsonRoute
from arcano.platform.problems import answer_with_problems


class Draft(BaseModel):
    text: Annotated[str, Field(min_length=1, max_length=10)]


class Said(BaseModel):
    place: str
    who: str
    text: str


class GoneError(NotFoundError):
    """It is gone."""

    code = "gone"
    status = 404
    retryable = False


async def who(connection: HTTPConnection) -> str:
    return connection.headers.get("x-who", "nobody")


async def shouted(name: Annotated[str, Depends(who)]) -> str:
    return name.upper()


def an_app(route_class: type[JsonRoute]) -> FastAPI:
    """The same routes in one way or the other."""
    app = FastAPI()
    router = APIRouter(prefix="/api", route_class=route_class)

    @router.post("/places/{place}/words", status_code=202)
    async def say(place: str, draft: Draft, name: Annotated[str, Depends(shouted)]) -> Said:
        if draft.text == "gone":
            raise GoneError("It is gone.")
        if draft.text == "bug":
            raise RuntimeError("nobody foresaw this")
        return Said(place=place, who=name, text=draft.text)

    app.include_router(router)
    answer_with_problems(app)
    app.add_middleware(Shortcut, routes=router.routes)
    app.add_middleware(Edge)
    return app


class Answer:
    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    async def take(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            self.body += message.get("body", b"")


async def asked(
    app: FastAPI,
    path: str = "/api/places/home/words",
    *,
    answer: Answer | None = None,
    method: str = "POST",
    body: bytes = b'{"text": "hello"}',
    **headers: str,
) -> Answer:
    given = {"host": "arcano.local", "content-type": "application/json", "x-who": "ada", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "headers": [(name.replace("_", "-").encode(), v.encode()) for name, v in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    pieces = [body[:5], body[5:]]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    answer = answer or Answer()
    await app(scope, receive, answer.take)
    return answer


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"path": "/api/places/a%2Fb/words"},
        {"path": "/api/places/ÿ/words"},
        {"body": b""},
        {"body": b"{"},
        {"body": b"[]"},
        {"body": b'{"text": ""}'},
        {"body": b'{"text": "far too many words"}'},
        {"body": b'{"text": "gone"}'},
        {"body": b'{"text": "\\ud83d"}'},
        {"content_type": "application/vnd.arcano+json; charset=utf-8"},
        {"content_type": "text/plain"},
        {"content_type": ""},
        {"content_length": "99999999"},
        {"origin": "https://evil.example"},
        {"path": "/api/places/home/words/"},
        {"path": "/api/places//words"},
        {"path": "/api/places/home"},
        {"method": "GET"},
        {"method": "OPTIONS"},
    ],
    ids=str,
)
async def test_it_answers_as_the_same_route_answers_in_the_ordinary_way(
    request_: dict[str, Any],
) -> None:
    hot, ordinary = [await asked(an_app(kind), **request_) for kind in (HotRoute, JsonRoute)]

    assert hot.status == ordinary.status
    assert without_the_moment(hot) == without_the_moment(ordinary)


def without_the_moment(answer: Answer) -> tuple[dict[str, str], object]:
    """Headers and body, less the request's id and the library's wording of what is wrong with a body."""
    body: dict[str, Any] = orjson.loads(answer.body) if answer.body else {}
    for name in ("request_id", "detail", "errors"):
        body.pop(name, None)
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("x-request-id", "content-length")
    }
    return headers, body


async def test_dependencies_of_dependencies_are_asked() -> None:
    answer = await asked(an_app(HotRoute), body=b'{"text": "hi"}')

    assert answer.status == 202
    assert orjson.loads(answer.body) == {"place": "home", "who": "ADA", "text": "hi"}


async def test_a_bug_is_one_clear_problem(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("ERROR"):
        answer = await asked(an_app(HotRoute), body=b'{"text": "bug"}')

    problem = orjson.loads(answer.body)
    assert (answer.status, problem["code"]) == (500, "internal-error")
    assert answer.headers["x-request-id"] == problem["request_id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "nobody foresaw this" in caplog.text
    assert "nobody foresaw" not in answer.body.decode()


async def test_it_is_described_like_any_other() -> None:
    hot, ordinary = an_app(HotRoute).openapi(), an_app(JsonRoute).openapi()

    assert hot == ordinary


async def takes_a_query(after: Annotated[int, Query()] = 0) -> None: ...
async def takes_a_request(request: Request) -> None: ...
async def takes_two_bodies(one: Draft, two: Draft) -> None: ...
async def asks_for_a_query(name: Annotated[None, Depends(takes_a_query)]) -> None: ...


@pytest.mark.parametrize(
    "endpoint", [takes_a_query, takes_a_request, takes_two_bodies, asks_for_a_query]
)
def test_what_it_could_not_serve_is_refused_when_it_is_declared(
    endpoint: Callable[..., Any],
) -> None:
    router = APIRouter(route_class=HotRoute)

    with pytest.raises(TypeError, match="a hot route"):
        router.post("/words")(endpoint)
