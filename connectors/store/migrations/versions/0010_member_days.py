"""What members did day by day, and an index by which what changed since the last report is found."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "member_days",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("first_seen", Instant(), nullable=False),
        sa.Column("last_seen", Instant(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("comments", "replies", "helpful", "questions")),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("mood", sa.Float(), nullable=False),
        sa.Column("negative", sa.Integer(), nullable=False),
        sa.Column("positive", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "day", name=op.f("pk_member_days")),
    )
    op.create_index(op.f("ix_member_days_day"), "member_days", ["day"])
    op.create_table(
        "member_answers",
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("to_member_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "to_member_id", "day", name=op.f("pk_member_answers")),
    )
    op.create_index(op.f("ix_member_answers_day"), "member_answers", ["day"])
    op.create_index(op.f("ix_comments_updated_at"), "comments", ["updated_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_comments_updated_at"), table_name="comments")
    op.drop_table("member_answers")
    op.drop_table("member_days")
