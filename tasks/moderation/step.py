"""The Prefect tasks of moderation: judging what the store holds unjudged, and rehearsing a changed charter."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import polars as pl
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from connectors.contract import ConnectorError
from connectors.store import comments, record, verdicts
from connectors.store.replies import save_replies
from connectors.workspace import read_file
from domain.charter import Charter
from domain.records import DRAFT_SCHEMA, empty
from tasks.embedding import sense_of_the_run
from tasks.model_budget import ModelBudget, model_of_the_environment
from tasks.moderation.appeals import find_appeals
from tasks.moderation.cascade import moderate as judge
from tasks.moderation.cascade import path_counts
from tasks.moderation.charter_file import load_charter
from tasks.moderation.earlier_opinions import with_earlier_opinions
from tasks.moderation.endpoint import confirmed
from tasks.moderation.overnight import asked_by_day
from tasks.moderation.registry import models_in_service, newest_models
from tasks.moderation.rehearsal import Rehearsal
from tasks.moderation.rehearsal import rehearse as compare
from tasks.moderation.second_opinion import Opinions, doubtful, second_opinions
from tasks.moderation.shadow import in_shadow, with_shadow
from tasks.workspace import Workspace

RehearsedModels = Literal["in service", "newest trained"]
EVER = datetime(1970, 1, 1, tzinfo=UTC)


@task(name="moderate", cache_policy=NO_CACHE)
def moderate(workspace: Workspace, now: datetime, run_id: str) -> Mapping[str, int]:
    """How many comments each action and each step of the cascade got."""
    batch = comments.unjudged(workspace.store, EVER)
    charter = charter_in_service(workspace, now)
    _take_appeals(workspace, batch, now, run_id)
    known = verdicts.known_verdicts(workspace.store, charter.version)
    models, team = models_in_service(workspace.settings.var / "models"), workspace.community.team
    judged = judge(batch, charter, models, known, team, sense_of_the_run())
    opinions = _second_opinions(workspace, batch, judged, charter, now, run_id)
    verdicts.save_verdicts(workspace.store, opinions.verdicts, now, run_id)
    counts = Counter(opinions.verdicts["action"].to_list()) + Counter(path_counts(opinions.verdicts))
    return counts + Counter({"model_calls": opinions.calls, "unasked": opinions.failed})


def _second_opinions(
    workspace: Workspace, batch: pl.DataFrame, judged: pl.DataFrame, charter: Charter, now: datetime, run_id: str
) -> Opinions:
    """The verdicts after a language model was asked about the doubtful ones, where one is configured."""
    model, problem = model_of_the_environment()
    if model is None:
        if problem:
            get_run_logger().warning("no language model: %s", problem)
        return Opinions(judged)
    budget = ModelBudget(workspace.store, workspace.community.budget, model, run_id, now)
    if doubtful(judged, batch, charter):
        said_before = verdicts.opinions_of_models(workspace.store, charter.version)
        judged = with_earlier_opinions(judged, batch, said_before, charter)
    if model.moderation:
        flagged = confirmed(judged, batch, charter, model.categories, budget.may_call, ConnectorError)
        judged = flagged.verdicts
        _keep_questions(workspace, batch, flagged.asked, "endpoint", 0.0, now, run_id)
        if flagged.error:
            get_run_logger().warning("the moderation endpoint was left out: %s", flagged.error)
    context = comments.parent_texts(workspace.store, batch)
    wait = workspace.community.budget.model_overnight if model.batches else "nothing"
    now_asked = asked_by_day(judged, batch, charter, wait)
    opinions = second_opinions(judged, batch, context, charter, model, budget.may_call, ConnectorError, now_asked)
    _keep_questions(workspace, batch, opinions.asked, "llm", budget.settle(), now, run_id)
    if opinions.error:
        get_run_logger().warning("%d comments were left to a person: %s", opinions.failed, opinions.error)
    return opinions


def _keep_questions(
    workspace: Workspace,
    batch: pl.DataFrame,
    asked: Sequence[int],
    step: record.Step,
    usd: float,
    now: datetime,
    run_id: str,
) -> None:
    ids = batch["id"].gather(list(asked)).to_list()
    record.keep_questions(workspace.store, ids, step, usd, now, run_id)


def charter_in_service(workspace: Workspace, now: datetime) -> Charter:
    """The charter as it applies now: norms that are new in it only observe."""
    first_seen = record.norms_first_seen(workspace.store, [norm.id for norm in workspace.charter.norms], now)
    return with_shadow(workspace.charter, in_shadow(workspace.charter, first_seen, now))


def _take_appeals(workspace: Workspace, batch: pl.DataFrame, now: datetime, run_id: str) -> None:
    """Before anything else is decided on these comments, so that an appeal is handed over whatever its words."""
    authors = batch["author_id"].drop_nulls().unique().to_list()
    restricted = record.contestable(workspace.store, authors)
    language = workspace.language
    handoffs, contested = find_appeals(batch, restricted, workspace.charter, language, now)
    save_replies(workspace.store, empty(DRAFT_SCHEMA), handoffs, now, run_id)
    record.reopen(workspace.store, contested)


@task(name="rehearse", cache_policy=NO_CACHE)
def rehearse(
    workspace: Workspace, charter_path: str, models: RehearsedModels, start: datetime, end: datetime
) -> tuple[Rehearsal, Charter]:
    """How that charter and those models would have treated the comments of [start, end), and the charter as it was read.

    charter_path: within the workspace. Raises WorkspaceError.
    """
    file = read_file(workspace.settings.workspace, charter_path)
    charter = load_charter(file.text, file.path)
    past = comments.between(workspace.store, start, end)
    folder, team = workspace.settings.var / "models", workspace.community.team
    in_service = models_in_service(folder)
    tried = newest_models(folder) if models == "newest trained" else in_service
    sense = sense_of_the_run()
    before = judge(past, workspace.charter, in_service, team=team, sense=sense)
    after = judge(past, charter, tried, team=team, sense=sense)
    human = record.human_actions(workspace.store, start, end)
    return compare(past, before, after, human, charter, workspace.community.budget), charter
