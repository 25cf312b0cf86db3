"""The Prefect task of replies: drafts an answer or hands over, for what was judged and not yet answered."""

from datetime import datetime, timedelta

import polars as pl
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from connectors.contract import ConnectorError
from connectors.store import replies as store
from connectors.store.alerts import pauses
from connectors.store.comments import asked_before, parent_texts
from connectors.store.members import known_members, opted_out
from connectors.store.team_answers import answered_by_team, close_answered
from connectors.store.verdicts import latest_verdicts
from domain.records import HANDOFF_SCHEMA, Urgency, empty, frame
from tasks.alerts.pausing import held_back
from tasks.embedding import sense_of_the_run
from tasks.members.step import take_opt_outs, with_recommendations
from tasks.model_budget import ModelBudget, model_of_the_environment
from tasks.publishing.wording import Wording
from tasks.replies.adapting import adapt
from tasks.replies.handoff import handoff
from tasks.replies.history import History, with_history
from tasks.replies.matching import Matcher
from tasks.replies.repetition import without_repetition
from tasks.replies.reply import reply as write_replies
from tasks.replies.telling import notes_instead, told_once
from tasks.workspace import Workspace, read_voice

LONGEST_LOOK_BACK_DAYS = 36_500
WOULD_BE_MISSED = ("regular", "expert", "advocate")


def fitted_matcher(workspace: Workspace) -> Matcher:
    """The matcher of the knowledge base, fitted once and kept in `var` until the knowledge or the embedding model changes."""
    sense = sense_of_the_run()
    return Matcher.load_or_fit(workspace.knowledge, workspace.settings.var / "matcher", sense)


@task(name="reply", cache_policy=NO_CACHE)
def reply(workspace: Workspace, answer_days: int, now: datetime, run_id: str) -> tuple[int, int]:
    """How many drafts and hand-offs were new."""
    since = now - timedelta(days=answer_days)
    team = workspace.community.team
    close_answered(workspace.store, team)
    batch = store.unanswered(workspace.store, since)
    take_opt_outs(workspace, batch, now)
    authors = batch["author_id"].drop_nulls().unique().to_list()
    drafts, handoffs = write_replies(
        batch,
        latest_verdicts(workspace.store, since, now + timedelta(days=1)),
        workspace.knowledge,
        fitted_matcher(workspace),
        workspace.charter,
        workspace.community,
        now,
        store.answered_ids(workspace.store, since) | answered_by_team(workspace.store, team, since),
        store.answering_ours(workspace.store, since),
        _regulars(workspace, authors),
        asked_before(workspace.store, batch),
    )
    given = store.answers_given(workspace.store, authors)
    written = drafts
    drafts, again = without_repetition(drafts, batch, given, workspace.community, now)
    drafts, unsaid = _in_the_voice(workspace, drafts, batch, now, run_id)
    replaced = pl.concat([again, unsaid])
    notes = notes_instead(replaced, written, batch, workspace.charter, workspace.community)
    drafts = told_once(pl.concat([drafts, notes]), batch, store.told_to_wait(workspace.store, authors))
    handoffs = _with_history(workspace, pl.concat([handoffs, replaced]), batch)
    drafts = with_recommendations(workspace, drafts, batch, now)
    paused = {row["subject"]: row["terms"] for row in pauses(workspace.store, now)}
    drafts = held_back(drafts, batch, paused)
    return store.save_replies(workspace.store, drafts, handoffs, now, run_id)


def _regulars(workspace: Workspace, authors: list[str]) -> set[str]:
    """Those whom the last report found to be regulars; of who opted out it found nothing."""
    known = known_members(workspace.store, authors)
    return {one for one, (_, segment, _) in known.items() if segment in WOULD_BE_MISSED}


def _with_history(workspace: Workspace, handoffs: pl.DataFrame, batch: pl.DataFrame) -> pl.DataFrame:
    wanted = batch.join(handoffs, left_on="id", right_on="comment_id", how="semi")
    authors = wanted["author_id"].drop_nulls().unique().to_list()
    known = {one: History(*facts) for one, facts in known_members(workspace.store, authors).items()}
    wording = Wording(workspace.community.languages[0], workspace.community.timezone)
    return with_history(handoffs, wanted, known, opted_out(workspace.store), wording)


def _in_the_voice(
    workspace: Workspace, drafts: pl.DataFrame, batch: pl.DataFrame, now: datetime, run_id: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The answers in a language model's words, where one is configured and its words can be traced to the entries.

    And the hand-offs (HANDOFF_SCHEMA) in the place of those that the model hands over.
    """
    model, problem = model_of_the_environment()
    if model is None:
        if problem:
            get_run_logger().warning("no language model: %s", problem)
        return drafts, empty(HANDOFF_SCHEMA)
    budget = ModelBudget(workspace.store, workspace.community.budget, model, f"{run_id}:replies", now)
    parents = parent_texts(workspace.store, batch)
    voice = read_voice(workspace.settings.workspace)
    done = adapt(
        drafts, batch, parents, workspace.knowledge, workspace.charter, voice, model, budget.may_call, ConnectorError
    )
    budget.settle()
    if done.refused or done.failed:
        get_run_logger().warning(
            "%d replies of the model were refused, %d not written: %s", done.refused, done.failed, done.error
        )
    handed = [
        handoff(row, "not_said", "no_answer", Urgency.NORMAL, now, workspace.community)
        for row in batch.filter(pl.col("id").is_in(list(done.handed))).iter_rows(named=True)
    ]
    return done.drafts, frame(handed, HANDOFF_SCHEMA)
