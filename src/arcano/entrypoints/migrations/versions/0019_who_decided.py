"""Who set a provider up, which roles providers gave, and which one thing a change is about."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identity_changes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thing_id", sa.String(), nullable=True))
    with op.batch_alter_table("sign_in_providers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_up_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("roles", sa.String(), server_default="[]", nullable=False))
    op.create_table(
        "told_roles",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_told_roles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "source", name=op.f("pk_told_roles")),
    )
    op.execute(_SET_UP_BY)


# Every deed on a provider was recorded, and the last that made it what it is says whose it is.
_SET_UP_BY = """
    UPDATE sign_in_providers SET set_up_by = (
        SELECT actor_id FROM audit_records
        WHERE subject_kind = 'sign-in-provider' AND subject_id = sign_in_providers.name
        AND action IN ('provider.added', 'provider.changed', 'provider.enabled', 'provider.restored')
        AND outcome = 'done'
        ORDER BY sequence DESC LIMIT 1
    )
"""
