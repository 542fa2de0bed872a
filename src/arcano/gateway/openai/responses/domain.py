"""What a stored response is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

from arcano.identity import UserId

ResponseId = NewType("ResponseId", str)


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response with what was asked. `items` are those sent with it alone; what came before is in `previous_id`.

    `whole` is the response with all that is not shown, `stream` the events of one from the background, as they were
    sent; empty while it runs.
    """

    id: ResponseId
    user_id: UserId
    previous_id: ResponseId | None
    created_at: datetime
    expires_at: datetime
    background: bool
    items: list[dict[str, Any]]
    whole: dict[str, Any]
    stream: bytes = b""

    @property
    def status(self) -> str:
        return self.whole["status"]

    @property
    def is_running(self) -> bool:
        return self.status in ("queued", "in_progress")
