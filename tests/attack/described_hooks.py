"""What schemathesis is told in its own process: who it is, and what there is to ask for. See `described_doors.py`.

Two thirds of the ids that it makes up are exchanged for such as exist, or it would see little more than *not found*.
They are made by whoever it plays, as they are needed, and made again when they were deleted.
"""

import json
import os
import zlib
from collections.abc import Mapping, MutableMapping
from typing import Any
from uuid import uuid4

import requests
import schemathesis

_TOLD: dict[str, Any] = json.loads(os.environ["ARCANO_ATTACK"])  # noqa: TID251 - a program of its own, started for this
_URL: str = _TOLD["url"]
_CREDENTIALS: dict[str, str] | None = _TOLD["credentials"]
_NEVER_AGAIN = "no-such"
_TOOL: Any = schemathesis
"""It types what it hands to hooks too loosely for a strict reader."""

_CONNECTION = {
    "kind": "openai-compatible",
    "name": "Made",
    "base_url": _TOLD["upstream"],
    "key": "sk-made",
}
_ROUTE = {"name": "made-{new}", "targets": [{"model": _TOLD["model"]}]}
_QUESTION = {"client_message_id": "{new}", "content": "Hello?", "model": _TOLD["model"]}
_MAKERS: Mapping[str, tuple[str, Any, str]] = {
    "conversation_id": ("/api/conversations", {}, "id"),
    "turn_id": ("/api/conversations/{conversation_id}/turns", _QUESTION, "turn_id"),
    "message_id": (
        "/api/conversations/{conversation_id}/turns",
        _QUESTION,
        "assistant_message_id",
    ),
    "connection_id": ("/api/connections", _CONNECTION, "id"),
    "batch_id": ("/api/batches?name=Made", "question\nHow?\n", "id"),
    "user_id": ("/api/service-accounts", {"name": "Made"}, "id"),
    "group_id": ("/api/groups", {"name": "Made {new}"}, "id"),
    "role_id": ("/api/roles", {"name": "Made {new}", "permissions": []}, "id"),
    "invitation_id": ("/api/invitations", {}, "invitation.id"),
    "name_or_id": ("/api/routes", _ROUTE, "name"),
    "download_id": ("/api/models/downloads", _TOLD["download"], "id"),
}
"""By the name of an id in a path: what is sent to make such a thing, and where its id stands in the answer."""


class Program:
    """Somebody's program, and what it knows. Signs in when it has no token, or one that is worth nothing any more."""

    def __init__(self) -> None:
        self.token: str | None = None
        self._known: dict[str, str] = {}

    def known(self, name: str) -> str:
        """The id of a thing that there is, or of none where whoever this is can make none."""
        if name not in self._known:
            self._known[name] = self._make(name)
        return self._known[name]

    def forget(self, identifier: str) -> None:
        """It was deleted."""
        self._known = {name: known for name, known in self._known.items() if known != identifier}

    def _make(self, name: str) -> str:
        path, body, place = _MAKERS[name]
        path = (
            path.replace("{conversation_id}", self.known("conversation_id"))
            if "{" in path
            else path
        )
        is_json = not isinstance(body, str)
        sent = json.dumps(body).replace("{new}", str(uuid4())) if is_json else body
        answered = requests.post(
            _URL + path,
            data=sent,
            headers={
                "Content-Type": "application/json" if is_json else "text/csv",
                "Authorization": f"Bearer {self.signed_in()}",
            },
            timeout=30,
        )
        if not answered.ok:
            return _NEVER_AGAIN
        made = answered.json()
        for part in place.split("."):
            made = made.get(part, _NEVER_AGAIN)
        return made

    def signed_in(self) -> str:
        if self.token is None:
            answered = requests.post(f"{_URL}/api/tokens", json=_CREDENTIALS, timeout=30)
            answered.raise_for_status()
            self.token = answered.json()["access_token"]
        assert self.token is not None
        return self.token


_PROGRAM = Program()


class Bearer:
    """How schemathesis asks for a token, and where it puts it."""

    def get(self, _case: Any, _context: Any) -> str:
        return _PROGRAM.signed_in()

    def set(self, case: Any, data: str, _context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


if _CREDENTIALS:
    _TOOL.auth(refresh_interval=None)(Bearer)


@_TOOL.hook
def after_call(_context: Any, case: Any, response: Any) -> None:
    if response.status_code == 401:
        # Ended by one of its own deeds, or too old.
        _PROGRAM.token = None
    if case.method == "DELETE" and response.status_code == 204:
        named: dict[str, Any] = case.path_parameters or {}
        for identifier in named.values():
            _PROGRAM.forget(str(identifier))


@_TOOL.hook
def map_path_parameters(
    _context: Any, path_parameters: MutableMapping[str, Any] | None
) -> MutableMapping[str, Any] | None:
    for name, value in (path_parameters or {}).items():
        # By the value itself, so that the same seed asks the same.
        chosen = zlib.crc32(repr(value).encode("utf-8", "replace"))
        if path_parameters and _CREDENTIALS and name in _MAKERS and chosen % 3:
            path_parameters[name] = _PROGRAM.known(name)
    return path_parameters
