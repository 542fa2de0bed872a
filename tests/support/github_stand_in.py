"""What GitHub says to whoever signs people in by it: OAuth 2 with PKCE, and the three questions about a person.

A GitHub Enterprise server speaks the same under one address, which is how the settings name this one.
"""

import base64
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from tests.support.sign_in_provider import CLIENT, SECRET, served

Json = dict[str, Any]


@dataclass(eq=False)
class GitHub:
    """People are known by login; each has a number, and addresses that are verified or not."""

    site: str = ""
    numbers: dict[str, object] = field(default_factory=dict[str, object])
    emails: dict[str, list[Json]] = field(default_factory=dict[str, list[Json]])
    organisations: list[str] = field(default_factory=list[str])
    teams: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    checks_pkce: bool = True
    token_answer: Json | None = None

    async def authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        back = urlencode({"code": code, "state": query["state"]})
        raise web.HTTPFound(f"{query['redirect_uri']}?{back}")

    async def give_token(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return web.json_response({"error": "incorrect_client_credentials"})
        query = self.codes.pop(form["code"], None)
        challenge = _challenge(form.get("code_verifier", ""))
        if query is None or (self.checks_pkce and query.get("code_challenge") != challenge):
            # With status 200, as GitHub does.
            return web.json_response({"error": "bad_verification_code"})
        token: Json = {"access_token": f"gho-{query.get('as', 'ada')}", "token_type": "bearer"}
        return web.json_response(self.token_answer or token)

    async def tell(self, request: web.Request) -> web.Response:
        login = request.headers.get("Authorization", "").removeprefix("Bearer gho-")
        return web.json_response(self._about(login, request.match_info["what"]))

    def _about(self, login: str, what: str) -> object:
        match what:
            case "user":
                number = self.numbers.setdefault(login, 1000 + len(self.numbers))
                return {"login": login, "id": number, "name": login.title(), "email": None}
            case "user/emails":
                usual = {
                    "email": f"{login}@company.example",
                    "primary": True,
                    "verified": True,
                }
                return self.emails.get(login, [usual])
            case "user/orgs":
                return [{"login": name} for name in self.organisations]
            case "user/teams":
                return [
                    {"slug": team, "organization": {"login": name}} for name, team in self.teams
                ]
            case _:
                return {}


@asynccontextmanager
async def a_github() -> AsyncGenerator[GitHub]:
    """One on a port of its own."""
    github = GitHub()
    app = web.Application()
    app.router.add_get("/login/oauth/authorize", github.authorize)
    app.router.add_post("/login/oauth/access_token", github.give_token)
    app.router.add_get("/api/v3/{what:.*}", github.tell)
    async with served(app) as github.site:
        yield github


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
