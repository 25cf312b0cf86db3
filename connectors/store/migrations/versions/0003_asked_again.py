"""When comments were asked for again, what calls cost, which threads were postponed and which files were read."""

import sqlalchemy as sa
from alembic import op

from connectors.store.schema import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("comments") as batch_op:
        batch_op.add_column(sa.Column("refreshed_at", Instant()))
        batch_op.add_column(sa.Column("missing_since", Instant()))
    op.create_table(
        "charges",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "day", "resource", name=op.f("pk_charges")),
    )
    op.create_table(
        "postponed",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "native_id", name=op.f("pk_postponed")),
    )
    op.create_table(
        "files_read",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("read_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "digest", name=op.f("pk_files_read")),
    )


def downgrade() -> None:
    op.drop_table("files_read")
    op.drop_table("postponed")
    op.drop_table("charges")
    with op.batch_alter_table("comments") as batch_op:
        batch_op.drop_column("missing_since")
        batch_op.drop_column("refreshed_at")
