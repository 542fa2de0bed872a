"""A mail server on loopback that takes everything and keeps it, as much of SMTP as a client needs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Mailbox:
    """What was sent, in the order in which it came."""

    port: int = 0
    _letters: asyncio.Queue[str] = field(default_factory=asyncio.Queue[str])

    async def next(self) -> str:
        """The next letter, as it was sent, head and text."""
        async with asyncio.timeout(10):
            return await self._letters.get()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until it goes."""
        writer.write(b"220 mailbox\r\n")
        while line := await reader.readline():
            match line.split()[0].upper():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    letter = await reader.readuntil(b"\r\n.\r\n")
                    self._letters.put_nowait(letter.decode().replace("\r\n", "\n"))
                    writer.write(b"250 kept\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 yes\r\n")
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def a_mailbox() -> AsyncGenerator[Mailbox]:
    """Listening on `port`, until the block ends."""
    mailbox = Mailbox()
    async with await asyncio.start_server(mailbox.serve, "127.0.0.1", 0) as server:
        mailbox.port = server.sockets[0].getsockname()[1]
        yield mailbox
