"""An OpenID Connect provider that keeps to the protocol, until a test makes it lie in one place.

It runs in the test's own event loop. Everybody who comes is signed in at once, as whom the address names in `as`.
"""

import base64
import hashlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from arcano.platform.clock import Clock

CLIENT = "arcano"
SECRET = "the client's own secret"

Claims = dict[str, Any]

# Made once: a key takes long to make, and no test minds that another has the same.
OWN_KEY = RSAKey.generate_key(2048, {"kid": "own", "use": "sig", "alg": "RS256"})
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "own", "use": "sig", "alg": "RS256"})


@dataclass(slots=True)
class Code:
    """What a code stands for."""

    query: dict[str, str]
    person: str


@dataclass(eq=False)
class SignInProvider:
    """The provider, and each thing it says as a function that a test may replace."""

    clock: Clock
    issuer: str = ""
    people: dict[str, Claims] = field(default_factory=dict[str, Claims])
    """More claims of some who come; the others have an address of their own, verified."""
    keys: list[Claims] = field(default_factory=lambda: [OWN_KEY.as_dict(private=False)])
    metadata: Claims = field(default_factory=dict[str, Any])
    """What the discovery document says otherwise."""
    sign: Callable[[Claims], str] = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "own"}, claims, OWN_KEY
    )
    answer: Callable[[Claims], Any] = lambda tokens: tokens
    """What the token endpoint says instead of these tokens."""
    userinfo: Callable[[Claims], Claims] = lambda claims: claims
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens once while somebody waits for tokens."""
    checks_pkce: bool = True
    gives_refresh_tokens: bool = False
    in_id_token: frozenset[str] | None = None
    """The claims about a person that are in the ID token; the others only the userinfo has. None: all are in both."""
    codes: dict[str, Code] = field(default_factory=dict[str, Code])
    refreshable: dict[str, str] = field(default_factory=dict[str, str])
    """The person of each refresh token."""
    asked: list[str] = field(default_factory=list[str])
    """The path of each request."""
    id_tokens: list[str] = field(default_factory=list[str])

    def claims(self, person: str) -> Claims:
        return {
            "sub": person,
            "email": f"{person}@company.example",
            "email_verified": True,
            "name": person.title(),
            **self.people.get(person, {}),
        }

    def token_claims(self, person: str, nonce: str | None) -> Claims:
        """What an honest ID token says."""
        now = int(self.clock.now().timestamp())
        about = self.claims(person)
        if self.in_id_token is not None:
            about = {key: about[key] for key in ("sub", *self.in_id_token)}
        asked = {} if nonce is None else {"nonce": nonce}
        return {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, **asked, **about}

    async def describe(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                **self.metadata,
            }
        )

    async def publish_keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": self.keys})

    async def authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        code = f"code-{len(self.codes)}"
        self.codes[code] = Code(query, query.get("as", "ada"))
        back = urlencode({"code": code, "state": query["state"]})
        raise web.HTTPFound(f"{query['redirect_uri']}?{back}")

    async def give_tokens(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        if (meanwhile := self.meanwhile) is not None:
            self.meanwhile = None
            await meanwhile()
        if not _is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        if form["grant_type"] == "refresh_token":
            person = self.refreshable.pop(form["refresh_token"], None)
            if person is None:
                return web.json_response({"error": "invalid_grant"}, status=400)
            return web.json_response(self.answer(self._tokens(person, None)))
        code = self.codes.pop(form["code"], None)
        if code is None or (self.checks_pkce and not _is_same(code, form)):
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response(self.answer(self._tokens(code.person, code.query.get("nonce"))))

    async def tell_about(self, request: web.Request) -> web.Response:
        person = request.headers["Authorization"].removeprefix("Bearer access-")
        return web.json_response(self.userinfo(self.claims(person)))

    def _tokens(self, person: str, nonce: str | None) -> Claims:
        self.id_tokens.append(self.sign(self.token_claims(person, nonce)))
        tokens = {
            "access_token": f"access-{person}",
            "token_type": "Bearer",
            "id_token": self.id_tokens[-1],
        }
        if self.gives_refresh_tokens:
            tokens["refresh_token"] = f"refresh-{person}-{len(self.id_tokens)}"
            self.refreshable[tokens["refresh_token"]] = person
        return tokens


def unsigned(claims: Claims, *, signature: str = "", algorithm: str = "none") -> str:
    """A token that nobody signed."""
    header = {"alg": algorithm, "typ": "JWT"}
    return f"{_part(header)}.{_part(claims)}.{signature}"


@asynccontextmanager
async def a_sign_in_provider(clock: Clock) -> AsyncGenerator[SignInProvider]:
    """One that is honest, on a port of its own."""
    provider = SignInProvider(clock)

    @web.middleware
    async def note(request: web.Request, handler: Any) -> web.StreamResponse:
        provider.asked.append(request.path)
        return await handler(request)

    app = web.Application(middlewares=[note])
    app.router.add_get("/.well-known/openid-configuration", provider.describe)
    app.router.add_get("/keys", provider.publish_keys)
    app.router.add_get("/authorize", provider.authorize)
    app.router.add_post("/token", provider.give_tokens)
    app.router.add_get("/userinfo", provider.tell_about)
    async with served(app) as provider.issuer:
        yield provider


@asynccontextmanager
async def served(app: web.Application) -> AsyncGenerator[str]:
    """The application as long as the block. Gives its address."""
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def visit(http: aiohttp.ClientSession, address: str) -> str:
    """Where a page sends whoever goes there."""
    async with http.get(address, allow_redirects=False) as answer:
        return answer.headers["Location"]


def query_of(address: str) -> dict[str, str]:
    """What the query of an address says."""
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


def _is_client(request: web.Request, form: dict[str, str]) -> bool:
    known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    by_form = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
    return by_form or request.headers.get("Authorization") == f"Basic {known}"


def _is_same(code: Code, form: dict[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return (
        code.query.get("code_challenge") == challenge
        and code.query.get("code_challenge_method") == "S256"
        and code.query["redirect_uri"] == form.get("redirect_uri")
    )


def _part(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
