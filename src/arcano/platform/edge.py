"""What happens to every request before a route sees it, as plain ASGI: no task, no copy of the body.

A request id; from where it was asked; the Origin check on writes; a limit on bodies; headers that keep browsers strict.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from arcano.platform.acts import MAX_TEXT, Origin, origin
from arcano.platform.errors import ArcanoError, ForeignOriginError, PayloadTooLargeError
from arcano.platform.ids import new_id
from arcano.platform.logs import request_id
from arcano.platform.problems import MEDIA_TYPE, problem_body, problem_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY_BYTES = 8 * 1024 * 1024
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
        b"font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class Edge:
    """Wraps the application. `body_limits`: addresses that take larger bodies, and how large."""

    def __init__(
        self,
        app: AsgiApp,
        *,
        public_origins: frozenset[str] = frozenset(),
        body_limits: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._public_origins = public_origins
        self._body_limits = body_limits or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["arcano.public_origins"] = self._public_origins
        if scope["type"] == "http":
            await self._http(scope, receive, send)
            return
        if scope["type"] == "websocket":
            origin.set(_origin_of(scope, None))
        await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        identifier = new_id()
        request_id.set(identifier)
        origin.set(_origin_of(scope, identifier))
        extra = [(b"x-request-id", identifier.encode()), *SECURITY_HEADERS]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        try:
            check_origin(scope)
            limit = self._body_limits.get(scope["path"], MAX_BODY_BYTES)
            limited = _limited(scope, receive, limit=limit)
        except ArcanoError as refused:
            await _refuse(refused, send_with_headers)
            return
        await self._app(scope, limited, send_with_headers)


def _origin_of(scope: Scope, identifier: str | None) -> Origin:
    client = scope.get("client")
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), None)
    return Origin(
        address=client[0] if client else None,
        request_id=identifier,
        user_agent=None if agent is None else agent[:MAX_TEXT].decode("latin-1"),
    )


def check_origin(scope: Scope) -> None:
    """Refuse what a foreign page asks in a person's name.

    Browsers name the page in `Origin` on every write and every socket; programs send none.

    Raises:
        ForeignOriginError: The page is not ours.
    """
    if scope["type"] == "http" and scope["method"] in _READING:
        return
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    if origin is None:
        if headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none"):
            raise ForeignOriginError("This request came from another site.")
        return
    ours = origin.partition(b"://")[2] == headers.get(b"host", b"")
    if not ours and origin.decode("latin-1") not in scope["arcano.public_origins"]:
        raise ForeignOriginError("This request came from another site.")


def _limited(scope: Scope, receive: Receive, *, limit: int) -> Receive:
    """Stop reading a body that is too large, whether it says so or not."""
    if scope["method"] in _READING:
        return receive
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if not length.isdigit() or int(length) > limit:
        raise PayloadTooLargeError(f"A request may have {limit / 2**20:.3g} MB at most.")
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise PayloadTooLargeError(f"A request may have {limit / 2**20:.3g} MB at most.")
        return message

    return receive_limited


async def _refuse(error: ArcanoError, send: Send) -> None:
    problem = problem_of(error)
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            # The connection stays: one closed on a client that still sends would cost it this answer.
            "headers": [(b"content-type", MEDIA_TYPE.encode())],
        }
    )
    await send({"type": "http.response.body", "body": problem_body(problem)})
