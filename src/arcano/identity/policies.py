"""What whoever administers the workspace has decided: who registers, who looks into conversations, who makes keys.

A row in `policies` only where it was decided otherwise than by default, which is: nobody registers,
nobody looks, and keys need no fresh proof.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal, Self

from sqlalchemy import Connection, delete, insert, select

from arcano.identity.tables import POLICIES

Registration = Literal["closed", "approval", "open"]


@dataclass(frozen=True, slots=True)
class Policies:
    """The decisions, all of them.

    `registration`: `closed`: by invitation only; `approval`: whoever asks waits until somebody approves; `open`: whoever
    asks is in. `allowed_domains` narrows both to addresses of these domains; none means any. Under `open`, an address
    of an allowed domain must be proven by a mail; without a mail server it cannot be, and approval is asked for.
    `read_all_allowed`: whether whoever has the permission `conversation.read_all` may really look.
    `proof_for_keys`: whether it must not be long since somebody showed who they are to make or change a key.
    """

    registration: Registration = "closed"
    allowed_domains: tuple[str, ...] = ()
    read_all_allowed: bool = False
    proof_for_keys: bool = False

    @classmethod
    def read(cls, connection: Connection) -> Self:
        """Those in force. What another version has written and this one does not know counts for nothing."""
        stored = {
            name: json.loads(value)
            for name, value in connection.execute(select(POLICIES.c.name, POLICIES.c.value))
        }
        registration = stored.get("registration")
        return cls(
            registration if registration in ("approval", "open") else "closed",
            tuple(stored.get("allowed_domains", ())),
            stored.get("read_all_allowed") is True,
            stored.get("proof_for_keys") is True,
        )

    def write(self, connection: Connection) -> None:
        """Put them in force."""
        decided, usual = asdict(self), asdict(Policies())
        connection.execute(delete(POLICIES).where(POLICIES.c.name.in_(decided)))
        rows = [
            {"name": name, "value": json.dumps(value)}
            for name, value in decided.items()
            if value != usual[name]
        ]
        if rows:
            connection.execute(insert(POLICIES), rows)

    def admits(self, email: str) -> bool:
        """Whether somebody with this address may ask at all."""
        if self.registration == "closed":
            return False
        return not self.allowed_domains or email.rsplit("@", 1)[-1] in self.allowed_domains

    def lets_in(self, email: str) -> bool:
        """Whether somebody whose address this is known to be is in at once."""
        return self.registration == "open" and self.admits(email)

    @property
    def must_be_proven(self) -> bool:
        """Whether being in depends on the address, so that it must be known to be theirs."""
        return self.registration == "open" and bool(self.allowed_domains)
