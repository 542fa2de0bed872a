"""The built page: files with a content hash in their name for ever, the entry page always fresh.

Files lie beside their compressed forms (`.br`, `.gz`), made at build time.
"""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent.parent / "web_dist"

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_OURS = ("api/", "v1/", "ollama/")
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
        request = Request(scope)
        response = self._answer(request, scope["path"].lstrip("/"))
        await response(scope, receive, send)

    def _answer(self, request: Request, path: str) -> Response:
        if path.startswith(_NOT_OURS) or (path not in self._files and path.startswith("assets/")):
            raise HTTPException(404, "There is nothing at this address.")
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, "This address can only be read.")
        file = self._files.get(path) or self._files.get("index.html")
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
