"""One request to an application as its doors see it, without a server and without a connection."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `json` is None where nothing did."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    """As they were sent, some perhaps several times."""

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def events(self) -> list[Any]:
        """The data of server-sent events."""
        frames = [frame.split("\n") for frame in self.body.decode().split("\n\n") if frame]
        return [json.loads(lines[2].removeprefix("data: ")) for lines in frames]


async def ask_app(
    app: FastAPI,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Answer:
    """Ask `path`, which may end in a query; `body` is sent as JSON. `more`: what the edge would have noted."""
    sent: list[Any] = []
    content = b"" if body is None else json.dumps(body).encode()
    path, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "http",
        "arcano.https_only": False,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (b"content-type", b"application/json"),
            *((name.lower().encode(), value.encode()) for name, value in (headers or {}).items()),
        ],
        **(more or {}),
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": content}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    said = tuple((name.decode(), value.decode()) for name, value in sent[0].get("headers", ()))
    return Answer(sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]), said)
