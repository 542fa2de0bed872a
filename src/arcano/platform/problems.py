"""Errors as a client sees them: `application/problem+json` (RFC 9457) with a stable `code`."""

from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from arcano.platform.act_log import ActLog
from arcano.platform.acts import Act, Subject
from arcano.platform.errors import ArcanoError
from arcano.platform.logs import request_id

FORBIDDEN = 403
MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    field: str
    message: str


class ProblemView(BaseModel):
    """The body of every error. `detail` is for a person, `code` for a program."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool
    request_id: str | None
    retry_after: int | None = None
    errors: list[FieldProblem] | None = None


def problem_of(error: ArcanoError) -> ProblemView:
    """The problem that an error of ours is to a client."""
    return _problem(
        code=error.code,
        status=error.status,
        detail=error.detail,
        retryable=error.retryable,
        retry_after=None if error.retry_after is None else round(error.retry_after.total_seconds()),
    )


def problem_of_input(error: RequestValidationError | ValidationError) -> ProblemView:
    """What is wrong with each field. What was sent is not repeated: it may be secret or unprintable."""
    problem = _problem(
        code="invalid-input",
        status=422,
        detail="Some fields are not as they should be.",
        retryable=False,
    )
    problem.errors = [
        FieldProblem(
            field=".".join(_printable(part) for part in item["loc"] if part != "body"),
            message=_printable(item["msg"]).removeprefix("Value error, "),
        )
        for item in error.errors()[:20]
    ]
    if problem.errors:
        first = problem.errors[0]
        problem.detail = f"{first.field}: {first.message}" if first.field else first.message
    return problem


def problem_of_bug() -> ProblemView:
    """Something we did not foresee. The log has the story under the request id."""
    return _problem(
        code="internal-error",
        status=500,
        detail="Something unexpected went wrong on the server. Nothing you sent was kept half-way.",
        retryable=True,
    )


def answer_with_problems(app: FastAPI) -> None:
    """Teach an application to answer every error of ours this way. What nobody foresaw, the edge answers."""

    async def on_arcano(request: Request, error: Exception) -> Response:
        assert isinstance(error, ArcanoError)  # noqa: S101 - for the type checker
        route = request.scope.get("route")
        if route is not None:
            await keep_refusal(request, error, deed=route.name)
        return problem_response(problem_of(error))

    async def on_input(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - for the type checker
        return problem_response(problem_of_input(error))

    async def on_http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
        if isinstance(error.__cause__, ArcanoError):
            # What we raise while FastAPI reads the body comes back wrapped in an error of its own.
            return problem_response(problem_of(error.__cause__))
        code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
        return problem_response(
            _problem(code=code, status=error.status_code, detail=error.detail, retryable=False)
        )

    app.add_exception_handler(ArcanoError, on_arcano)
    app.add_exception_handler(RequestValidationError, on_input)
    app.add_exception_handler(HTTPException, on_http)


async def keep_refusal(connection: HTTPConnection, error: ArcanoError, *, deed: str) -> None:
    """Into the audit trail, if it is a refusal: who wanted what and was not let. Of the address only the path is told."""
    acts: ActLog | None = getattr(connection.app.state, "acts", None)
    asker = connection.scope.get("arcano.asker")
    if error.status != FORBIDDEN or acts is None or asker is None:
        return
    # A command over a socket has no method.
    method = connection.scope.get("method", "SOCKET")
    details = {"deed": deed, "method": method, "code": error.code}
    subject = Subject("path", connection.scope["path"])
    await acts.keep_refusal(Act("access.refused", asker.actor, subject, "refused", details))


def problem_response(problem: ProblemView) -> Response:
    """The problem as an HTTP response."""
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return Response(
        problem_body(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers
    )


def problem_body(problem: ProblemView) -> bytes:
    return orjson.dumps(problem.model_dump(exclude_none=True))


def _problem(
    *, code: str, status: int, detail: str, retryable: bool, retry_after: int | None = None
) -> ProblemView:
    return ProblemView(
        type=f"urn:arcano:problem:{code}",
        title=code.replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        code=code,
        retryable=retryable,
        request_id=request_id.get(),
        retry_after=retry_after,
    )


def _printable(value: Any) -> str:  # noqa: ANN401 - names and messages of any input
    return str(value).encode("utf-8", "replace").decode()[:200]
