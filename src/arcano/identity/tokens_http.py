"""The doors for programs that cannot hold a cookie: access tokens for minutes, refresh tokens that are good once."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Request, status
from pydantic import BaseModel, SecretStr, StringConstraints

from arcano.identity.access import open_to_all
from arcano.identity.access_tokens import LIFETIME
from arcano.identity.errors import SecondFactorNeededError
from arcano.identity.http import Identity, address_of, device_of, identity_of
from arcano.identity.programs import Tokens
from arcano.identity.schemas import SignInDraft
from arcano.identity.second_factors_http import Code
from arcano.identity.sign_in import sign_in
from arcano.platform.act_log import Acts
from arcano.platform.json_route import JsonRoute

router = APIRouter(
    prefix="/api/tokens", tags=["identity"], route_class=JsonRoute, dependencies=[open_to_all]
)

_Identity = Annotated[Identity, Depends(identity_of)]


class TokenDraft(SignInDraft):
    code: Code | None = None
    """By the clock or for recovery; for accounts that have a second factor."""


class RefreshDraft(BaseModel):
    refresh_token: Annotated[SecretStr, StringConstraints(max_length=200)]


class TokensView(BaseModel):
    access_token: str
    """Send it as `Authorization: Bearer ...`."""
    refresh_token: str
    """Good once, for the next two."""
    expires_in: int
    """Seconds until the access token is worth nothing."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind of token, and none

    @classmethod
    def of(cls, tokens: Tokens) -> Self:
        return cls(
            access_token=tokens.access,
            refresh_token=tokens.refresh,
            expires_in=int(LIFETIME.total_seconds()),
        )


@router.post("", status_code=status.HTTP_201_CREATED)
async def get_tokens(
    draft: TokenDraft, identity: _Identity, request: Request, acts: Acts
) -> TokensView:
    """Sign a program in, as a session of its own that its person sees and can end."""
    address = address_of(request)
    person = await sign_in(
        email=draft.email,
        password=draft.password.get_secret_value(),
        address=address,
        database=identity.database,
        passwords=identity.passwords,
        throttle=identity.throttle,
        acts=acts,
    )
    if (await identity.second.of(person.id)).methods:
        if draft.code is None:
            raise SecondFactorNeededError("Send a code of your second factor, too.")
        asked = await identity.second.ask(person.id, purpose="tokens", site=None)
        async with identity.throttle.attempt(email=person.email, address=address):
            await identity.second.answer(
                person.id,
                asked.token,
                purpose="tokens",
                code=draft.code,
                passkey=None,
                site=None,
            )
    return TokensView.of(await identity.programs.begin(person, device_of(request)))


@router.post("/refresh")
async def refresh_tokens(draft: RefreshDraft, identity: _Identity) -> TokensView:
    """The next two tokens. A refresh token that was used before ends the session for whoever has it."""
    return TokensView.of(await identity.programs.go_on(draft.refresh_token.get_secret_value()))


@router.post("/revoke", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_tokens(draft: RefreshDraft, identity: _Identity) -> None:
    """Sign the program out."""
    await identity.programs.end(draft.refresh_token.get_secret_value())
