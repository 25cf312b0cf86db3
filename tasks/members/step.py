"""The Prefect tasks of members: their counts, mood and segments, and a first word to those who are new."""

from datetime import datetime, timedelta

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.store import members as store
from connectors.store import reports
from connectors.store.replies import save_replies
from connectors.store.verdicts import latest_verdicts
from domain.records import HANDOFF_SCHEMA, DraftKind, empty
from tasks.members.opt_out import opting_out
from tasks.members.recommend import History, recommend
from tasks.members.segment import members
from tasks.members.welcome import welcome as welcome_drafts
from tasks.workspace import Workspace

REMEMBERED_DAYS = 365
WELCOMED_WITHIN = timedelta(days=1)
WATCHED_BEFORE = timedelta(days=7)  # a younger store takes everybody for new


@task(name="segment members", cache_policy=NO_CACHE)
def segment(workspace: Workspace, as_of: datetime) -> int:
    """Members as they were at `as_of`, over the year before. Gives how many there are."""
    comments, verdicts = reports.everything_between(workspace.store, as_of - timedelta(days=REMEMBERED_DAYS), as_of)
    community = workspace.community
    found = members(comments, verdicts, as_of, community.team, community.segments, store.opted_out(workspace.store))
    reports.save_members(workspace.store, found)
    return found.height


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
    history = History(frozenset(recently), shown, clicked, frozenset(store.opted_out(workspace.store)))
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
