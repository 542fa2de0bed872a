"""What happens to every request before a route sees it, as plain ASGI: no task, no copy of the body.

A request id; from where it was asked; by which name; the Origin check on writes and sockets; https where it is asked for; a limit on
bodies; headers that keep browsers strict.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from arcano.platform.acts import MAX_TEXT, Origin, origin
from arcano.platform.errors import (
    ArcanoError,
    ForeignOriginError,
    InsecureConnectionError,
    PayloadTooLargeError,
    UnknownHostError,
)
from arcano.platform.hosts import KnownHosts
from arcano.platform.ids import new_id
from arcano.platform.logs import request_id
from arcano.platform.problems import (
    MEDIA_TYPE,
    problem_body,
    problem_of,
    problem_of_bug,
    problem_response,
)

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

Refusal = Callable[[Scope, ArcanoError], AsgiApp | None]
"""How a door answers that has words of its own for a refusal; None for all others."""

MAX_BODY_BYTES = 8 * 1024 * 1024
_ANSWERS = ("/api/", "/v1/", "/v1beta/", "/ollama/")
"""Where no page is: what is there is read by programs and by our page."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_REFUSED_SOCKET = 1008

_ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "font-src 'self' data:; connect-src {}; object-src 'none'; frame-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
ANSWER_HEADERS = [
    (
        b"content-security-policy",
        # Whatever a person, a model or a file put into an answer: opened as a page it is dead.
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    ),
    # What somebody was told is not for whoever uses the browser after them.
    (b"cache-control", b"no-store"),
    *_ALWAYS,
]
_ONLY_ENCRYPTED = (b"strict-transport-security", b"max-age=31536000")


class Edge:
    """Wraps the application. `body_limits`: addresses that take larger bodies, and how large.

    `https_only`: the session's cookie is for https alone, and no page of http writes or opens a socket. `hosts`: the
    names by which the server is asked. `page_asks`: origins besides the server's own that its page may talk to.
    `refusal`: for doors that do not answer with problems.
    """

    def __init__(
        self,
        app: AsgiApp,
        *,
        public_origins: frozenset[str] = frozenset(),
        https_only: bool = False,
        body_limits: Mapping[str, int] | None = None,
        refusal: Refusal | None = None,
        page_asks: Iterable[str] = (),
        hosts: KnownHosts | None = None,
    ) -> None:
        self._app = app
        self._refusal = refusal
        self._public_origins = public_origins
        self._https_only = https_only
        self._body_limits = body_limits or {}
        self._hosts = hosts or KnownHosts()
        more = [_ONLY_ENCRYPTED] if https_only else []
        policy = _PAGE_POLICY.format(" ".join(["'self'", *sorted(set(page_asks))]))
        page = (b"content-security-policy", policy.encode())
        self._page_headers = [page, *_ALWAYS, *more]
        self._answer_headers = [*ANSWER_HEADERS, *more]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["arcano.public_origins"] = self._public_origins
        scope["arcano.https_only"] = self._https_only
        if scope["type"] == "http":
            await self._http(scope, receive, send)
            return
        if scope["type"] == "websocket":
            # For the log alone: no answer of a socket names it.
            request_id.set(new_id())
            origin.set(_origin_of(scope, None))
            try:
                self._check_host(scope)
                check_origin(scope)
            except ArcanoError:
                await send({"type": "websocket.close", "code": _REFUSED_SOCKET})
                return
        await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        identifier = new_id()
        request_id.set(identifier)
        origin.set(_origin_of(scope, identifier))
        is_answer = scope["path"].startswith(_ANSWERS)
        strict = self._answer_headers if is_answer else self._page_headers
        extra = [(b"x-request-id", identifier.encode()), *strict]

        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        try:
            self._check_host(scope)
            check_origin(scope)
            limit = self._body_limits.get(scope["path"], MAX_BODY_BYTES)
            limited = limited_body(scope, receive, limit=limit)
        except ArcanoError as refused:
            await self._refuse(refused, scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, limited, send_with_headers)
        except ArcanoError as refused:
            if begun:
                raise
            await self._refuse(refused, scope, receive, send_with_headers)
        except Exception:
            # Answered here, where the answer has its id and its headers; the log has the story under that id.
            log.exception("unforeseen error")
            if begun:
                raise  # all that is left is to hang up
            await problem_response(problem_of_bug())(scope, receive, send_with_headers)

    async def _refuse(
        self, refused: ArcanoError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Say no in the words of the door, where it has its own."""
        answer = None if self._refusal is None else self._refusal(scope, refused)
        if answer is None:
            await _refuse(refused, send)
        else:
            await answer(scope, receive, send)

    def _check_host(self, scope: Scope) -> None:
        host = next((value for name, value in scope["headers"] if name == b"host"), None)
        scope["arcano.known_host"] = self._hosts.knows(host)
        if self._hosts.strict:
            expect_known_host(scope)


def expect_known_host(scope: Scope) -> None:
    """Go on only where the server was asked by a name that is its own. See `hosts`.

    Raises:
        UnknownHostError: It was another.
    """
    if not scope.get("arcano.known_host", True):
        raise UnknownHostError(
            "This server does not know itself by the name in the address. Open it by its IP address or as localhost, or let "
            "whoever runs it name the address in `public_origins` or `allowed_hosts`."
        )


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
        InsecureConnectionError: The page, or the socket of a program, came without encryption and may not.
    """
    if scope["type"] == "http" and scope["method"] in _READING:
        return
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    if origin is None:
        if headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none"):
            raise ForeignOriginError("This request came from another site.")
        if scope["type"] == "websocket":
            _expect_encrypted(scope, encrypted=is_encrypted(scope))
        return
    ours = origin.partition(b"://")[2] == headers.get(b"host", b"")
    if not ours and origin.decode("latin-1") not in scope["arcano.public_origins"]:
        raise ForeignOriginError("This request came from another site.")
    # The page's own scheme says more than ours: a proxy that ends the encryption may not tell of it.
    _expect_encrypted(scope, encrypted=origin.startswith(b"https:"))


def is_encrypted(scope: Scope) -> bool:
    """Whether it came by https or wss, as far as we or a proxy that we believe can tell."""
    return scope["scheme"] in ("https", "wss")


def only_encrypted(scope: Scope) -> bool:
    """Whether a cookie that is set now may come back over https alone."""
    return scope["arcano.https_only"] or is_encrypted(scope)


def _expect_encrypted(scope: Scope, *, encrypted: bool) -> None:
    if scope["arcano.https_only"] and not encrypted:
        raise InsecureConnectionError(
            "This server is reached over https only. Open its https address; behind a proxy, name the proxy in "
            "`trusted_proxies`."
        )


def limited_body(scope: Scope, receive: Receive, *, limit: int) -> Receive:
    """Stop reading a body that is too large, whether it says so or not.

    Raises:
        PayloadTooLargeError: It says so. One that does not raises it while it is read.
    """
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
