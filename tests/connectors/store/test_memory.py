"""What connectors remember is there for the next run, and shared by all."""

from datetime import date

from sqlalchemy import Engine

from connectors.store.comments import register_sources, save_page
from connectors.store.memory import StoredMemory
from domain.records import Page, Platform, Source

MONDAY, TUESDAY, SUNDAY = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 1)


def test_a_resource_is_charged_once_a_day_and_sums_are_by_platform(engine: Engine):
    for _ in range(2):
        StoredMemory(engine).charge(Platform.X, MONDAY, {"post:1": 0.005, "user:7": 0.01})
    StoredMemory(engine).charge(Platform.X, TUESDAY, {"post:1": 0.005})
    StoredMemory(engine).charge(Platform.YOUTUBE, MONDAY, {"connector a": 3})
    StoredMemory(engine).charge(Platform.YOUTUBE, MONDAY, {"connector a": 5, "connector b": 1})
    memory = StoredMemory(engine)
    assert round(memory.spent(Platform.X, MONDAY, TUESDAY), 6) == 0.02
    assert memory.spent(Platform.YOUTUBE, MONDAY, MONDAY) == 6
    assert memory.spent(Platform.YOUTUBE, SUNDAY, SUNDAY) == 0


def test_postponed_threads_wait_for_the_next_run(engine: Engine, source: Source):
    StoredMemory(engine).postpone(source, ["a", "b"])
    StoredMemory(engine).postpone(source, ["b", "c"])
    StoredMemory(engine).catch_up(source, ["a"])
    assert sorted(StoredMemory(engine).postponed(source)) == ["b", "c"]


def test_replies_are_counted_for_the_comments_that_are_known(engine: Engine, comments, source: Source, now):
    register_sources(engine, [source])
    save_page(engine, source, Page(comments(3, parent_id="reddit:t1_0")), now)
    counts = StoredMemory(engine).known_replies(["reddit:t1_0", "reddit:t1_1", "reddit:t1_9"])
    assert counts == {"reddit:t1_0": 3, "reddit:t1_1": 0}


def test_a_file_is_known_by_its_content(engine: Engine, source: Source):
    assert not StoredMemory(engine).was_read(source, "digest")
    StoredMemory(engine).keep_read(source, "digest", "export.csv")
    assert StoredMemory(engine).was_read(source, "digest")
