"""What OAuth 2 is made of, by Authlib: the address to go to, and what is sent to the token endpoint."""

from collections.abc import Mapping
from typing import Any

from arcano.identity.elsewhere.domain import Attempt
from arcano.identity.elsewhere.settings import SignInProviderSettings


def authorization_address(
    endpoint: str, settings: SignInProviderSettings, attempt: Attempt, **more: str
) -> str:
    """Where the browser goes, with PKCE's S256."""
    from authlib.oauth2.client import OAuth2Client  # noqa: PLC0415 - loaded with the first sign-in

    client: Any = OAuth2Client(
        None,
        client_id=settings.client_id,
        redirect_uri=attempt.redirect_uri,
        scope=settings.scope,
        code_challenge_method="S256",
    )
    address, _ = client.create_authorization_url(
        endpoint, state=attempt.state, code_verifier=attempt.verifier, **more
    )
    return address


def token_request(
    endpoint: str,
    settings: SignInProviderSettings,
    grant: str,
    *,
    methods: list[str],
    **parameters: str,
) -> tuple[str, Mapping[str, str]]:
    """The form and the headers for the token endpoint. `methods`: how it lets clients show who they are."""
    from authlib.oauth2.auth import ClientAuth  # noqa: PLC0415 - loaded with the first sign-in
    from authlib.oauth2.rfc6749 import parameters as wire  # noqa: PLC0415

    prepare: Any = wire.prepare_token_request  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - Authlib has no types
    form: str = prepare(grant, **parameters)
    if settings.secret is None:
        method = "none"
    else:
        basic = not methods or "client_secret_basic" in methods
        method = "client_secret_basic" if basic else "client_secret_post"
    auth: Any = ClientAuth(settings.client_id, settings.secret, method)
    headers: dict[str, str]
    _, headers, form = auth.prepare("POST", endpoint, {}, form)
    return form, headers
