"""What the OpenAPI description says of all doors alike: how one is let in, what a refusal is, how events are framed.

All this is known where doors are declared (`identity/access.py`) and where errors become answers
(`platform/problems.py`); no route has to repeat it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from arcano.identity import COOKIE, Access, declared
from arcano.platform.problems import MEDIA_TYPE

WAYS_IN: Mapping[str, Any] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The session of a browser, from `POST /api/session`.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of a program, from `POST /api/keys`, or an access token, from `POST /api/tokens`.",
    },
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "A key of a program, as some vendors' clients send it.",
    },
}
_OF_PEOPLE, _OF_PROGRAMS = ("session", "token"), ("token", "key")
_PROBLEM = "#/components/schemas/ProblemView"


def describe_doors(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let the application's description say so from now on."""
    ask_fastapi = app.openapi
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = ask_fastapi()
            described["components"]["securitySchemes"] = dict(WAYS_IN)
            for route in routes:
                path = described["paths"][route.path_format]
                for method in route.methods or ():
                    _describe(path[method.lower()], declared(route))
        return ask_fastapi()

    app.openapi = openapi


def _describe(door: dict[str, Any], access: Access | None) -> None:
    is_for_programs = access is not None and access.door != "api"
    ways = _OF_PROGRAMS if is_for_programs else _OF_PEOPLE
    door["security"] = [] if access is None else [{name: []} for name in ways]
    if is_for_programs:
        door["responses"].pop("422", None)
        door["responses"]["default"] = {
            "description": "Any error, in the words of the vendor's API.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }
    for answer in door["responses"].values():
        contents: dict[str, Any] = answer.get("content", {})
        for kind, content in list(contents.items()):
            schema = content.get("schema", {})
            if schema.get("$ref") == _PROBLEM:
                # Whatever else a door answers with, a refusal is never that.
                answer["content"] = {MEDIA_TYPE: content}
            elif kind == "text/event-stream" and "$ref" in schema:
                contents[kind] = {"itemSchema": _event_of(schema["$ref"])}


def _event_of(reference: str) -> dict[str, Any]:
    """One server-sent event whose data is this."""
    data = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": reference},
    }
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["id", "event", "data"],
        "properties": {"id": text, "event": text, "data": data},
    }
