"""Every model, one queue: what routes, caches, batches, context windows and a person's own keys keep."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
