"""A certified OpenID Connect provider as a process: a protocol that we did not write.

It is `oidc-provider` from npm, told its part by tests/oidc/serve.mjs. `make` installs it before the tests run.
"""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urljoin

import aiohttp
from tests.support.aimock import node
from tests.support.server import ROOT

HOME = ROOT / "tests" / "oidc"
MAX_STEPS = 10


@contextmanager
def an_oidc_provider(redirect_uri: str) -> Generator[str]:
    """The provider as long as the block. Gives its issuer."""
    process = subprocess.Popen(
        [node(), "serve.mjs", redirect_uri],
        cwd=HOME,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port, "The provider did not start: `make setup` installs it."
        yield f"http://127.0.0.1:{int(port)}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


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
