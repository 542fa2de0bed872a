"""What people think of answers, and how long they are at it; sessions are made of the calls that there are."""

import math

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_GAP = 30 * 60 * 1_000_000
_DAY = 86_400_000_000


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("rated_at", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_ratings_message_id_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_ratings_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("pk_ratings")),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ratings_rated_at",
            ["rated_at", "model", "target", "variant", "verdict", "user_id"],
            unique=False,
        )
        batch_op.create_index("ix_ratings_user", ["user_id", "rated_at"], unique=False)
    op.create_table(
        "usage_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_usage_sessions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_sessions")),
    )
    with op.batch_alter_table("usage_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_usage_sessions_user", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "usage_session_days",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "bucket", name=op.f("pk_usage_session_days")),
    )
    op.execute(_SESSIONS)
    _count()


_SESSIONS = f"""
    INSERT INTO usage_sessions (user_id, began_at, ended_at)
    WITH calls AS (
        SELECT user_id, began_at, ended_at, max(ended_at) OVER (
            PARTITION BY user_id ORDER BY began_at, ended_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS until
        FROM ledger WHERE door = 'page' AND user_id IS NOT NULL AND outcome <> 'running'
    ), numbered AS (
        SELECT user_id, began_at, ended_at, sum(until IS NULL OR began_at - until >= {_GAP}) OVER (
            PARTITION BY user_id ORDER BY began_at, ended_at ROWS UNBOUNDED PRECEDING
        ) AS session
        FROM calls
    )
    SELECT user_id, min(began_at), max(ended_at) FROM numbered
    GROUP BY user_id, session ORDER BY max(ended_at)
"""  # noqa: S608  # nosec B608 - the number stands in this file


def _count() -> None:
    """By day and bucket, as the server counts them from now on."""
    connection = op.get_bind()
    counts: dict[tuple[int, int], int] = {}
    for began_at, ended_at in connection.execute(
        sa.text("SELECT began_at, ended_at FROM usage_sessions")
    ):
        place = (began_at - began_at % _DAY, _bucket((ended_at - began_at) / 1_000_000))
        counts[place] = counts.get(place, 0) + 1
    for (day, bucket), sessions in counts.items():
        connection.execute(
            sa.text("INSERT INTO usage_session_days VALUES (:day, :bucket, :sessions)"),
            {"day": day, "bucket": bucket, "sessions": sessions},
        )


def _bucket(seconds: float) -> int:
    return 0 if seconds < 1 else min(120, 1 + math.floor(math.log(seconds, 1.15)))
