"""A connection says whether it may lead to this machine and its network."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "connections",
        sa.Column("private_addresses", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # Those that are there were made without being asked: an owner's go on to lead where they led.
    op.execute(
        "UPDATE connections SET private_addresses = true"
        " WHERE owner_id IS NULL OR owner_id IN (SELECT id FROM users WHERE role = 'owner')"
    )
