"""Hourly counts that nothing read; what a night needs is counted by day, for members and topics."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("activity_hourly")


def downgrade() -> None:
    op.create_table(
        "activity_hourly",
        sa.Column("hour", Instant(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "source_id", name=op.f("pk_activity_hourly")),
    )
