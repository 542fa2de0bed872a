"""Writes the end of the chain into the log, where whoever can change the database perhaps cannot.

Rows that are cut off leave a whole chain behind; only a hash that is kept elsewhere tells that there were more.
"""

import asyncio
import logging

from arcano.audit.domain import Anchor
from arcano.audit.repository import AuditRepository
from arcano.platform.act_log import ActLog
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0


class AnchorKeeper:
    """Says the head of the chain when the server begins, every hour in which something was done, and at the end."""

    def __init__(self, database: Database, acts: ActLog) -> None:
        self._database = database
        self._acts = acts
        self.latest: Anchor | None = None

    async def keep(self) -> None:
        """Runs until it is cancelled."""
        while True:
            await self.anchor()
            await asyncio.sleep(EVERY_SECONDS)

    async def anchor(self) -> None:
        """Say the head, if it is another than was said last."""
        await self._acts.settle()
        try:
            head = await self._database.read(lambda c: AuditRepository(c).head())
        except StorageError as refused:
            logger.warning("the audit trail could not be read: %s", refused.detail)
            return
        if head is not None and head != self.latest:
            logger.info("audit head is %s", head)
            self.latest = head
