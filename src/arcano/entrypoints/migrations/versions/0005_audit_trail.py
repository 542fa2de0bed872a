"""The audit trail: rows that the database itself neither changes nor deletes, each tied to the one before it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEVER = """
CREATE TRIGGER audit_records_never_{deed} BEFORE {deed} ON audit_records
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
# `INSERT OR REPLACE` would delete without asking the trigger above; and two writers must not go on from the same row.
NEXT_ALONE = """
CREATE TRIGGER audit_records_next_alone BEFORE INSERT ON audit_records
WHEN NEW.sequence IS NOT coalesce((SELECT max(sequence) FROM audit_records), 0) + 1
OR NEW.previous IS NOT
    coalesce((SELECT hash FROM audit_records ORDER BY sequence DESC LIMIT 1), zeroblob(32))
BEGIN SELECT RAISE(ABORT, 'the audit trail goes on from its last row'); END
"""


def upgrade() -> None:
    op.create_table(
        "audit_records",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=True),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("user_agent", sa.String(), nullable=True),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_records")),
    )
    for column in ("at", "actor_id", "action", "subject_id"):
        op.create_index(op.f(f"ix_audit_records_{column}"), "audit_records", [column])
    op.create_index(
        "ix_audit_records_not_done",
        "audit_records",
        ["outcome"],
        sqlite_where=sa.text("outcome != 'done'"),
    )
    for deed in ("update", "delete"):
        # ast-grep-ignore: sql-from-text - both words stand in the line above
        op.execute(NEVER.format(deed=deed))
    op.execute(NEXT_ALONE)
