"""Which comments a model was asked about, and what each cost."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_questions",
        sa.Column("comment_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "run_id", "step", name=op.f("pk_model_questions")),
    )
    op.create_index(op.f("ix_model_questions_asked_at"), "model_questions", ["asked_at"])


def downgrade() -> None:
    op.drop_table("model_questions")
