"""A certified OpenID Connect provider as a process: a protocol that we did not write.

It is `oidc-provider` from npm, told its part by tests/oidc/serve.mjs. `make` installs it before the tests run.
"""

from contextlib import AbstractContextManager
from urllib.parse import urljoin

import aiohttp
from tests.support.node import a_node_server

MAX_STEPS = 10


def an_oidc_provider(redirect_uri: str) -> AbstractContextManager[str]:
    """The provider as long as the block. Gives its issuer."""
    return a_node_server("oidc", redirect_uri)


async def walk_through(address: str) -> str:
    """Go where a sign-in leads, with cookies as a browser, until the provider sends one away. Gives where."""
    own = address.partition("/auth")[0]
    jar = aiohttp.CookieJar(unsafe=True)  # the provider has a number for a name
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        for _ in range(MAX_STEPS):
            async with http.get(address, allow_redirects=False) as answer:
                assert answer.status in (302, 303), (answer.status, await answer.text())
                address = urljoin(address, answer.headers["Location"])
            if not address.startswith(own):
                return address
    raise AssertionError(f"no end at {address}")
