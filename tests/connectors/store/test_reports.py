"""The nightly report reads exactly its period, and delivers each page once."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import select

from connectors.store import reports as store
from connectors.store import schema
from connectors.store.comments import TOLD_SCHEMA, mark_checked, newest_told, save_page, unchecked
from connectors.store.member_days import changed_days
from connectors.store.replies import STORED_DRAFT_SCHEMA, STORED_HANDOFF_SCHEMA, save_replies
from connectors.store.topics import save_topics
from connectors.store.verdicts import MODERATION_SCHEMA, save_verdicts
from domain.insights import Example, KnownTopic, Period, Signal
from domain.records import MEMBER_SCHEMA, Page, frame

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_first_run_reads_empty_frames_of_the_documented_schemas(engine, now):
    data = store.report_data(engine, Period(now - DAY, now, "UTC"), now)
    assert data.comments.schema == TOLD_SCHEMA and data.comments.is_empty()
    assert data.verdicts.schema == MODERATION_SCHEMA
    assert data.drafts.schema == STORED_DRAFT_SCHEMA
    assert data.handoffs.schema == STORED_HANDOFF_SCHEMA
    assert data.members.schema == MEMBER_SCHEMA
    assert data.sources.schema == store.SOURCE_STATE_SCHEMA
    assert data.set_aside.schema == store.SET_ASIDE_SCHEMA
    assert {"key", "comment_id", "platform", "kind", "status", "created_at", "done_at"} <= set(data.actions.columns)


def test_a_report_holds_its_half_open_period_and_28_days_before(
    engine, community, comments, source, verdicts, drafts, handoffs, now
):
    period = Period(now - DAY, now, "UTC")
    first = period.start - 28 * DAY
    at_edges = comments(3).with_columns(
        id=pl.format("reddit:edge{}", pl.int_range(3)),
        created_at=pl.Series([first - timedelta(microseconds=1), first, now], dtype=pl.Datetime("us", "UTC")),
    )
    save_page(engine, source, Page(at_edges), now)
    mark_checked(engine, unchecked(engine).with_columns(lang=pl.lit("fr")), {}, now)
    everything = pl.concat([community, at_edges])
    save_verdicts(engine, verdicts(everything, action="hold"), now, "run")
    save_replies(engine, drafts(everything, autonomy="act"), handoffs(everything), now, "run")
    data = store.report_data(engine, period, now)
    inside = {"reddit:edge1", "reddit:t1_1", "reddit:t1_2", "reddit:t1_3"}
    assert set(data.comments["id"]) == inside
    for kept in (data.verdicts, data.drafts, data.handoffs, data.actions):
        assert set(kept["comment_id"]) == inside
    assert data.sources["id"].to_list() == [source.id]


def test_of_the_verdicts_a_report_reads_the_newest_that_do_not_allow(engine, community, verdicts, now):
    save_verdicts(engine, verdicts(community, action="hold"), now, "run")
    save_verdicts(engine, verdicts(community[:1], charter_version="c2"), now, "run")
    found = store.report_data(engine, Period(now - DAY, now + DAY, "UTC"), now).verdicts
    assert set(found["comment_id"]) == set(community["id"][1:])
    assert set(found["action"]) == {"hold"}


def test_the_newest_comments_come_oldest_first(engine, community, now):
    found = newest_told(engine, now - 9 * DAY, now + DAY, 2)
    assert found["id"].to_list() == community.sort("created_at", "id")["id"].to_list()[-2:]


def test_a_long_period_reaches_back_as_far_as_the_one_before_it(engine, comments, source, now):
    old = comments(1, created_at=now - 70 * DAY)
    save_page(engine, source, Page(old), now)
    mark_checked(engine, unchecked(engine).with_columns(lang=pl.lit("fr")), {}, now)
    assert store.report_data(engine, Period(now - 40 * DAY, now, "UTC"), now).comments.height == 1


def test_days_are_changed_by_comments_and_by_verdicts_on_them(engine, community, verdicts, now):
    paris, day = ZoneInfo("Europe/Paris"), community["created_at"].to_list()[1].date()
    assert changed_days(engine, now + HOUR, paris) == []
    assert day in changed_days(engine, now - HOUR, paris)
    save_verdicts(engine, verdicts(community[1:2]), now + 2 * HOUR, "run")
    assert changed_days(engine, now + HOUR, paris) == [day]


def test_topics_come_back_with_the_days_of_their_curves_and_old_ones_are_left(engine, now):
    today = now.date()
    old = KnownTopic("topic-snow", {"snow": 1.0}, today - 90 * DAY, today - 90 * DAY, {today - 90 * DAY: 4})
    lamp = KnownTopic("topic-lamp", {"lamp": 0.8}, today - 3 * DAY, today - DAY, {today - DAY: 9, today - 3 * DAY: 5})
    save_topics(engine, [old, lamp])
    save_topics(engine, [replace(lamp, last_day=today, by_day={today - DAY: 7, today: 2})])
    save_topics(engine, [replace(lamp, last_day=today, by_day={today: 3}, negative_by_day={today: 1})])
    found = store.report_data(engine, Period(now - DAY, now, "UTC"), now).topics
    assert [each.id for each in found] == ["topic-lamp"]
    assert found[0].negative_by_day == {today: 1}
    assert found[0].by_day == {today - 3 * DAY: 5, today - DAY: 7, today: 3}
    assert (found[0].keys, found[0].last_day) == ({"lamp": 0.8}, today)


def test_members_are_replaced(engine, now):
    row = {"id": "reddit:t2_0", "platform": "reddit", "name": "عمر", "first_seen": now - DAY, "last_seen": now}
    row |= {"comments": 1, "replies": 0, "questions": 1, "score": 3, "held": 0, "mood": None}
    store.save_members(engine, frame([row | {"segment": "newcomer", "interests": []}], MEMBER_SCHEMA))
    now_regular = frame([row | {"comments": 9, "segment": "regular", "interests": ["vélo"]}], MEMBER_SCHEMA)
    store.save_members(engine, now_regular)
    assert store.members_seen(engine, now).equals(now_regular)
    assert store.members_seen(engine, now + DAY).is_empty()


def test_a_page_published_again_replaces_the_one_before(engine, now):
    for title, end in (("one", now), ("two", now), ("three", now + DAY)):
        store.save_publication(engine, "digest", "fr", Period(end - DAY, end, "UTC"), "a.html", title, now)
    assert [page["title"] for page in store.publications(engine, "digest", "fr")] == ["three", "two"]
    assert store.publications(engine, "digest", "en") == []


def test_a_delivery_is_made_once_and_tried_again_only_when_it_failed(engine, now):
    def claim() -> bool:
        return store.claim_delivery(engine, "digest:2026-11-02:cm", "email", "cm@lumio.example", now)

    assert [claim(), claim()] == [True, False]
    store.settle_delivery(engine, "digest:2026-11-02:cm", now, "mail server away")
    assert [claim(), claim()] == [True, False]
    store.settle_delivery(engine, "digest:2026-11-02:cm", now)
    assert not claim()


def test_an_interrupted_delivery_is_told_once_and_never_made_again(engine, now):
    def claim(at) -> bool:
        return store.claim_delivery(engine, "digest:2026-11-02:cm", "email", "cm@lumio.example", at)

    assert claim(now)
    assert store.interrupted_deliveries(engine, now + timedelta(minutes=30)) == []
    (lost,) = store.interrupted_deliveries(engine, now + timedelta(minutes=31))
    assert (lost["channel"], lost["recipient"]) == ("email", "cm@lumio.example")
    assert store.interrupted_deliveries(engine, now + DAY) == []
    assert not claim(now + DAY)


def test_of_runs_at_the_same_instant_one_delivers(engine, now):
    start, ours = Barrier(3), list[bool]()

    def claim() -> None:
        start.wait()
        ours.append(store.claim_delivery(engine, "digest", "slack", "", now))

    runs = [Thread(target=claim) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(ours) == [False, False, True]


def test_the_newest_runs_come_first(engine, now):
    for hours in range(3):
        store.save_run(engine, f"r{hours}", "patrol", now + hours * HOUR, now + hours * HOUR, {"new": hours})
    store.save_run(engine, "r0", "patrol", now, now, {"new": 10})
    assert [run["summary"]["new"] for run in store.last_runs(engine, "patrol", 5)] == [2, 1, 10]
    assert store.last_runs(engine, "report") == []


def test_a_signal_found_again_is_brought_up_to_date(engine, now):
    for level in (1, 3):
        example = Example("reddit:t1_0", "reddit", None, "…", "", now)
        store.save_signals(engine, (Signal("peak", now, level, 9.0, 2.0, ("lampe",), (example,)),))
    with engine.connect() as connection:
        kept = connection.execute(select(schema.signals)).mappings().one()
    assert (kept["level"], kept["terms"], kept["evidence"]) == (3, ["lampe"], ["reddit:t1_0"])
