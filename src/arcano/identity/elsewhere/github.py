"""GitHub, or a GitHub Enterprise server: OAuth 2 without OpenID, so who it is and how to reach them is asked for."""

from collections.abc import Mapping
from typing import Any, Final, cast

import aiohttp
from typing_extensions import override

from arcano.identity.elsewhere.ask_provider import (
    ask_provider,
    is_object,
    read_json,
    unreachable,
)
from arcano.identity.elsewhere.domain import Attempt, Finding, Told
from arcano.identity.elsewhere.errors import ProviderUnreachableError
from arcano.identity.elsewhere.oauth import authorization_address, token_request
from arcano.identity.elsewhere.oidc import code_of, exchange
from arcano.identity.elsewhere.read_claims import told_by
from arcano.identity.elsewhere.settings import ISSUERS, SignInProviderSettings
from arcano.identity.elsewhere.ways import RedirectWay

GROUPS: Final = "organisations"
"""What to call the claim that GitHub does not have: the organisations, and the teams as `organisation/team`."""
ORGANISATIONS_SCOPE: Final = "read:org"


class GitHubProvider(RedirectWay):
    """One GitHub. People are known by their number: names and addresses change hands."""

    def __init__(
        self, name: str, settings: SignInProviderSettings, http: aiohttp.ClientSession
    ) -> None:
        self.settings = settings
        self._name = name
        self._http = http
        self._site = settings.at.rstrip("/")
        public = self._site == ISSUERS["github"]
        self._api = "https://api.github.com" if public else f"{self._site}/api/v3"

    @override
    async def address(self, attempt: Attempt) -> str:
        return authorization_address(f"{self._site}/login/oauth/authorize", self.settings, attempt)

    @override
    async def told(self, attempt: Attempt, answer: Mapping[str, str]) -> Told:
        endpoint = f"{self._site}/login/oauth/access_token"
        form, headers = token_request(
            endpoint,
            self.settings,
            "authorization_code",
            methods=["client_secret_post"],
            code=code_of(answer),
            redirect_uri=attempt.redirect_uri,
            code_verifier=attempt.verifier,
        )
        tokens = await exchange(self._http, endpoint, form, headers)
        return await self._ask_about(str(tokens.get("access_token", "")))

    @override
    async def told_again(self, refresh_token: str, *, subject: str) -> Told | None:
        # Its tokens need no refreshing and are not kept: what one of them can do is more than we need.
        raise ProviderUnreachableError("GitHub is asked only when somebody signs in.")

    @override
    async def test(self) -> list[Finding]:
        """Without a person there is nothing to ask GitHub for but whether it is one."""
        try:
            status, answer = await ask_provider(self._http, f"{self._api}/meta")
        except ProviderUnreachableError as failure:
            return [Finding("answer", failure.detail, is_good=False)]
        # A private Enterprise server says even this only to those who are signed in.
        is_good = status in (200, 401) and is_object(answer)
        return [Finding("answer", f"{self._api} answered {status}.", is_good=is_good)]

    async def _ask_about(self, token: str) -> Told:
        person = dict(await self._read("/user", token))
        number = person.get("id")
        if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
            raise unreachable(self._api, "it does not say who it is")
        # What it shows on the person's page is no address to go by, and need not be theirs.
        person["email"], person["email_verified"] = _address_of(
            await self._list("/user/emails", token)
        )
        if self.settings.group_claim and ORGANISATIONS_SCOPE in self.settings.scope.split():
            person[GROUPS] = await self._organisations(token)
        return told_by(
            person,
            self.settings,
            provider=self._name,
            issuer=self.settings.at,
            subject=str(number),
        )

    async def _organisations(self, token: str) -> list[str]:
        organisations = await self._list("/user/orgs?per_page=100", token)
        teams = await self._list("/user/teams?per_page=100", token)
        names = [str(each.get("login", "")) for each in organisations]
        for team in teams:
            organisation = team.get("organization")
            if is_object(organisation):
                names.append(f"{organisation.get('login', '')}/{team.get('slug', '')}")
        return names

    async def _read(self, path: str, token: str) -> Mapping[str, Any]:
        return await read_json(self._http, f"{self._api}{path}", Authorization=f"Bearer {token}")

    async def _list(self, path: str, token: str) -> list[dict[str, Any]]:
        address = f"{self._api}{path}"
        headers = {"Authorization": f"Bearer {token}"}
        status, answer = await ask_provider(self._http, address, headers=headers)
        if status != 200 or not isinstance(answer, list):
            raise unreachable(address, f"it answered {status}")
        return [each for each in cast("list[object]", answer) if is_object(each)]


def _address_of(addresses: list[dict[str, Any]]) -> tuple[object, object]:
    """The primary address, and whether it is verified."""
    for each in addresses:
        if each.get("primary") is True:
            return each.get("email"), each.get("verified")
    return None, None
