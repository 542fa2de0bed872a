"""The doors of second factors: setting them up, being asked for one after the password, and proving oneself again."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import BaseModel, Field, SecretStr, StringConstraints

from arcano.identity.access import Proved, SignedIn, open_to_all
from arcano.identity.domain import Person, Viewer
from arcano.identity.errors import ChallengeOverError, NotSignedInError, WrongCredentialsError
from arcano.identity.http import Identity, address_of, identity_of, let_in, site_of
from arcano.identity.people.confirm_password import confirm_password
from arcano.identity.repository import IdentityRepository
from arcano.identity.schemas import MeView
from arcano.identity.second_factors import (
    HALF_WAY_COOKIE,
    HALF_WAY_PATH,
    ISSUER,
    Factors,
    Method,
    Passkey,
)
from arcano.platform.acts import Act, Subject
from arcano.platform.json_route import JsonRoute

router = APIRouter(prefix="/api", tags=["identity"], route_class=JsonRoute)

_Identity = Annotated[Identity, Depends(identity_of)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=40)]
Token = Annotated[str, StringConstraints(max_length=100)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class PasskeyView(BaseModel):
    id: str
    name: str
    host: str
    """The address under which it was made, and under which alone it can be used."""
    made_at: datetime
    used_at: datetime | None

    @classmethod
    def of(cls, passkey: Passkey) -> Self:
        return cls(
            id=passkey.id,
            name=passkey.name,
            host=passkey.host,
            made_at=passkey.made_at,
            used_at=passkey.used_at,
        )


class FactorsView(BaseModel):
    has_codes: bool
    passkeys: list[PasskeyView]
    recovery_codes_left: int

    @classmethod
    def of(cls, factors: Factors) -> Self:
        return cls(
            has_codes=factors.has_codes,
            passkeys=[PasskeyView.of(one) for one in factors.passkeys],
            recovery_codes_left=factors.recovery_left,
        )


class CodesBegunView(BaseModel):
    secret: str
    """For typing into an authenticator app."""
    uri: str
    picture: str
    """The same as a QR code: a `data:` address of an SVG picture."""


class RecoveryCodesView(BaseModel):
    recovery_codes: list[str]
    """Shown once; each opens once. Empty where there are good ones already."""


class CodeDraft(BaseModel):
    code: Code


class AskedView(BaseModel):
    token: Token
    options: dict[str, Any] | None
    """For `navigator.credentials`; null where no passkey can be used here."""


class PasskeyDraft(BaseModel):
    token: Token
    name: Name
    credential: dict[str, Any]


class SecondStepDraft(BaseModel):
    """A code by the clock, a recovery code, or what the browser says of a passkey."""

    token: Token
    code: Code | None = None
    credential: dict[str, Any] | None = None


class ProofAskedView(BaseModel):
    methods: list[Method]
    """Empty: the password is asked for."""
    token: Token | None
    options: dict[str, Any] | None


class ProofDraft(BaseModel):
    password: Annotated[SecretStr | None, Field(max_length=200)] = None
    token: Token | None = None
    code: Code | None = None
    credential: dict[str, Any] | None = None


@router.get("/me/second-factors")
async def list_second_factors(viewer: SignedIn, identity: _Identity) -> FactorsView:
    return FactorsView.of(await identity.second.of(viewer.user_id))


@router.post("/me/second-factors/codes", status_code=status.HTTP_201_CREATED)
async def begin_codes(viewer: Proved, identity: _Identity) -> CodesBegunView:
    """A secret for an authenticator app. It counts once a code of it was confirmed."""
    import segno  # noqa: PLC0415 - few ever need them
    from pyotp.totp import TOTP  # noqa: PLC0415

    person = await _person(identity, viewer)
    secret = await identity.second.begin_codes(viewer.user_id)
    uri = TOTP(secret).provisioning_uri(name=person.email, issuer_name=ISSUER)
    picture = segno.make(uri, micro=False).svg_data_uri(scale=5, border=2, light="#fff")
    return CodesBegunView(secret=secret, uri=uri, picture=picture)


@router.post("/me/second-factors/codes/confirm")
async def confirm_codes(
    draft: CodeDraft, viewer: SignedIn, identity: _Identity, request: Request
) -> RecoveryCodesView:
    async with _attempt(identity, await _person(identity, viewer), request):
        codes = await identity.second.confirm_codes(
            viewer.user_id, draft.code, act=_act("added", viewer, "codes")
        )
    return RecoveryCodesView(recovery_codes=codes)


@router.delete("/me/second-factors/codes", status_code=status.HTTP_204_NO_CONTENT)
async def drop_codes(viewer: Proved, identity: _Identity) -> None:
    await identity.second.drop_codes(viewer.user_id, act=_act("removed", viewer, "codes"))


@router.post("/me/second-factors/recovery-codes")
async def renew_recovery_codes(viewer: Proved, identity: _Identity) -> RecoveryCodesView:
    """Other codes; the old ones are worth nothing from now on."""
    if not (await identity.second.of(viewer.user_id)).methods:
        raise ChallengeOverError("Set up codes or a passkey first.")
    codes = await identity.second.renew_recovery_codes(
        viewer.user_id, act=_act("renewed", viewer, "recovery")
    )
    return RecoveryCodesView(recovery_codes=codes)


@router.post("/me/second-factors/passkeys/begin")
async def begin_passkey(viewer: Proved, identity: _Identity, request: Request) -> AskedView:
    person = await _person(identity, viewer)
    asked = await identity.second.begin_passkey(
        viewer.user_id, name=person.email, site=site_of(request)
    )
    return AskedView(token=asked.token, options=asked.options)


@router.post("/me/second-factors/passkeys", status_code=status.HTTP_201_CREATED)
async def add_passkey(
    draft: PasskeyDraft, viewer: SignedIn, identity: _Identity, request: Request
) -> RecoveryCodesView:
    _, codes = await identity.second.add_passkey(
        viewer.user_id,
        draft.token,
        draft.credential,
        name=draft.name,
        site=site_of(request),
        act=_act("added", viewer, "passkey"),
    )
    return RecoveryCodesView(recovery_codes=codes)


@router.delete("/me/second-factors/passkeys/{passkey_id}", status_code=status.HTTP_204_NO_CONTENT)
async def drop_passkey(passkey_id: str, viewer: Proved, identity: _Identity) -> None:
    await identity.second.drop_passkey(
        viewer.user_id, passkey_id, act=_act("removed", viewer, "passkey")
    )


@router.post("/session/second", status_code=status.HTTP_201_CREATED, dependencies=[open_to_all])
async def take_second_step(
    draft: SecondStepDraft, identity: _Identity, request: Request, response: Response
) -> MeView:
    """The second half of a sign-in, for whoever was asked for a factor after the password."""
    user_id = await identity.second.who_was_asked(draft.token, purpose="sign-in")
    person = await identity.database.read(lambda c: IdentityRepository(c).person(user_id))
    if person is None or person.state != "active":
        raise ChallengeOverError("This question is over. Begin again.")
    await _answer(identity, person, draft, request, purpose="sign-in")
    response.delete_cookie(HALF_WAY_COOKIE, path=HALF_WAY_PATH, httponly=True, samesite="strict")
    return await let_in(person, identity, request, response)


@router.post("/me/proof/begin")
async def begin_proof(viewer: SignedIn, identity: _Identity, request: Request) -> ProofAskedView:
    """How the person is to show once more that it is really them."""
    methods = (await identity.second.of(viewer.user_id)).methods
    if not methods:
        return ProofAskedView(methods=[], token=None, options=None)
    asked = await identity.second.ask(viewer.user_id, purpose="proof", site=site_of(request))
    return ProofAskedView(methods=methods, token=asked.token, options=asked.options)


@router.post("/me/proof", status_code=status.HTTP_204_NO_CONTENT)
async def prove(draft: ProofDraft, viewer: SignedIn, identity: _Identity, request: Request) -> None:
    """Show that it is really oneself: by a second factor if one has any, else by the password."""
    person = await _person(identity, viewer)
    if (await identity.second.of(viewer.user_id)).methods:
        if draft.token is None:
            raise WrongCredentialsError("A code or a passkey is needed.")
        step = SecondStepDraft(token=draft.token, code=draft.code, credential=draft.credential)
        await _answer(identity, person, step, request, purpose="proof")
    else:
        await confirm_password(
            draft.password.get_secret_value() if draft.password else "",
            viewer=viewer,
            address=address_of(request),
            database=identity.database,
            passwords=identity.passwords,
            throttle=identity.throttle,
        )
    await identity.sessions.proved(viewer)


async def _answer(
    identity: Identity, person: Person, draft: SecondStepDraft, request: Request, *, purpose: str
) -> None:
    async with _attempt(identity, person, request):
        await identity.second.answer(
            person.id,
            draft.token,
            purpose=purpose,
            code=draft.code,
            passkey=draft.credential,
            site=site_of(request),
        )


def _attempt(identity: Identity, person: Person, request: Request) -> Any:  # noqa: ANN401 - a context manager
    """Codes have few digits: whoever guesses is slowed down like one who guesses passwords."""
    return identity.throttle.attempt(email=person.email, address=address_of(request))


def _act(deed: str, viewer: Viewer, kind: str) -> Act:
    subject = Subject("person", viewer.user_id)
    return Act(f"second-factor.{deed}", viewer.actor, subject, details={"kind": kind})


async def _person(identity: Identity, viewer: Viewer) -> Person:
    person = await identity.database.read(lambda c: IdentityRepository(c).person(viewer.user_id))
    if person is None:
        raise NotSignedInError("This account no longer exists.")
    return person
