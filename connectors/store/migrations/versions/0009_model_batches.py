"""Questions to a language model that were handed in as a batch."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("charter_version", sa.String(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("over_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_batches")),
    )


def downgrade() -> None:
    op.drop_table("model_batches")
