"""The Prefect task of replies: drafts an answer or hands over, for what was judged and not yet answered."""

from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.store import replies as store
from connectors.store.alerts import pauses
from connectors.store.verdicts import latest_verdicts
from tasks.alerts.pausing import held_back
from tasks.members.step import take_opt_outs, with_recommendations
from tasks.replies.matching import Matcher
from tasks.replies.reply import reply as write_replies
from tasks.workspace import Workspace

LONGEST_LOOK_BACK_DAYS = 36_500


def fitted_matcher(workspace: Workspace) -> Matcher:
    """The matcher of the knowledge base, fitted once and kept in `var` until the knowledge changes."""
    return Matcher.load_or_fit(workspace.knowledge, workspace.settings.var / "matcher")


@task(name="reply", cache_policy=NO_CACHE)
def reply(workspace: Workspace, answer_days: int, now: datetime, run_id: str) -> tuple[int, int]:
    """How many drafts and hand-offs were new."""
    since = now - timedelta(days=answer_days)
    batch = store.unanswered(workspace.store, since)
    take_opt_outs(workspace, batch, now)
    drafts, handoffs = write_replies(
        batch,
        latest_verdicts(workspace.store, since, now + timedelta(days=1)),
        workspace.knowledge,
        fitted_matcher(workspace),
        workspace.charter,
        workspace.community,
        now,
        store.answered_ids(workspace.store, since),
    )
    drafts = with_recommendations(workspace, drafts, batch, now)
    paused = {row["subject"]: row["terms"] for row in pauses(workspace.store, now)}
    drafts = held_back(drafts, batch, paused)
    return store.save_replies(workspace.store, drafts, handoffs, now, run_id)
