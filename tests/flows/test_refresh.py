"""A refresh through the real clients: what was deleted or edited on the platforms is so in the store, too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import Engine, select, update

from connectors.store import schema
from deployments.sandbox.server import Sandbox
from flows.options import PatrolOptions, RefreshOptions
from flows.patrol import patrol
from flows.refresh import refresh

Serve = Callable[[pl.DataFrame], Sandbox]


@pytest.fixture
def few(community: pl.DataFrame) -> pl.DataFrame:
    """Some threads of each platform, with what they answer."""
    end = datetime.now(UTC)
    recent = community.filter(pl.col("created_at").is_between(end - timedelta(days=2), end - timedelta(hours=1)))
    roots = community.filter(
        pl.col("key").is_in(recent["thread"].to_list()) | pl.col("key").is_in(recent["parent"].to_list())
    )
    return pl.concat([roots, recent]).unique("key", maintain_order=True)


def _yesterday(engine: Engine) -> None:
    """Everything was collected a while ago."""
    past = datetime.now(UTC) - timedelta(days=8)
    with engine.begin() as connection:
        connection.execute(update(schema.comments).values(collected_at=past))


def test_deleted_texts_leave_the_store_and_edited_ones_are_judged_anew(
    served: Serve, few: pl.DataFrame, engine: Engine
):
    sandbox = served(few)
    patrol(PatrolOptions(dry_run=True))
    _yesterday(engine)
    table = schema.comments
    chosen: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for platform in ("reddit", "youtube", "x"):
            query = select(table.c.native_id).where(
                table.c.platform == platform, table.c.kind == "comment", table.c.state == "checked"
            )
            chosen[platform] = list(connection.execute(query.order_by(table.c.created_at.desc()).limit(2)).scalars())
    for platform, (deleted, edited) in chosen.items():
        sandbox.community.items[platform, deleted].deleted = True
        sandbox.community.items[platform, edited].text = "as it stands now"

    told = refresh(RefreshOptions())

    assert told["late"] == []
    assert told["forgotten"] >= 3
    with engine.connect() as connection:
        for platform, (deleted, edited) in chosen.items():
            gone, now = (
                connection.execute(select(table).where(table.c.id == f"{platform}:{native}")).mappings().one()
                for native in (deleted, edited)
            )
            assert (gone["deleted"], gone["text"], gone["author_name"]) == (True, "", None)
            assert (now["text"], now["state"]) == ("as it stands now", "new")
    assert refresh(RefreshOptions())["asked"] == 0, "nothing is asked for twice a day"


def test_a_platform_that_fails_is_named_and_the_others_are_refreshed(
    served: Serve, few: pl.DataFrame, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    served(few)
    patrol(PatrolOptions(dry_run=True))
    _yesterday(engine)
    monkeypatch.setenv("VIGIE_YOUTUBE_API_KEY", "wrong")
    told = refresh(RefreshOptions())
    assert [source.split(":")[0] for source in told["late"]] == ["youtube"]
    (error,) = [one["error"] for one in told["unfinished"]]
    assert "YouTube a refusé" in error
    assert told["asked"] > 0
