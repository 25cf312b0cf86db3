"""The Prefect tasks of members: their counts, mood and segments, and a first word to those who are new."""

from datetime import datetime, timedelta

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.store import member_days as days
from connectors.store import members as store
from connectors.store import reports
from connectors.store.comments import newest_told
from connectors.store.replies import save_replies
from connectors.store.verdicts import latest_verdicts, moderations
from domain.records import HANDOFF_SCHEMA, DraftKind, empty
from tasks.insights.periods import days as whole_days
from tasks.members.opt_out import opting_out
from tasks.members.recommend import History, reactions, recommend
from tasks.members.segment import by_day, interests, profiles, read_members
from tasks.members.welcome import welcome as welcome_drafts
from tasks.workspace import Workspace

REMEMBERED_DAYS = 365
REASSESSED = timedelta(days=60)  # who wrote nothing for longer stays in their segment
REREAD = timedelta(days=1)  # a patrol may have saved what it began to read before the last report
INTERESTED_FOR = timedelta(days=28)
MOST_READ = 50_000  # newest comments that tell interests
REACTIONS_COUNT_FOR = timedelta(days=90)
WELCOMED_WITHIN = timedelta(days=1)
WATCHED_BEFORE = timedelta(days=7)  # a younger store takes everybody for new


@task(name="segment members", cache_policy=NO_CACHE)
def segment(workspace: Workspace, as_of: datetime) -> int:
    """Members as they were at `as_of`, over the year before. Gives how many wrote in its last months.

    Only the days whose comments changed since the last report are read again; the year is known from their counts.
    """
    _count_changed_days(workspace)
    community, before = workspace.community, as_of.astimezone(workspace.community.zone).date()
    first, seen_since = before - timedelta(days=REMEMBERED_DAYS), before - REASSESSED
    counted = days.member_totals(workspace.store, first, before, seen_since)
    opted_out = store.opted_out(workspace.store)
    found = profiles(counted, _interests(workspace, as_of), as_of, community.segments, opted_out)
    reports.save_members(workspace.store, found)
    return found.height


def _count_changed_days(workspace: Workspace) -> None:
    """Bring the counts by day up to date, for each day that changed since the last report."""
    engine, community = workspace.store, workspace.community
    last = reports.last_runs(engine, "report", 1) if days.has_days(engine) else []
    changed = days.changed_days(engine, last[0]["started_at"] - REREAD if last else None, community.zone)
    for day in changed:
        span = whole_days(day, day, community.timezone)
        comments, verdicts = reports.everything_between(engine, span.start, span.end)
        known = set(comments["id"])
        elsewhere = [each for each in comments["parent_id"].drop_nulls().unique() if each not in known]
        written = read_members(comments, verdicts, community.team, days.parents_of(engine, elsewhere))
        days.save_day(engine, day, *by_day(written, community.timezone))


def _interests(workspace: Workspace, as_of: datetime) -> pl.DataFrame:
    """What the members wrote about lately; who wrote nothing lately keeps what was known."""
    newest = newest_told(workspace.store, as_of - INTERESTED_FOR, as_of, MOST_READ)
    held = moderations(workspace.store, as_of - INTERESTED_FOR, as_of)["comment_id"]
    found = interests(newest.with_columns(held=pl.col("id").is_in(held.implode())))
    known = reports.members_seen(workspace.store, as_of - REASSESSED).select("interests", member_id="id")
    return pl.concat([found, known.join(found, on="member_id", how="anti").select(found.columns)])


@task(name="welcome", cache_policy=NO_CACHE)
def welcome(workspace: Workspace, now: datetime, run_id: str) -> int:
    """Welcome who began to write in the last day, once. Gives how many drafts were new."""
    since = now - WELCOMED_WITHIN
    firsts = store.first_comments(workspace.store, since, WATCHED_BEFORE)
    verdicts = latest_verdicts(workspace.store, since, now + timedelta(days=1))
    drafts = welcome_drafts(firsts, verdicts, workspace.charter, workspace.community, store.opted_out(workspace.store))
    return save_replies(workspace.store, drafts, empty(HANDOFF_SCHEMA), now, run_id)[0]


def take_opt_outs(workspace: Workspace, comments: pl.DataFrame, now: datetime) -> None:
    """Remember who asks to be left out of everything personal."""
    store.opt_out(workspace.store, opting_out(comments, workspace.charter), now)


def with_recommendations(
    workspace: Workspace, drafts: pl.DataFrame, comments: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """The drafts with something of the catalogue where it fits; what is given is remembered."""
    rules = workspace.charter.replies.recommendations
    recently, shown, clicked = store.recommended(workspace.store, now - timedelta(days=rules.every_days))
    reacted = store.after_recommendations(workspace.store, now - REACTIONS_COUNT_FOR)
    opted_out = frozenset(store.opted_out(workspace.store))
    history = History(frozenset(recently), shown, clicked, opted_out, *reactions(*reacted))
    found, given = recommend(
        drafts,
        comments,
        store.interests(workspace.store),
        workspace.catalogue,
        history,
        workspace.charter,
        workspace.language,
        now.astimezone(workspace.community.zone).date(),
    )
    authors = dict(comments.select("id", "author_id").iter_rows())
    kept = {f"{DraftKind.ANSWER}:{comment}": (item, authors[comment]) for comment, item in given.items()}
    store.save_recommendations(workspace.store, kept, now)
    return found
