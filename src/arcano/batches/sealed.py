"""The columns of batch jobs that hold what people and models wrote, sealed where the deployment says so."""

from arcano.batches.tables import BATCH_ROWS, BATCHES
from arcano.platform.secrets.columns import SealedColumn

NAME = SealedColumn(BATCHES.c.name)
COLUMNS = SealedColumn(BATCHES.c.columns)
INSTRUCTIONS = SealedColumn(BATCHES.c.instructions)
JOB_TROUBLE = SealedColumn(BATCHES.c.trouble)
INPUT = SealedColumn(BATCH_ROWS.c.input)
ANSWER = SealedColumn(BATCH_ROWS.c.answer)
ROW_TROUBLE = SealedColumn(BATCH_ROWS.c.trouble)
