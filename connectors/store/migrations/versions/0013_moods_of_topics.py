"""How many comments of a topic sounded negative on each day."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("topic_days", sa.Column("negative", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("topic_days") as table:
        table.drop_column("negative")
