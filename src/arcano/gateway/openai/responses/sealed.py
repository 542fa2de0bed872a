"""The columns of stored responses that hold what people and models wrote, sealed where the deployment says so."""

from arcano.gateway.openai.responses.tables import STORED_RESPONSES
from arcano.platform.secrets.columns import SealedColumn

SENT = SealedColumn(STORED_RESPONSES.c.sent)
WHOLE = SealedColumn(STORED_RESPONSES.c.whole)
STREAM = SealedColumn(STORED_RESPONSES.c.stream)
