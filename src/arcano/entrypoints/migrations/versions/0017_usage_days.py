"""The same sums by the day, made of those by the hour that there are."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usage_speed_days",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hour", "model", "target", "measure", "bucket", name=op.f("pk_usage_speed_days")
        ),
    )
    op.create_table(
        "usage_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("group_ids", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("served_model", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("from_cache", sa.BigInteger(), nullable=False),
        sa.Column("estimated", sa.BigInteger(), nullable=False),
        sa.Column("unpriced", sa.BigInteger(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cache_write_tokens", sa.BigInteger(), nullable=False),
        sa.Column("reasoning_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("latency_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_usage_days_user_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_days")),
    )
    with op.batch_alter_table("usage_days", schema=None) as batch_op:
        batch_op.create_index("ix_usage_days_user", ["user_id", "hour"], unique=False)
        batch_op.create_index(
            "uq_usage_days_what",
            [
                "hour",
                "user_id",
                "key_id",
                "group_ids",
                "door",
                "model",
                "target",
                "served_model",
                "variant",
                "currency",
            ],
            unique=True,
        )
    op.create_table(
        "usage_hour_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMMED.split(", ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_hour_totals")),
    )
    with op.batch_alter_table("usage_hour_totals", schema=None) as batch_op:
        batch_op.create_index(
            "uq_usage_hour_totals_what", ["hour", "door", "model", "target", "variant"], unique=True
        )
    op.create_table(
        "usage_day_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMMED.split(", ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_day_totals")),
    )
    with op.batch_alter_table("usage_day_totals", schema=None) as batch_op:
        batch_op.create_index(
            "uq_usage_day_totals_what", ["hour", "door", "model", "target", "variant"], unique=True
        )
    op.create_table(
        "usage_day_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("group_ids", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMMED.split(", ")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_usage_day_people_user_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_day_people")),
    )
    with op.batch_alter_table("usage_day_people", schema=None) as batch_op:
        batch_op.create_index("ix_usage_day_people_user", ["user_id"], unique=False)
        batch_op.create_index(
            "uq_usage_day_people_who", ["hour", "user_id", "key_id", "group_ids"], unique=True
        )
    _fill("usage_days", _WHERE, _SUMMED, by_day=True)
    _fill("usage_hour_totals", _WHAT, _SUMMED, by_day=False)
    _fill("usage_day_totals", _WHAT, _SUMMED, by_day=True)
    _fill("usage_day_people", "user_id, key_id, group_ids", _SUMMED, by_day=True)
    _fill("usage_speed_days", "model, target, measure, bucket", "calls", by_day=True)


_WHERE = "user_id, key_id, group_ids, door, model, target, served_model, variant, currency"
_WHAT = "door, model, target, variant"
_SUMMED = (
    "calls, finished, failed, from_cache, estimated, unpriced, input_tokens, output_tokens, "
    "cached_input_tokens, cache_write_tokens, reasoning_tokens, cost_micros, latency_ms"
)


def _fill(table: str, where: str, summed: str, *, by_day: bool) -> None:
    hours = "usage_speeds" if table == "usage_speed_days" else "usage_hours"
    sums = ", ".join(f"sum({name})" for name in summed.split(", "))
    when = "hour - hour % 86400000000" if by_day else "hour"
    op.execute(
        f"INSERT INTO {table} (hour, {where}, {summed}) "  # noqa: S608  # nosec B608 - all words stand in this file
        f"SELECT {when}, {where}, {sums} FROM {hours} GROUP BY {when}, {where}"
    )
