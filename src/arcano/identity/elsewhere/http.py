"""The doors of sign-in elsewhere.

Two of them are entered by a browser that navigates, `begin` and `callback`. They always answer with a redirect to the
page: where something failed, with the error's code, which the page puts into words.
"""

import logging
from contextlib import suppress
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response, status
from fastapi.responses import RedirectResponse
from starlette.requests import HTTPConnection

from arcano.identity.access import Proved, SignedIn, open_to_all
from arcano.identity.callers import COOKIE
from arcano.identity.domain import UserId, Viewer
from arcano.identity.elsewhere.domain import Linker, Pending, Told
from arcano.identity.elsewhere.elsewhere import Elsewhere
from arcano.identity.elsewhere.enter import enter, link, unlink
from arcano.identity.elsewhere.errors import SignInNotVerifiedError
from arcano.identity.elsewhere.pending import (
    MAX_PATH,
    PENDING_COOKIE,
    PENDING_FOR,
    new_attempt,
    open_pending,
    safe_path,
    seal_pending,
)
from arcano.identity.elsewhere.redirect import redirect_address
from arcano.identity.elsewhere.repository import LinkedAccountRepository
from arcano.identity.elsewhere.schemas import (
    LinkAddress,
    LinkDraft,
    LinkedAccountList,
    LinkedAccountView,
    SignInProviderList,
    SignInProviderView,
    TokenDraft,
)
from arcano.identity.elsewhere.second_step import is_asked, open_half_way, seal_half_way
from arcano.identity.errors import ChallengeOverError, NotSignedInError
from arcano.identity.http import OR_ASKED, Identity, let_in, let_in_or_ask, site_of
from arcano.identity.schemas import MeView, SecondStepView
from arcano.identity.second_factors import ANSWER_WITHIN, HALF_WAY_COOKIE, HALF_WAY_PATH
from arcano.platform.acts import Act, Subject
from arcano.platform.edge import only_encrypted
from arcano.platform.errors import ArcanoError
from arcano.platform.json_route import JsonRoute

log = logging.getLogger(__name__)

COOKIE_PATH = "/api/sign-in"
STEP = "sign-in-step"
"""What tells the page that somebody came back who is to be asked for a second factor."""

router = APIRouter(prefix="/api", tags=["sign-in"], route_class=JsonRoute)


async def _elsewhere(connection: HTTPConnection) -> Elsewhere:
    return connection.app.state.elsewhere


async def _identity(connection: HTTPConnection) -> Identity:
    return connection.app.state.identity


_Elsewhere = Annotated[Elsewhere, Depends(_elsewhere)]
_Identity = Annotated[Identity, Depends(_identity)]


@router.get("/sign-in/providers", dependencies=[open_to_all])
async def list_providers(elsewhere: _Elsewhere) -> SignInProviderList:
    return SignInProviderList(
        items=[
            SignInProviderView.of(name, way.settings) for name, way in elsewhere.book.ways.items()
        ]
    )


@router.get(
    "/sign-in/{provider}/begin",
    dependencies=[open_to_all],
    status_code=status.HTTP_303_SEE_OTHER,
    response_class=RedirectResponse,
)
async def begin(
    provider: str,
    elsewhere: _Elsewhere,
    request: Request,
    return_to: Annotated[str, Query(max_length=MAX_PATH)] = "/",
) -> Response:
    path = safe_path(return_to)
    try:
        address, sealed = await _begin(provider, path, elsewhere, request)
    except ArcanoError as refused:
        return _to_page(path, provider, refused, elsewhere)
    answer = _to(address)
    _keep(answer, sealed, request)
    return answer


@router.get(
    "/sign-in/{provider}/callback",
    dependencies=[open_to_all],
    status_code=status.HTTP_303_SEE_OTHER,
    response_class=RedirectResponse,
)
async def callback(
    provider: str, elsewhere: _Elsewhere, identity: _Identity, request: Request
) -> Response:
    path = "/"
    try:
        answer = _answer(request)
        pending = open_pending(
            request.cookies.get(PENDING_COOKIE),
            provider=provider,
            state=answer.get("state", ""),
            now=identity.clock.now(),
            box=elsewhere.threshold.box,
        )
        path = pending.return_path
        done = _to(path)
        half_way = await _finish(pending, answer, elsewhere, identity, request, done)
        if half_way is not None:
            done = _to(_with(path, {STEP: "second"}))
            _keep_half_way(done, half_way, elsewhere, identity, request)
    except ArcanoError as refused:
        done = _to_page(path, provider, refused, elsewhere)
    # Whatever came of it, it is over.
    done.delete_cookie(PENDING_COOKIE, path=COOKIE_PATH, httponly=True, samesite="lax")
    return done


@router.post("/session/second/begin", dependencies=[open_to_all])
async def begin_second_step(
    elsewhere: _Elsewhere, identity: _Identity, request: Request
) -> SecondStepView:
    """What is asked of whoever was signed in elsewhere, in this browser, and has a second factor here."""
    user_id = open_half_way(
        request.cookies.get(HALF_WAY_COOKIE),
        now=identity.clock.now(),
        box=elsewhere.threshold.box,
    )
    methods = (await identity.second.of(user_id)).methods
    if not methods:
        raise ChallengeOverError("There is nothing to ask any more. Begin again.")
    asked = await identity.second.ask(user_id, purpose="sign-in", site=site_of(request))
    return SecondStepView(methods=methods, token=asked.token, options=asked.options)


@router.post(
    "/sign-in/{provider}",
    status_code=status.HTTP_201_CREATED,
    dependencies=[open_to_all],
    responses=OR_ASKED,
)
async def sign_in_with_token(
    provider: str,
    draft: TokenDraft,
    elsewhere: _Elsewhere,
    identity: _Identity,
    request: Request,
    response: Response,
) -> MeView | SecondStepView:
    way = elsewhere.handing_over(provider)
    token = draft.id_token.get_secret_value()
    told = await way.told(token)
    person = await enter(told, provider=way.settings, once=token, threshold=elsewhere.threshold)
    await identity.sessions.hear()
    if is_asked(told, way.settings):
        return await let_in_or_ask(person, identity, request, response)
    return await let_in(person, identity, request, response)


@router.get("/me/accounts")
async def list_accounts(viewer: SignedIn, elsewhere: _Elsewhere) -> LinkedAccountList:
    accounts, has_password = await elsewhere.threshold.database.read(
        lambda c: (
            LinkedAccountRepository(c).of(viewer.user_id),
            LinkedAccountRepository(c).has_password(viewer.user_id),
        )
    )
    ways, linked = elsewhere.book.ways, {account.provider for account in accounts}
    return LinkedAccountList(
        items=[
            LinkedAccountView.of(
                one,
                ways[one.provider].settings.called(one.provider)
                if one.provider in ways
                else one.provider,
            )
            for one in accounts
        ],
        to_link=[
            SignInProviderView.of(name, way.settings)
            for name, way in ways.items()
            if name not in linked
        ],
        has_password=has_password,
    )


@router.post("/me/accounts/{provider}/begin")
async def begin_link(
    provider: str,
    draft: LinkDraft,
    viewer: Proved,
    elsewhere: _Elsewhere,
    request: Request,
    response: Response,
) -> LinkAddress:
    linker = Linker(viewer.user_id, viewer.session_id)
    path = safe_path(draft.return_to)
    address, sealed = await _begin(provider, path, elsewhere, request, linker)
    _keep(response, sealed, request)
    return LinkAddress(address=address)


@router.post("/me/accounts/{provider}", status_code=status.HTTP_204_NO_CONTENT)
async def link_with_token(
    provider: str,
    draft: TokenDraft,
    viewer: Proved,
    elsewhere: _Elsewhere,
    identity: _Identity,
) -> None:
    way = elsewhere.handing_over(provider)
    token = draft.id_token.get_secret_value()
    told = await way.told(token)
    linker = Linker(viewer.user_id, viewer.session_id)
    await link(
        told,
        linker,
        provider=way.settings,
        once=token,
        threshold=elsewhere.threshold,
        act=_act("account.linked", viewer, provider),
    )
    await identity.sessions.hear()


@router.delete("/me/accounts/{provider}", status_code=status.HTTP_204_NO_CONTENT)
async def unlink_account(
    provider: str, viewer: Proved, elsewhere: _Elsewhere, identity: _Identity
) -> None:
    await unlink(
        viewer.user_id,
        provider,
        database=elsewhere.threshold.database,
        clock=identity.clock,
        act=_act("account.unlinked", viewer, provider),
    )
    await identity.sessions.hear()


async def _begin(
    provider: str,
    path: str,
    elsewhere: Elsewhere,
    request: Request,
    linker: Linker | None = None,
) -> tuple[str, str]:
    """Where to send the browser, and what it is to keep meanwhile."""
    way = elsewhere.redirecting(provider)
    attempt = new_attempt(redirect_address(request, provider))
    address = await way.address(attempt)
    expires_at = elsewhere.threshold.clock.now() + PENDING_FOR
    pending = Pending(provider, attempt, path, expires_at, linker)
    return address, seal_pending(pending, elsewhere.threshold.box)


async def _finish(
    pending: Pending,
    answer: dict[str, str],
    elsewhere: Elsewhere,
    identity: Identity,
    request: Request,
    response: Response,
) -> UserId | None:
    """Link or let in. Gives who is only half way in, because they must show a second factor."""
    if pending.linker is not None:
        await _expect_same(pending.linker, identity, request)
    way = elsewhere.redirecting(pending.provider)
    told: Told = await way.told(pending.attempt, answer)
    settings, threshold = way.settings, elsewhere.threshold
    once = pending.attempt.state
    if pending.linker is not None:
        # Once more: signing out while the provider is asked is a no.
        viewer = await _expect_same(pending.linker, identity, request)
        act = _act("account.linked", viewer, pending.provider)
        await link(told, pending.linker, provider=settings, once=once, threshold=threshold, act=act)
        await identity.sessions.hear()
        return None
    person = await enter(told, provider=settings, once=once, threshold=threshold)
    await identity.sessions.hear()
    if is_asked(told, settings) and (await identity.second.of(person.id)).methods:
        return person.id
    await let_in(person, identity, request, response)
    return None


async def _expect_same(linker: Linker, identity: Identity, request: Request) -> Viewer:
    """Whoever comes back must be signed in as the one who left, in the same session."""
    viewer = await identity.sessions.viewer(request.cookies.get(COOKIE))
    if (viewer.user_id, viewer.session_id) != (linker.user_id, linker.session_id):
        raise NotSignedInError("You were signed in as somebody else when you began.")
    return viewer


def _act(action: str, viewer: Viewer, provider: str) -> Act:
    """Which provider, and not who they are there: that is an address often enough."""
    whose = Subject("person", viewer.user_id)
    return Act(action, viewer.actor, whose, details={"provider": provider})


def _answer(request: Request) -> dict[str, str]:
    """What the browser came back with; nothing in it may be said twice."""
    several = request.query_params.multi_items()
    answer = dict(several)
    if len(answer) != len(several):
        raise SignInNotVerifiedError("The provider's answer contradicts itself. Begin again.")
    return answer


def _keep(response: Response, sealed: str, request: Request) -> None:
    response.set_cookie(
        PENDING_COOKIE,
        sealed,
        max_age=int(PENDING_FOR.total_seconds()),
        path=COOKIE_PATH,
        secure=only_encrypted(request.scope),
        httponly=True,
        # Not strict: the browser comes back from another site, and must bring it.
        samesite="lax",
    )


def _keep_half_way(
    response: Response,
    user_id: UserId,
    elsewhere: Elsewhere,
    identity: Identity,
    request: Request,
) -> None:
    sealed = seal_half_way(user_id, now=identity.clock.now(), box=elsewhere.threshold.box)
    response.set_cookie(
        HALF_WAY_COOKIE,
        sealed,
        max_age=int(ANSWER_WITHIN.total_seconds()),
        path=HALF_WAY_PATH,
        secure=only_encrypted(request.scope),
        httponly=True,
        samesite="strict",
    )


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(
        address, status.HTTP_303_SEE_OTHER, headers={"Cache-Control": "no-store"}
    )


def _to_page(
    path: str, provider: str, refused: ArcanoError, elsewhere: Elsewhere
) -> RedirectResponse:
    """To the page that was left, with what went wrong."""
    told = {"code": refused.code}
    # A name that is no provider's is whatever somebody put into the address, and no matter for a log.
    with suppress(ArcanoError):
        elsewhere.redirecting(provider)
        told["provider"] = provider
    log.info("nobody was signed in", extra=told)
    return _to(_with(path, {"sign-in-failed": refused.code, "sign-in-by": provider[:40]}))


def _with(path: str, told: dict[str, str]) -> str:
    """The path of our own page, and something that the page is to hear."""
    parts = urlsplit(path)
    more = urlencode(told)
    return f"{parts.path}?{parts.query}&{more}" if parts.query else f"{parts.path}?{more}"
