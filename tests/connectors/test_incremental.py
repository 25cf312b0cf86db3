"""Whatever happens between pulls, reading from the watermark misses nothing and reads nothing twice.

Hypothesis writes, answers, deletes and lets comments arrive late on the sandbox's platforms, in small pages and with
equal times at their boundaries, while pulls run to their end or die between two pages.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from connectors import contract, reddit, x, youtube_reading
from connectors.paging import OVERLAP, Batch, pages, read
from connectors.store import comments as store
from connectors.store import refreshing, schema
from connectors.store.engine import engine_for
from deployments.sandbox import ids
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import running_sandbox
from domain.records import Platform, Source, SourceKind, Watermark

START = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the clocks of Paris change in the night that follows
LATEST_ARRIVAL_MINUTES = int(OVERLAP.total_seconds() // 60) - 1

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from([0, 0, 0, 1, 20, 600])),
        st.tuples(st.just("arrive late"), st.integers(0, LATEST_ARRIVAL_MINUTES)),
        st.tuples(st.just("answer"), st.integers(0, 50)),
        st.tuples(st.just("delete"), st.integers(0, 50)),
        st.tuples(st.just("delete the newest"), st.just(0)),
        st.tuples(st.just("pull"), st.just(99)),
        st.tuples(st.just("pull and die"), st.integers(1, 3)),
    ),
    min_size=4,
    max_size=24,
)


@dataclass
class World:
    """The sandbox's platforms, their common clock, and a new source for each example."""

    sandbox: Any = None
    now: datetime = START
    numbers: Iterator[int] = field(default_factory=count)

    def source(self, platform: Platform) -> "Watched":
        name = f"place{next(self.numbers)}"
        if platform is Platform.REDDIT:
            thread = self.add(platform, name, "post", None, None, self.now)
            return Watched(self, Source(platform, SourceKind.SUBREDDIT, name), name, thread)
        if platform is Platform.YOUTUBE:
            channel = ids.youtube_channel(name)
            video = self.add(platform, channel, "video", None, None, self.now)
            return Watched(self, Source(platform, SourceKind.CHANNEL, channel), channel, video)
        first = self.add(platform, name, "comment", None, None, self.now)
        return Watched(self, Source(platform, SourceKind.MENTIONS, name), name, first)

    def add(
        self, platform: Platform, place: str, kind: str, thread: str | None, parent: str | None, at: datetime
    ) -> str:
        community, key = self.sandbox.community, f"key-{next(self.numbers)}"
        if platform is Platform.REDDIT:
            native = community.ids.reddit("t3_" if kind == "post" else "t1_", key, at)
        elif platform is Platform.X:
            native = community.ids.x("", at)
        elif kind == "video":
            native = community.ids.youtube_video(key)
        else:
            native = community.ids.youtube_comment(key, parent if parent != thread else None)
        community.add(
            platform=platform.value, native=native, source=place, kind=kind, thread=thread or native, parent=parent,
            title="A thread", author="someone", text=f"@{place} {key}", created_at=at, score=1,
        )  # fmt: skip
        return str(native)


@dataclass
class Watched:
    """A source, who reads it and what is known of it. known: by id, as the store upserts it."""

    world: World
    source: Source
    place: str
    thread: str
    written: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    since: Watermark | None = None

    def write(self, at: datetime, parent: str | None = None) -> None:
        platform = self.source.platform
        if parent is None and platform is not Platform.X:
            parent = self.thread
        self.written.append(self.world.add(platform, self.place, "comment", self.thread, parent, at))

    def delete(self, index: int) -> None:
        if self.written:
            native = self.written[index % len(self.written)]
            self.world.sandbox.community.items[self.source.platform.value, native].deleted = True

    def edit(self, index: int) -> None:
        if self.written:
            item = self.world.sandbox.community.items[
                self.source.platform.value, self.written[index % len(self.written)]
            ]
            item.text, item.edited_at = f"{item.text} edited", self.world.now

    def answer(self, index: int) -> None:
        platform = self.source.platform
        if self.written:
            parent = self.written[index % len(self.written)]
            self.write(self.world.now, parent.split(".")[0] if platform is Platform.YOUTUBE else parent)

    def alive(self) -> set[str]:
        """What the platform shows now; YouTube hides the answers to a deleted comment with it."""
        items = self.world.sandbox.community.items
        platform = self.source.platform.value
        hidden = {native for native in self.written if items[platform, native].deleted}
        return {native for native in self.written if native not in hidden and native.split(".")[0] not in hidden}

    def pull(self, connector: Any, most_pages: int) -> None:
        seen: list[str] = []
        for number, page in enumerate(connector.pull(self.source, self.since), start=1):
            seen += page.comments["native_id"].to_list()
            self.known |= set(seen)
            if page.watermark:
                assert self.since is None or page.watermark.at >= self.since.at
                self.since = page.watermark
                assert self.alive() <= self.known, f"missed {self.alive() - self.known}"
            if number == most_pages:
                break
        assert len(seen) == len(set(seen)), "one pull brought a comment twice"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    with (
        pytest.MonkeyPatch.context() as patch,
        running_sandbox(pl.DataFrame(schema=SEED_SCHEMA), clock=lambda: world.now) as sandbox,
    ):
        world.sandbox = sandbox
        for name, value in sandbox.environment.items():
            patch.setenv(name, value)
        patch.setattr(reddit, "ITEMS_A_REQUEST", 3)
        patch.setattr(youtube_reading, "ITEMS_A_REQUEST", 3)
        patch.setitem(x.FIELDS, "max_results", 5)
        yield world


@pytest.mark.parametrize("platform", [Platform.REDDIT, Platform.YOUTUBE, Platform.X])
@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_missed_and_nothing_comes_twice(platform: Platform, steps: list[Any], world: World) -> None:
    watched, connector = world.source(platform), contract.connect(platform)
    for step, value in steps:
        if step == "write":
            world.now += timedelta(minutes=value)
            watched.write(world.now)
        elif step == "arrive late":
            watched.write(world.now - timedelta(minutes=value))
        elif step == "answer":
            watched.answer(value)
        elif step == "delete":
            watched.delete(value)
        elif step == "delete the newest":
            watched.delete(-1)
        else:
            watched.pull(connector, value)
    watched.pull(connector, 99)
    watched.pull(connector, 99)


RUNS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from([0, 0, 1, 20, 600])),
        st.tuples(st.just("arrive late"), st.integers(0, LATEST_ARRIVAL_MINUTES)),
        st.tuples(st.just("answer"), st.integers(0, 50)),
        st.tuples(st.just("delete"), st.integers(0, 50)),
        st.tuples(st.just("edit"), st.integers(0, 50)),
        st.tuples(st.just("begin a run"), st.integers(0, 1)),
        st.tuples(st.just("a page"), st.integers(0, 1)),
        st.tuples(st.just("a page"), st.integers(0, 1)),
        st.tuples(st.just("die"), st.integers(0, 1)),
    ),
    min_size=6,
    max_size=30,
)


@pytest.mark.parametrize("platform", [Platform.REDDIT, Platform.YOUTUBE, Platform.X])
@given(steps=RUNS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_runs_at_once_that_die_anywhere_leave_the_store_as_the_platform_is(
    platform: Platform, steps: list[Any], world: World, sqlite_template: Path, tmp_path: Path
) -> None:
    file = shutil.copy(sqlite_template, tmp_path / f"{next(world.numbers)}.db")
    engine = engine_for(f"sqlite:///{file}")
    watched, connector = world.source(platform), contract.connect(platform)
    store.register_sources(engine, [watched.source])
    runs: dict[int, Iterator[Any]] = {}

    def save(run: Iterator[Any]) -> bool:
        page = next(run, None)
        if page:
            store.save_page(engine, watched.source, page, world.now)
        return page is not None

    for step, value in steps:
        if step == "write":
            world.now += timedelta(minutes=value)
            watched.write(world.now)
        elif step == "arrive late":
            watched.write(world.now - timedelta(minutes=value))
        elif step == "edit":
            watched.edit(value)
        elif step in ("answer", "delete"):
            getattr(watched, step)(value)
        elif step == "begin a run":
            runs[value] = connector.pull(watched.source, store.watermark(engine, watched.source))
        elif step == "die" or not save(runs.get(value, iter(()))):
            runs.pop(value, None)

    last = connector.pull(watched.source, store.watermark(engine, watched.source))
    while save(last):
        pass
    kept = stored(engine)
    assert watched.alive() <= kept.keys(), f"missed {watched.alive() - kept.keys()}"

    natives = sorted(kept)
    absent = [gone for page in connector.refresh(watched.source, natives) for gone in saved(engine, watched, page)]
    refreshing.settle(engine, [f"{platform}:{native}" for native in natives], absent, world.now, doubtful=False)
    now = {native: text for native, (text, deleted) in stored(engine).items() if not deleted}
    items = world.sandbox.community.items
    assert {n: t for n, t in now.items() if n in watched.written} == {
        native: items[platform.value, native].text for native in watched.alive()
    }
    engine.dispose()


def saved(engine: Engine, watched: Watched, page: Any) -> tuple[str, ...]:
    """Keeps a page; gives what is gone."""
    store.save_page(engine, watched.source, page, watched.world.now)
    return page.gone


def stored(engine: Engine) -> dict[str, tuple[str, bool]]:
    """Text and whether it was deleted, by native id."""
    table = schema.comments
    with engine.connect() as connection:
        found = connection.execute(select(table.c.native_id, table.c.text, table.c.deleted))
        return {native: (text, deleted) for native, text, deleted in found}


def row(at: datetime, number: int = 0) -> dict[str, Any]:
    return {
        "id": f"x:{number}", "platform": "x", "source_id": "x:query:q", "native_id": str(number), "kind": "comment",
        "thread_id": "x:1", "text": "text", "created_at": at, "deleted": False,
    }  # fmt: skip


def test_the_watermark_does_not_pass_the_moment_at_which_the_pull_began() -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3)
    (page,) = pages([Batch([row(ahead)], last=True)], None)
    assert page.watermark is not None
    assert page.watermark.at < ahead - timedelta(hours=2)


def test_the_watermark_never_goes_back_and_stays_when_nothing_is_new() -> None:
    since = Watermark(START, "7")
    assert [page.watermark for page in pages([Batch([]), Batch([], last=True)], since)] == [None, since]
    older = Batch([row(START - timedelta(days=1))], last=True)
    assert next(pages([older], since)).watermark == since


@given(st.text(), st.text(alphabet=st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010)))
def test_any_text_can_be_stored(text: str, surrogates: str) -> None:
    written = f"{text}\x00{surrogates}"
    (found,), unreadable = read([{}], lambda item: [row(START) | {"text": written}])
    assert unreadable == ()
    (page,) = pages([Batch([found])], None)
    kept = page.comments["text"][0]
    kept.encode()
    assert "\x00" not in kept
    assert kept.startswith(text.replace("\x00", "\ufffd")) or not text.isprintable()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": None},
        {"score": "5"},
        {"created_at": None},
        {"id": 3},
        {"score": 2**64},
        {"deleted": "no"},
        {"kind": None},
    ],
)
def test_an_item_that_makes_no_sense_is_set_aside_and_the_others_are_kept(wrong: dict[str, Any]) -> None:
    items = [{"n": 1}, {"n": 2}, {"n": 3}]
    rows, unreadable = read(items, lambda item: [row(START, item["n"]) | (wrong if item["n"] == 2 else {})])
    assert [one["native_id"] for one in rows] == ["1", "3"]
    assert [one.raw for one in unreadable] == ['{"n": 2}']
    assert next(iter(wrong)) in unreadable[0].reason
