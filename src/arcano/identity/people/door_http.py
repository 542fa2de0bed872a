"""The doors before the sign-in: joining by an invitation, registering, and the way back for a forgotten password."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status

from arcano.identity.access import open_to_all
from arcano.identity.errors import RegistrationClosedError
from arcano.identity.http import (
    OR_ASKED,
    Identity,
    address_of,
    identity_of,
    let_in,
    let_in_or_ask,
)
from arcano.identity.people.accept_invitation import accept_invitation, look_at_invitation
from arcano.identity.people.register import register
from arcano.identity.people.reset_password import ask_for_reset, look_at_reset, use_reset
from arcano.identity.people.schemas import (
    InvitationLookView,
    JoinDraft,
    RegisteredView,
    RegistrationDraft,
    RegistrationView,
    ResetDraft,
    ResetLookView,
    ResetWishDraft,
    TokenDraft,
)
from arcano.identity.policies import Policies
from arcano.identity.repository import IdentityRepository
from arcano.identity.schemas import MeView, SecondStepView
from arcano.platform.json_route import JsonRoute

PROOF_LIFETIME = timedelta(hours=24)
"""How long a link is good for that proves an address."""

router = APIRouter(
    prefix="/api", tags=["identity"], route_class=JsonRoute, dependencies=[open_to_all]
)

_Identity = Annotated[Identity, Depends(identity_of)]


@router.get("/registration")
async def ask_registration(identity: _Identity) -> RegistrationView:
    policies = await identity.database.read(Policies.read)
    return RegistrationView.of(policies, mail=identity.post is not None)


@router.post("/registration", status_code=status.HTTP_202_ACCEPTED)
async def do_register(
    draft: RegistrationDraft, identity: _Identity, request: Request, response: Response
) -> RegisteredView:
    await identity.throttle.count_wish(address_of(request))
    registered = await register(
        email=draft.email,
        name=draft.name,
        password=draft.password.get_secret_value(),
        lifetime=PROOF_LIFETIME,
        post=identity.post,
        database=identity.database,
        passwords=identity.passwords,
        clock=identity.clock,
    )
    person = registered.person
    me = None if person is None else await let_in(person, identity, request, response)
    return RegisteredView.of(registered, me)


@router.post("/invitations/look")
async def look_at_an_invitation(draft: TokenDraft, identity: _Identity) -> InvitationLookView:
    invitation = await look_at_invitation(
        draft.token, database=identity.database, clock=identity.clock
    )
    role_name = await identity.database.read(
        lambda c: IdentityRepository(c).role_name(invitation.role)
    )
    return InvitationLookView(
        email=invitation.email, role_name=role_name, expires_at=invitation.expires_at
    )


@router.post("/invitations/accept", status_code=status.HTTP_201_CREATED)
async def join(
    draft: JoinDraft, identity: _Identity, request: Request, response: Response
) -> MeView:
    person = await accept_invitation(
        token=draft.token,
        name=draft.name,
        email=draft.email,
        password=draft.password.get_secret_value(),
        database=identity.database,
        passwords=identity.passwords,
        clock=identity.clock,
    )
    return await let_in(person, identity, request, response)


@router.post("/password-resets", status_code=status.HTTP_202_ACCEPTED)
async def wish_for_reset(draft: ResetWishDraft, identity: _Identity, request: Request) -> None:
    """The answer is the same whether somebody has the address or not."""
    if identity.post is None:
        raise RegistrationClosedError(
            "This workspace sends no mail. Ask whoever administers it for a link."
        )
    await identity.throttle.count_wish(address_of(request))
    await ask_for_reset(
        draft.email,
        lifetime=identity.settings.reset_lifetime,
        post=identity.post,
        database=identity.database,
        clock=identity.clock,
    )


@router.post("/password-resets/look")
async def look_at_a_reset(draft: TokenDraft, identity: _Identity) -> ResetLookView:
    person = await look_at_reset(draft.token, database=identity.database, clock=identity.clock)
    return ResetLookView(email=person.email)


@router.post("/password-resets/use", status_code=status.HTTP_201_CREATED, responses=OR_ASKED)
async def choose_new_password(
    draft: ResetDraft, identity: _Identity, request: Request, response: Response
) -> MeView | SecondStepView:
    person = await use_reset(
        token=draft.token,
        password=draft.password.get_secret_value(),
        database=identity.database,
        passwords=identity.passwords,
        clock=identity.clock,
    )
    await identity.sessions.hear()
    return await let_in_or_ask(person, identity, request, response)
