"""Registering oneself, as far as the workspace's policy lets anybody.

Where it approves or sends a mail, the answer is the same whether somebody has the address or not, so that nobody
learns by asking who is here.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection

from arcano.identity.domain import InvitationId, Person, UserId
from arcano.identity.errors import EmailTakenError, RegistrationClosedError
from arcano.identity.mail import Letter, Post
from arcano.identity.passwords import Passwords
from arcano.identity.people.domain import Invitation, Registered
from arcano.identity.people.link_repository import LinkRepository
from arcano.identity.people.link_token import digest_of, new_token
from arcano.identity.permissions import MEMBER
from arcano.identity.policies import Policies
from arcano.identity.repository import IdentityRepository
from arcano.platform.acts import Act, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.ids import new_id


async def register(
    *,
    email: str,
    name: str,
    password: str,
    lifetime: timedelta,
    post: Post | None,
    database: Database,
    passwords: Passwords,
    clock: Clock,
) -> Registered:
    """What became of it. `lifetime`: how long a link that is mailed is good for.

    Raises:
        RegistrationClosedError: Nobody, or not this address, may register.
        EmailTakenError: Somebody has it; only where whoever asks is in at once.
    """
    policies = await database.read(Policies.read)
    if not policies.admits(email):
        raise RegistrationClosedError(
            "Nobody can register here by themselves, or not with this address. Ask for an invitation."
        )
    now = clock.now()
    if policies.must_be_proven and post is not None:
        await _mail_link(email, post=post, database=database, now=now, lifetime=lifetime)
        return Registered(mailed=True)
    waits = policies.registration == "approval" or policies.must_be_proven
    password_hash = await passwords.hash_new(password)
    person = Person(
        UserId(new_id()), email, name, MEMBER, now, state="waiting" if waits else "active"
    )

    act = Act("person.registered", person.actor, Subject("person", person.id))

    def unit(connection: Connection) -> None:
        if not Policies.read(connection).admits(email):
            raise RegistrationClosedError("Registration was closed just now.")
        IdentityRepository(connection).add_person(person, password_hash=password_hash)
        record(connection, act.noting(state=person.state), now=now)

    if not waits:
        await database.write(unit)
        return Registered(person)
    with suppress(EmailTakenError):
        await database.write(unit)
    return Registered()


async def _mail_link(
    email: str, *, post: Post, database: Database, now: datetime, lifetime: timedelta
) -> None:
    token = new_token()
    invitation = Invitation(InvitationId(new_id()), MEMBER, (), email, None, now, now + lifetime)

    def unit(connection: Connection) -> bool:
        if IdentityRepository(connection).person_to_sign_in(email) is not None:
            return False
        LinkRepository(connection).add_invitation(invitation, digest=digest_of(token))
        return True

    if await database.write(unit):
        text = (
            "Somebody, you we hope, wants to join the workspace with this address.\n"
            f"To go on, open this link:\n\n{post.link('join', token)}\n\n"
            "If it was not you, do nothing: without the link nobody gets in."
        )
        post.send_later(Letter(email, "Join the workspace", text))
