"""The built page: files with a content hash in their name for ever, the entry page always fresh.

Files lie beside their compressed forms (`.br`, `.gz`), made at build time. As the last of all routes the
page also hears what no other route answers, and says which it is: an address that does not exist, or a
method that the address does not know.
"""

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Match, Mount
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from arcano.platform.errors import MethodNotAllowedError, NotFoundError
from arcano.platform.problems import problem_of, problem_response

FOLDER = Path(__file__).parent.parent / "web_dist"

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_OURS = ("api/", "v1/", "ollama/", "assets/")
_READING = ("GET", "HEAD")
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class Page:
    """Serves the page to whatever address within it is asked for; the page finds its own way."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        # Known once: nothing that is not in this list is ever opened, whatever the path says.
        self._files = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.suffix in _TYPES
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        response = self._answer(Request(scope), scope["path"].lstrip("/"))
        await response(scope, receive, send)

    def _answer(self, request: Request, path: str) -> Response:
        file = self._files.get(path or "index.html")
        if file is None:
            if allowed := _methods_elsewhere(request.scope):
                return _not_allowed("This address cannot be asked in this way.", allowed)
            if f"{path}/".startswith(_NOT_OURS):
                return problem_response(problem_of(NotFoundError("There is nothing here.")))
            file = self._files.get("index.html")
        if request.method not in _READING:
            return _not_allowed("This address can only be read.", _READING)
        if file is None:
            return PlainTextResponse("The page has not been built. Run: make serve", 503)
        return self._file(file, request.headers.get("accept-encoding", ""), path)

    def _file(self, file: Path, accepted: str, path: str) -> Response:
        headers = {
            "Cache-Control": _FOR_EVER if path.startswith("assets/") else "no-cache",
            "Vary": "Accept-Encoding",
        }
        media_type = _TYPES[file.suffix]
        for encoding, ending in _ENCODINGS:
            packed = file.with_name(file.name + ending)
            if encoding in accepted and packed.exists():
                return FileResponse(
                    packed,
                    media_type=media_type,
                    headers={**headers, "Content-Encoding": encoding},
                )
        return FileResponse(file, media_type=media_type, headers=headers)


def _methods_elsewhere(scope: Scope) -> Sequence[str]:
    """The methods for which another route would have answered at this address."""
    routes = [route for route in scope["app"].routes if not isinstance(route, Mount)]
    return [
        method
        for method in _METHODS
        if any(route.matches({**scope, "method": method})[0] == Match.FULL for route in routes)
    ]


def _not_allowed(detail: str, allowed: Sequence[str]) -> Response:
    response = problem_response(problem_of(MethodNotAllowedError(detail)))
    response.headers["Allow"] = ", ".join(allowed)
    return response
