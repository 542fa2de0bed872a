"""The least that a server between readers and a provider can do: aiohttp passes each answer on as it comes.

It stores nothing, knows nobody and waits for no one: what a pass costs before anything useful is done.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import uvloop
from aiohttp import web


async def pass_on(
    http: aiohttp.ClientSession, upstream: str, request: web.BaseRequest
) -> web.StreamResponse:
    """One request, its body and its answer as they are."""
    body = await request.read()
    async with http.request(request.method, upstream + request.path, data=body) as answer:
        response = web.StreamResponse(
            status=answer.status, headers={"Content-Type": answer.headers["Content-Type"]}
        )
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
    return response


async def listen(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
    """Answer on a free port of the loopback, print it, and go on until killed."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def serve(upstream: str) -> None:
    """Pass on what is asked, until killed."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        await listen(partial(pass_on, http, upstream))


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
