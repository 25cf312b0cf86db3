"""Who was erased or wants nothing personal, and what was recommended to whom."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forgotten",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "opt_outs",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "clicks",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "day", name=op.f("pk_clicks")),
    )
    op.create_table(
        "recommendations",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_recommendations")),
    )
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendations_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recommendations_member_id"), ["member_id"], unique=False)


def downgrade() -> None:
    for table in ("recommendations", "clicks", "opt_outs", "forgotten"):
        op.drop_table(table)
