"""Whether a connection's server leaves out the mark of an answer's end. Those that were made say that it does not."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("connections", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("unmarked_end", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
