"""What cannot wait is told within the hour, once; automated replies can be paused in one click."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
from sqlalchemy import Engine, select, update

from connectors.store import schema
from deployments.sandbox.server import Sandbox
from flows.options import PatrolOptions, PauseOptions
from flows.patrol import patrol
from flows.pause import pause


def subjects(sandbox: Sandbox) -> list[str]:
    return [mail["Subject"] for mail in sandbox.mails if mail["To"] == "camille@noctilo.example"]


def test_a_crisis_and_urgent_handoffs_are_told_once_and_overdue_ones_again(
    served: Callable[[pl.DataFrame], Sandbox], community: pl.DataFrame, engine: Engine
):
    sandbox = served(community)
    first = patrol(PatrolOptions())
    told = subjects(sandbox)
    assert first["alerts"] == len(sandbox.mails) + len(sandbox.slack_messages) > 0
    assert sum("crise" in subject for subject in told) == 1
    assert sum("sans attendre" in subject for subject in told) == 1
    urgent = {mail["To"]: mail.get_content() for mail in sandbox.mails if "(" in mail["Subject"]}
    assert "Défaut dangereux" in urgent["camille@noctilo.example"]
    assert "Dangerous defect" in urgent["lena@noctilo.example"] and "Défaut" not in urgent["lena@noctilo.example"]

    handoffs = schema.handoffs
    with engine.begin() as connection:
        one = connection.execute(select(handoffs.c.comment_id).where(handoffs.c.urgency == "normal")).scalars().first()
        late = datetime.now(UTC) - timedelta(hours=1)
        connection.execute(update(handoffs).where(handoffs.c.comment_id == one).values(due_at=late))
    patrol(PatrolOptions())
    assert subjects(sandbox) == [*told, "Noctilo : en retard (1)"]
    with engine.connect() as connection:
        assert connection.execute(select(handoffs.c.urgency).where(handoffs.c.comment_id == one)).scalar() == "high"


def test_a_pause_in_the_prefect_ui_keeps_replies_from_leaving_alone(
    served: Callable[[pl.DataFrame], Sandbox], community: pl.DataFrame, engine: Engine
):
    recent = community.filter(pl.col("created_at") > community["created_at"].max() - pl.duration(days=3))
    wanted = recent["thread"].to_list() + recent["parent"].to_list()
    day = pl.concat([community.filter(pl.col("key").is_in(wanted)), recent]).unique("key", maintain_order=True)
    sandbox = served(day)
    pause(PauseOptions(subject="all", hours=2))
    paused = patrol(PatrolOptions())
    assert paused["drafts"] > 0
    assert not [written for written in sandbox.posted if written.kind == "reply"]
    with engine.connect() as connection:
        autonomies = set(connection.execute(select(schema.drafts.c.autonomy)).scalars())
    assert "act" not in autonomies
    assert "1" in pause(PauseOptions(subject="all", hours=0))["paused"]
    assert "0" in pause(PauseOptions(subject="all", hours=0))["paused"]
