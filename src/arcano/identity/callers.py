"""Who asks, whatever they show: a key, an access token, or the cookie of a browser. Resolved once for each request."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from arcano.identity.access_tokens import AccessTokens
from arcano.identity.domain import Viewer
from arcano.identity.errors import NotSignedInError
from arcano.identity.keys.errors import KeyScopeError
from arcano.identity.keys.find_credential import find_credential
from arcano.identity.keys.keys import Keys
from arcano.identity.keys.scope import KeyDoor
from arcano.identity.keys.secret import BEGINS_WITH, Secret
from arcano.identity.sessions import Sessions

COOKIE = "arcano_session"


@dataclass(frozen=True, slots=True)
class Callers:
    """Knows everybody who may ask, by all that they may show."""

    sessions: Sessions
    tokens: AccessTokens
    keys: Keys

    async def resolve(self, connection: HTTPConnection, door: KeyDoor) -> Viewer:
        """Who asks at this door. Which model they may ask is asked for where one is named (`Viewer.expect_model`).

        A header counts more than the cookie, which browsers send by themselves.

        Raises:
            NotSignedInError: Nobody we know; or two at once, or a key in the address.
            TooManyAttemptsError: Too many keys were refused to this address.
            KeyScopeError: The key does not open this door.
        """
        shown = find_credential(connection.headers, connection.scope["query_string"])
        if shown is None:
            viewer = await self._behind_cookie(connection, door)
        elif shown.startswith(BEGINS_WITH):
            client = connection.client
            viewer = await self.keys.viewer(Secret(shown), address=client.host if client else "")
        else:
            viewer = await self.tokens.viewer(shown)
        # Should the request be refused, the audit trail is to say whom.
        connection.scope["arcano.asker"] = viewer
        if not viewer.allows(door):
            raise KeyScopeError(
                f"The key was not made for the door `{door}`. Whoever it belongs to can change it."
            )
        return viewer

    async def _behind_cookie(self, connection: HTTPConnection, door: KeyDoor) -> Viewer:
        if door != "api":
            # A page elsewhere could have a browser send the cookie; these doors are for programs.
            raise NotSignedInError("Send a key, such as `Authorization: Bearer sk-arc-…`.")
        return await self.sessions.viewer(connection.cookies.get(COOKIE))
