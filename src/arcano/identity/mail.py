"""Sending mail, where the workspace has a mail server. Whoever needs a link can be given it by hand as well."""

import asyncio
import logging
import smtplib
import ssl
from collections import deque
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from typing_extensions import override

from arcano.identity.errors import MailNotSentError
from arcano.identity.settings import MailSettings

log = logging.getLogger(__name__)

WITHIN_SECONDS = 20
MAX_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, in plain text."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """The port: takes a letter to whoever carries it on."""

    async def send(self, letter: Letter) -> None:
        """Returns once the mail server has it.

        Raises:
            MailNotSentError: It did not take it.
        """
        ...


class SmtpMailer(Mailer):
    """Sends by SMTP: a connection for each letter, in a thread, because the standard library's client waits."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    @override
    async def send(self, letter: Letter) -> None:
        try:
            await asyncio.to_thread(self._send, letter)
        except (smtplib.SMTPException, OSError) as refused:
            # What a server says may name people and addresses of its own; it is for the log.
            log.warning("the mail server did not take a mail: %s", refused)
            raise MailNotSentError(
                "The mail server did not take the mail. Pass the link on by hand."
            ) from refused

    def _send(self, letter: Letter) -> None:
        settings = self._settings
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = settings.sender, letter.to, letter.subject
        mail.set_content(letter.text)
        with smtplib.SMTP(settings.host, settings.port, timeout=WITHIN_SECONDS) as server:
            if settings.starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.user is not None and settings.password is not None:
                server.login(settings.user, settings.password.get_secret_value())
            server.send_message(mail)


class Post:
    """Sends letters: at once, or later where nobody may learn from the time it takes whether there was one."""

    def __init__(self, mailer: Mailer, *, page_url: str) -> None:
        self._mailer = mailer
        self._page_url = page_url.rstrip("/")
        self._waiting: deque[Letter] = deque(maxlen=MAX_WAITING)
        self._some = asyncio.Event()

    def link(self, page: str, token: str) -> str:
        """The address to send. The token stands behind a `#`, which no server is ever told."""
        return f"{self._page_url}/{page}#{token}"

    async def send(self, letter: Letter) -> None:
        """See `Mailer.send`."""
        await self._mailer.send(letter)

    def send_later(self, letter: Letter) -> None:
        """Return at once. Where more wait than can be remembered, the oldest are not sent."""
        self._waiting.append(letter)
        self._some.set()

    async def keep(self) -> None:
        """Sends what waits, until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._waiting:
                try:
                    await self._mailer.send(self._waiting.popleft())
                except MailNotSentError:
                    continue  # it stands in the log; whoever waits for the mail asks again
