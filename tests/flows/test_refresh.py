"""A refresh through the real clients: what was deleted or edited on the platforms is so in the store, too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from connectors.contract import connect
from connectors.store import comments as store
from connectors.store import schema
from deployments.sandbox.server import Sandbox
from flows.options import RefreshOptions
from flows.refresh import refresh
from tasks.collect import pull_source
from tasks.workspace import open_workspace

Serve = Callable[[pl.DataFrame], Sandbox]


@pytest.fixture
def few(community: pl.DataFrame) -> pl.DataFrame:
    """Some threads of each platform, with what they answer."""
    end = datetime.now(UTC)
    recent = community.filter(pl.col("created_at").is_between(end - timedelta(days=1), end - timedelta(hours=1)))
    roots = community.filter(
        pl.col("key").is_in(recent["thread"].to_list()) | pl.col("key").is_in(recent["parent"].to_list())
    )
    return pl.concat([roots, recent]).unique("key", maintain_order=True)


def _collected_a_while_ago(engine: Engine) -> None:
    """Everything that the platforms show was collected and checked eight days ago."""
    past = datetime.now(UTC) - timedelta(days=8)
    sources = open_workspace().community.watched()
    store.register_sources(engine, sources)
    for source in sources:
        pull_source(engine, connect(source.platform), source, past)
    store.mark_checked(engine, store.unchecked(engine).with_columns(lang=pl.lit("fr")), {}, past)


def test_what_was_deleted_or_edited_is_so_in_the_store_and_a_fault_on_one_platform_stops_no_other(
    served: Serve, few: pl.DataFrame, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    sandbox = served(few)
    _collected_a_while_ago(engine)
    table = schema.comments
    chosen: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for platform in ("reddit", "youtube", "x"):
            query = select(table.c.native_id).where(table.c.platform == platform, table.c.kind == "comment")
            chosen[platform] = list(connection.execute(query.order_by(table.c.created_at.desc()).limit(2)).scalars())
    for platform, (deleted, edited) in chosen.items():
        sandbox.community.items[platform, deleted].deleted = True
        sandbox.community.items[platform, edited].text = "as it stands now"

    monkeypatch.setenv("VIGIE_YOUTUBE_API_KEY", "wrong")
    first = refresh(RefreshOptions())
    assert [source.split(":")[0] for source in first["late"]] == ["youtube"]
    assert "YouTube a refusé" in first["unfinished"][0]["error"]  # in the community's first language
    monkeypatch.setenv("VIGIE_YOUTUBE_API_KEY", sandbox.environment["VIGIE_YOUTUBE_API_KEY"])
    second = refresh(RefreshOptions())

    assert second["late"] == []
    assert first["forgotten"] + second["forgotten"] >= 3
    with engine.connect() as connection:
        for platform, (deleted, edited) in chosen.items():
            gone, now = (
                connection.execute(select(table).where(table.c.id == f"{platform}:{native}")).mappings().one()
                for native in (deleted, edited)
            )
            assert (gone["deleted"], gone["text"], gone["author_name"]) == (True, "", None)
            assert (now["text"], now["state"]) == ("as it stands now", "new")
        kept = connection.execute(select(func.count()).where(table.c.platform == "youtube")).scalar_one()
    assert second["asked"] <= kept, "nothing else is asked for twice a day"
