"""Since when each norm is in service."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "norms",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first_seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norms")),
    )


def downgrade() -> None:
    op.drop_table("norms")
