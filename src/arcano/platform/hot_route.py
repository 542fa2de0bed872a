"""The few routes that every question passes: declared like all others, served without walking past them.

A `HotRoute` is declared with FastAPI's decorators, and described in OpenAPI as every route is. It is
served by `Shortcut`, which knows these routes alone and calls their endpoints directly. FastAPI's own
way (each router asked in turn, dependencies solved for every conceivable signature) costs ten times as
much; see docs/explanation/decisions for the figures. Everything else takes that way as before.
"""

from collections.abc import Sequence
from typing import Any

from fastapi.dependencies.models import Dependant
from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.routing import BaseRoute

from arcano.platform.edge import AsgiApp, Receive, Refusal, Scope, Send
from arcano.platform.errors import ArcanoError
from arcano.platform.json_route import JsonRoute, read_json
from arcano.platform.problems import keep_refusal, problem_of, problem_of_input, problem_response


class HotRoute(JsonRoute):
    """Use as `APIRouter(route_class=HotRoute)`, and give the router's routes to `Shortcut`.

    Its endpoint takes strings out of the path, at most one body, and dependencies that take the
    `HTTPConnection` or other such dependencies. It gives a view, or a response of its own.

    Raises:
        TypeError: When declared, if the endpoint takes anything else.
    """

    def __init__(self, path: str, endpoint: Any, **more: Any) -> None:  # noqa: ANN401 - as FastAPI takes them
        super().__init__(path, endpoint, **more)
        wants = self.dependant
        if any(field.field_info.annotation is not str for field in wants.path_params):
            raise TypeError(f"{path}: a hot route takes strings out of its path.")
        if len(wants.body_params) > 1:
            raise TypeError(f"{path}: a hot route takes one body.")
        _expect_simple(wants, path)
        self._draft: tuple[str, TypeAdapter[Any]] | None = None
        for field in wants.body_params:
            draft: Any = field.field_info.annotation
            self._draft = field.name, TypeAdapter(draft)

    async def serve(
        self, path_params: dict[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer one request whose method and path are this route's."""
        connection = HTTPConnection(scope)
        try:
            values = await _solved(self.dependant, connection)
            values |= path_params
            if self._draft is not None:
                name, draft = self._draft
                values[name] = draft.validate_python(await read_json(connection, receive))
            answer = await self.endpoint(**values)
            response = answer if isinstance(answer, Response) else self._response(answer)
        except ArcanoError as refused:
            await keep_refusal(connection, refused, deed=self.name)
            response = self.refused(refused)
        except ValidationError as wrong:
            response = self.misread(wrong)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    def refused(self, error: ArcanoError) -> Response:
        """How an error of ours is answered."""
        return problem_response(problem_of(error))

    def misread(self, wrong: ValidationError) -> Response:
        """How a body is answered that is not as it should be."""
        return problem_response(problem_of_input(wrong))

    def _response(self, view: Any) -> Response:  # noqa: ANN401 - any view
        body = view.model_dump_json().encode()
        return Response(body, status_code=self.status_code or 200, media_type="application/json")


class Shortcut:
    """Takes requests for hot routes straight there; all others go on to the application."""

    def __init__(self, app: AsgiApp, *, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._hot = [
            (method, route.path_regex, route)
            for route in routes
            if isinstance(route, HotRoute)
            for method in route.methods or ()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for method, pattern, route in self._hot:
                if scope["method"] == method and (match := pattern.match(scope["path"])):
                    await route.serve(match.groupdict(), scope, receive, send)
                    return
        await self._app(scope, receive, send)


def refusal_by(routes: Sequence[BaseRoute]) -> Refusal:
    """How those of these routes refuse that are hot; for what is refused before any route is asked."""
    hot = [
        (method, route.path_regex, route)
        for route in routes
        if isinstance(route, HotRoute)
        for method in route.methods or ()
    ]

    def refusal(scope: Scope, error: ArcanoError) -> Response | None:
        for method, pattern, route in hot:
            if scope["method"] == method and pattern.match(scope["path"]):
                return route.refused(error)
        return None

    return refusal


def _expect_simple(wants: Dependant, path: str) -> None:
    refused = {
        "query parameters": wants.query_params,
        "headers": wants.header_params,
        "cookies": wants.cookie_params,
        "the request": wants.request_param_name,
        "the response": wants.response_param_name,
        "background tasks": wants.background_tasks_param_name,
    }
    for what, there in refused.items():
        if there:
            raise TypeError(
                f"{path}: a hot route cannot take {what}. Ask an HTTPConnection for it."
            )
    for dependency in wants.dependencies:
        if dependency.path_params or dependency.body_params:
            raise TypeError(f"{path}: a dependency of a hot route takes the connection only.")
        _expect_simple(dependency, path)


async def _solved(dependant: Dependant, connection: HTTPConnection) -> dict[str, Any]:
    """What a function wants that only the connection must be known for."""
    values: dict[str, Any] = {}
    for wanted in dependant.dependencies:
        assert wanted.name is not None  # noqa: S101 - for the type checker
        assert wanted.call is not None  # noqa: S101 - for the type checker
        values[wanted.name] = await wanted.call(**await _solved(wanted, connection))
    if dependant.http_connection_param_name:
        values[dependant.http_connection_param_name] = connection
    return values
