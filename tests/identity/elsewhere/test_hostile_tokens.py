"""Signing in by OpenID Connect when somebody lies: the token, the provider, or whoever sent the browser. Nobody gets in.

Each lie is told in an otherwise perfect sign-in, so that it alone can be the reason for the refusal.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.identity.elsewhere.conftest import House, a_house, company, failure, nobody_got_in
from tests.support.clock import StillClock
from tests.support.sign_in_provider import (
    CLIENT,
    FOREIGN_KEY,
    OWN_KEY,
    SECRET,
    Claims,
    SignInProvider,
    unsigned,
    visit,
)

Lie = Callable[[SignInProvider], None]
NOT_VERIFIED = "sign-in-not-verified"
UNREACHABLE = "sign-in-provider-unreachable"
MISSING = object()


def claims_that(change: Callable[[Claims], Claims]) -> Lie:
    """The token is signed as it should be, and says something else."""

    def lie(provider: SignInProvider) -> None:
        honest = provider.sign
        provider.sign = lambda claims: honest(change(claims))

    return lie


def claiming(**values: object) -> Lie:
    """It says this; `MISSING` takes a claim away."""

    def change(claims: Claims) -> Claims:
        said: Claims = {**claims, **values}
        return {key: value for key, value in said.items() if value is not MISSING}

    return claims_that(change)


def at(name: str, seconds: int) -> Lie:
    """A moment so many seconds after the one at which it is made."""
    return claims_that(lambda claims: {**claims, name: claims["iat"] + seconds})


def signing(sign: Callable[[Claims], str]) -> Lie:
    """It is signed like this."""

    def lie(provider: SignInProvider) -> None:
        provider.sign = sign

    return lie


def headed(**header: object) -> Lie:
    """It is signed by the provider's own key, and says this of itself."""

    def lie(provider: SignInProvider) -> None:
        said: Claims = {"alg": "RS256", "kid": "own", **header}
        key = RSAKey.import_key(_for_any_algorithm(OWN_KEY.as_dict(private=True)))
        provider.keys = [_for_any_algorithm(key) for key in provider.keys]
        provider.sign = lambda claims: jwt.encode(said, claims, key, [said["alg"]])

    return lie


def _for_any_algorithm(key: Claims) -> Claims:
    return {name: value for name, value in key.items() if name != "alg"}


def saying(**values: object) -> Lie:
    """The token endpoint says this beside or instead of the tokens."""

    def lie(provider: SignInProvider) -> None:
        provider.answer = lambda tokens: {
            key: value for key, value in {**tokens, **values}.items() if value is not MISSING
        }

    return lie


def about_ada(**values: object) -> Lie:
    """What it says about her, in the token and in the userinfo."""

    def lie(provider: SignInProvider) -> None:
        honest = provider.claims("ada")
        provider.people["ada"] = {
            key: None if value is MISSING else value for key, value in {**honest, **values}.items()
        }

    return lie


def described(**values: object) -> Lie:
    """The discovery document says this."""

    def lie(provider: SignInProvider) -> None:
        provider.metadata = values

    return lie


def with_secret_of(key: bytes) -> Callable[[Claims], str]:
    """HS256 with something that everybody knows, or that only we do."""
    return lambda claims: _hmac(claims, key)


def tampered(claims: Claims) -> str:
    head, _, signature = jwt.encode({"alg": "RS256", "kid": "own"}, claims, OWN_KEY).split(".")
    return f"{head}.{unsigned({**claims, 'sub': 'owner'}).split('.')[1]}.{signature}"


def cut(claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "own"}, claims, OWN_KEY)[:-20]


def by_own_key_in_header(claims: Claims) -> str:
    header: Claims = {"alg": "RS256", "jwk": FOREIGN_KEY.as_dict(private=False)}
    return _raw(header, claims, FOREIGN_KEY)


def by_key_elsewhere(claims: Claims) -> str:
    header: Claims = {"alg": "RS256", "kid": "own", "jku": "http://127.0.0.1:9/keys"}
    return _raw(header, claims, FOREIGN_KEY)


def publishing(key: Claims, sign: Callable[[Claims], str], **metadata: object) -> Lie:
    """The provider publishes a key that must not be used, and signs with it."""

    def lie(provider: SignInProvider) -> None:
        provider.keys, provider.sign, provider.metadata = [key], sign, metadata

    return lie


def _raw(header: Claims, claims: Claims, key: RSAKey) -> str:
    return jwt.encode(header, claims, key)


def _hmac(claims: Claims, key: bytes) -> str:
    head = unsigned(claims, algorithm="HS256").rstrip(".")
    digest = hmac.new(key, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


SHORT_KEY = RSAKey(rsa.generate_private_key(65537, 1024), None, {"kid": "own"})  # noqa: S505 - to be refused
CURVE_KEY = ECKey.generate_key("P-256", {"kid": "own"})
SHARED_KEY = OctKey.generate_key(256, {"kid": "own"})
PUBLIC_PEM = OWN_KEY.as_pem(private=False)
PUBLIC_JWK = json.dumps(OWN_KEY.as_dict(private=False)).encode()
YEARS = 10**9

LIES: dict[str, tuple[Lie, str]] = {
    "another nonce": (claiming(nonce="another"), NOT_VERIFIED),
    "no nonce": (claiming(nonce=MISSING), NOT_VERIFIED),
    "an empty nonce": (claiming(nonce=""), NOT_VERIFIED),
    "a nonce that is a list": (claiming(nonce=["another"]), NOT_VERIFIED),
    "another issuer": (claiming(iss="https://accounts.evil.example"), NOT_VERIFIED),
    "almost the issuer": (
        claims_that(lambda claims: {**claims, "iss": f"{claims['iss']}/"}),
        NOT_VERIFIED,
    ),
    "no issuer": (claiming(iss=MISSING), NOT_VERIFIED),
    "another audience": (claiming(aud="another-client"), NOT_VERIFIED),
    "audiences without us": (claiming(aud=["one", "two"]), NOT_VERIFIED),
    "no audience at all": (claiming(aud=[]), NOT_VERIFIED),
    "an audience that contains our name": (claiming(aud=f"{CLIENT}-evil"), NOT_VERIFIED),
    "several audiences and nobody authorised": (claiming(aud=[CLIENT, "other"]), NOT_VERIFIED),
    "several audiences and another authorised": (
        claiming(aud=[CLIENT, "other"], azp="other"),
        NOT_VERIFIED,
    ),
    "another one authorised": (claiming(azp="other"), NOT_VERIFIED),
    "it has expired": (at("exp", -61), NOT_VERIFIED),
    "it never expires": (claiming(exp=MISSING), NOT_VERIFIED),
    "it expires with a word": (claiming(exp="9999999999"), NOT_VERIFIED),
    "it expires with truth": (claiming(exp=True), NOT_VERIFIED),
    "it is from the future": (at("iat", 600), NOT_VERIFIED),
    "it is from no time": (claiming(iat=MISSING), NOT_VERIFIED),
    "it is from long ago": (at("iat", -YEARS), NOT_VERIFIED),
    "it is not good yet": (at("nbf", 600), NOT_VERIFIED),
    "it is about nobody": (claiming(sub=MISSING), NOT_VERIFIED),
    "it is about nothing": (claiming(sub=""), NOT_VERIFIED),
    "it is about blanks": (claiming(sub="  "), NOT_VERIFIED),
    "it is about a number": (claiming(sub=7), NOT_VERIFIED),
    "it is about a novel": (claiming(sub="x" * 256), NOT_VERIFIED),
    "it is about half a character": (
        signing(lambda c: _by_hand({"alg": "RS256", "kid": "own"}, {**c, "sub": "\ud800"})),
        NOT_VERIFIED,
    ),
    "it is about a line break": (claiming(sub="ada\n"), NOT_VERIFIED),
    "it is for signing out": (claiming(events={"logout": {}}), NOT_VERIFIED),
    "its access token is another": (claiming(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), NOT_VERIFIED),
    "unsigned": (signing(unsigned), NOT_VERIFIED),
    "unsigned, in capitals": (signing(lambda c: unsigned(c, algorithm="NONE")), NOT_VERIFIED),
    "unsigned, with a signature": (signing(lambda c: unsigned(c, signature="AAAA")), NOT_VERIFIED),
    "RS256 without a signature": (signing(lambda c: unsigned(c, algorithm="RS256")), NOT_VERIFIED),
    "signed with the client's secret": (signing(with_secret_of(SECRET.encode())), NOT_VERIFIED),
    "signed with the public key as a secret": (signing(with_secret_of(PUBLIC_PEM)), NOT_VERIFIED),
    "signed with the published key as a secret": (
        signing(with_secret_of(PUBLIC_JWK)),
        NOT_VERIFIED,
    ),
    "signed with an empty secret": (signing(with_secret_of(b"")), NOT_VERIFIED),
    "signed by a key of the same name": (
        signing(lambda c: _raw({"alg": "RS256", "kid": "own"}, c, FOREIGN_KEY)),
        NOT_VERIFIED,
    ),
    "signed by an unknown key": (
        signing(lambda c: _raw({"alg": "RS256", "kid": "new"}, c, FOREIGN_KEY)),
        NOT_VERIFIED,
    ),
    "signed by a nameless key": (
        signing(lambda c: _raw({"alg": "RS256"}, c, FOREIGN_KEY)),
        NOT_VERIFIED,
    ),
    "it brings its own key": (signing(by_own_key_in_header), NOT_VERIFIED),
    "it says where its key is": (signing(by_key_elsewhere), NOT_VERIFIED),
    "an algorithm that was not announced": (headed(alg="RS384"), NOT_VERIFIED),
    "an algorithm of the same key": (headed(alg="PS256"), NOT_VERIFIED),
    "an algorithm of another key": (
        signing(lambda c: jwt.encode({"alg": "ES256", "kid": "own"}, c, CURVE_KEY)),
        NOT_VERIFIED,
    ),
    "something in it that must be understood": (
        signing(
            lambda c: _by_hand(
                {"alg": "RS256", "kid": "own", "crit": ["exp-soon"], "exp-soon": True}, c
            )
        ),
        NOT_VERIFIED,
    ),
    "an access token": (headed(typ="at+jwt"), NOT_VERIFIED),
    "changed after it was signed": (signing(tampered), NOT_VERIFIED),
    "cut off": (signing(cut), NOT_VERIFIED),
    "no token": (saying(id_token=MISSING), NOT_VERIFIED),
    "a token that is a number": (saying(id_token=7), NOT_VERIFIED),
    "a token that is a word": (saying(id_token="word"), NOT_VERIFIED),
    "a token that is encrypted": (saying(id_token="e30.e30.e30.e30.e30"), NOT_VERIFIED),
    "a token without end": (saying(id_token="e30." * 40_000), NOT_VERIFIED),
    "tokens of another type": (saying(token_type="mac"), NOT_VERIFIED),
    "an error beside the tokens": (saying(error="server_error"), NOT_VERIFIED),
    "a key that is too short": (
        publishing(
            SHORT_KEY.as_dict(private=False),
            lambda c: _raw({"alg": "RS256", "kid": "own"}, c, SHORT_KEY),
        ),
        NOT_VERIFIED,
    ),
    "a key that is for encrypting": (
        publishing(
            {**OWN_KEY.as_dict(private=False), "use": "enc"},
            lambda c: _raw({"alg": "RS256", "kid": "own"}, c, OWN_KEY),
        ),
        NOT_VERIFIED,
    ),
    "a published secret": (
        publishing(
            SHARED_KEY.as_dict(private=True),
            lambda c: jwt.encode({"alg": "HS256", "kid": "own"}, c, SHARED_KEY),
            id_token_signing_alg_values_supported=["HS256", "none", "RS256"],
        ),
        NOT_VERIFIED,
    ),
    "it announces that nobody signs": (
        lambda provider: (
            described(id_token_signing_alg_values_supported=["none"])(provider),
            signing(unsigned)(provider),
            None,
        )[-1],
        NOT_VERIFIED,
    ),
    "an unverified address": (about_ada(email_verified=False), "email-not-verified"),
    "an address that is verified by a word": (
        about_ada(email_verified="true"),
        "email-not-verified",
    ),
    "an address that is perhaps verified": (
        about_ada(email_verified=MISSING),
        "email-not-verified",
    ),
    "no address": (about_ada(email=MISSING), "email-not-verified"),
    "an address that is none": (about_ada(email="owner"), "email-not-verified"),
    "two addresses in one": (
        about_ada(email="ada@company.example,owner@company.example"),
        "email-not-verified",
    ),
    "an address of another domain": (
        about_ada(email="ada@evil.example"),
        "email-not-allowed",
    ),
    "an address of a domain that ends alike": (
        about_ada(email="ada@evilcompany.example"),
        "email-not-allowed",
    ),
    "it describes another provider": (described(issuer="https://evil.example"), UNREACHABLE),
    "it sends secrets in the clear": (
        described(token_endpoint="http://evil.example/token"),
        UNREACHABLE,
    ),
    "its keys come in the clear": (described(jwks_uri="http://evil.example/keys"), UNREACHABLE),
    "it describes nothing": (described(token_endpoint=None), UNREACHABLE),
}


def _by_hand(header: Claims, claims: Claims) -> str:
    """Signed by the provider's key, with what the library would not write."""
    head = f"{_b64(header)}.{_b64(claims)}"
    private = OWN_KEY.private_key
    assert private is not None
    signature = private.sign(head.encode(), padding.PKCS1v15(), SHA256())
    return f"{head}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _b64(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(("lie", "code"), LIES.values(), ids=LIES.keys())
async def test_a_lie_of_the_provider_lets_nobody_in(
    tmp_path: Path, provider: SignInProvider, clock: StillClock, lie: Lie, code: str
) -> None:
    lie(provider)
    providers = {"company": company(provider, domains=["company.example"])}
    async with a_house(tmp_path, providers, clock=clock) as house:
        browser = house.browser()
        begun = await browser.begin()
        page = (
            begun
            if begun.startswith("/")
            else await browser.come_back(await visit(house.http, begun))
        )

        assert failure(page) == code
        assert await nobody_got_in(house, browser)


@pytest.mark.parametrize("several", [CLIENT, [CLIENT], [CLIENT, "other"]])
async def test_a_token_that_says_for_whom_it_is_is_taken(
    house: House, provider: SignInProvider, several: object
) -> None:
    claiming(aud=several, azp=CLIENT)(provider)
    browser = house.browser()

    assert failure(await browser.sign_in()) is None
    assert await browser.me() is not None


async def test_a_token_that_names_no_key_is_taken_where_only_one_key_can_be_meant(
    house: House, provider: SignInProvider
) -> None:
    own = OWN_KEY.as_dict(private=False)
    foreign = FOREIGN_KEY.as_dict(private=False)
    provider.keys = [
        {**foreign, "kid": "other", "use": "enc"},
        CURVE_KEY.as_dict(private=False),
        own,
    ]
    provider.sign = lambda claims: _raw({"alg": "RS256"}, claims, OWN_KEY)

    assert failure(await house.browser().sign_in()) is None


async def test_a_token_that_names_no_key_is_refused_where_several_could_be_meant(
    house: House, provider: SignInProvider
) -> None:
    foreign = {**FOREIGN_KEY.as_dict(private=False), "kid": "other"}
    provider.keys = [OWN_KEY.as_dict(private=False), foreign]
    provider.sign = lambda claims: _raw({"alg": "RS256"}, claims, OWN_KEY)

    assert failure(await house.browser().sign_in()) == NOT_VERIFIED


async def test_a_userinfo_about_somebody_else_is_not_believed(
    house: House, provider: SignInProvider
) -> None:
    provider.in_id_token = frozenset()
    provider.userinfo = lambda claims: {**claims, "sub": "owner"}
    browser = house.browser()

    assert failure(await browser.sign_in()) == NOT_VERIFIED
    assert await nobody_got_in(house, browser)


async def test_a_token_of_an_earlier_sign_in_is_not_taken_for_another(
    house: House, provider: SignInProvider
) -> None:
    await house.browser().to_provider(as_="ada")
    victim = house.browser()
    await victim.sign_in(as_="ada")
    await house.run("DELETE FROM sessions")
    stolen = provider.id_tokens[-1]
    provider.answer = lambda tokens: {**tokens, "id_token": stolen, "access_token": "access-ada"}
    thief = house.browser()

    assert failure(await thief.sign_in(as_="mallory")) == NOT_VERIFIED
    assert await thief.me() is None


async def test_a_provider_that_sends_us_elsewhere_or_answers_without_end_is_not_followed(
    house: House, provider: SignInProvider
) -> None:
    provider.answer = lambda tokens: {**tokens, "more": "x" * (1024 * 1024)}
    browser = house.browser()

    assert failure(await browser.sign_in()) == UNREACHABLE
    assert await nobody_got_in(house, browser)
