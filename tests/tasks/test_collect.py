"""A pull keeps each page before it asks for the next, on a small platform in memory that can break off."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.contract import ConnectorError, Unavailable
from connectors.store import comments as store
from connectors.store.comments import Saved
from connectors.store.engine import open_store
from domain.records import (
    COMMENT_SCHEMA,
    Action,
    Limit,
    Page,
    Platform,
    Receipt,
    Source,
    SourceKind,
    Unreadable,
    Watermark,
    frame,
)
from tasks.collect import pull_source

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SOURCE = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "lumio")


def page(number: int, author: str = "reddit:t2_ana", gap: str | None = None) -> Page:
    at = NOW + timedelta(minutes=number)
    row = {"id": f"reddit:t1_{number}", "platform": "reddit", "source_id": SOURCE.id, "native_id": f"t1_{number}"}
    row |= {"kind": "comment", "thread_id": "reddit:t3_a", "author_id": author, "text": f"Bonjour {number}"}
    row |= {"created_at": at, "deleted": False, "raw": "{}"}
    return Page(frame([row], COMMENT_SCHEMA), Watermark(at, f"t1_{number}"), (Unreadable(f"{number}", "odd"),), gap)


class Archive:
    """A platform in memory that serves pages newer than the watermark, and breaks off where it finds an error."""

    platform = Platform.REDDIT

    def __init__(self, *pages: Page | ConnectorError) -> None:
        self.pages = pages
        self.asked: list[Watermark | None] = []

    def identity(self) -> str:
        return "reddit:t2_vigie"

    def pull(self, source: Source, since: Watermark | None) -> Iterator[Page]:
        self.asked.append(since)
        for one in self.pages:
            if isinstance(one, ConnectorError):
                raise one
            if since is None or one.watermark is None or one.watermark.at > since.at:
                yield one

    def act(self, action: Action) -> Receipt:
        raise AssertionError("collecting never acts")

    def limits(self) -> list[Limit]:
        return []


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_store(f"sqlite:///{tmp_path / 'vigie.db'}")
    store.register_sources(opened, [SOURCE])
    yield opened
    opened.dispose()


def test_a_fault_midway_keeps_the_pages_before_it_and_the_next_pull_goes_on_from_there(engine: Engine):
    with pytest.raises(Unavailable, match="cut"):
        pull_source(engine, Archive(page(1), page(2), Unavailable("cut"), page(3)), SOURCE, NOW)
    assert store.unchecked(engine)["text"].to_list() == ["Bonjour 1", "Bonjour 2"]
    healthy = Archive(page(1), page(2), page(3))
    pulled = pull_source(engine, healthy, SOURCE, NOW)
    assert healthy.asked == [Watermark(NOW + timedelta(minutes=2), "t1_2")]
    assert (pulled.pages, pulled.saved) == (1, Saved(new=1, unreadable=1))


def test_what_was_pulled_is_counted_without_our_own_words_and_a_gap_is_told(engine: Engine):
    archive = Archive(page(1, gap="2026-10-01"), page(2, author="reddit:t2_vigie"), page(3))
    pulled = pull_source(engine, archive, SOURCE, NOW)
    assert (pulled.source_id, pulled.pages, pulled.gap) == (SOURCE.id, 3, "2026-10-01")
    assert pulled.saved == Saved(new=2, unreadable=3)
    assert store.unchecked(engine)["id"].to_list() == ["reddit:t1_1", "reddit:t1_3"]


def test_an_empty_platform_brings_nothing(engine: Engine):
    pulled = pull_source(engine, Archive(), SOURCE, NOW)
    assert (pulled.pages, pulled.saved, store.watermark(engine, SOURCE)) == (0, Saved(), None)
