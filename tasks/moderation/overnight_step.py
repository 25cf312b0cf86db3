"""The Prefect tasks of the night's batch: hand it in, and read what came of those before."""

from datetime import datetime, timedelta

import polars as pl
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from connectors.contract import ConnectorError, Rejected
from connectors.model_batches import fetch, send
from connectors.models import Model
from connectors.store import comments, overnight, record
from domain.charter import Charter
from tasks.model_budget import ModelBudget, model_of_the_environment
from tasks.moderation.overnight import as_kept, asked_by_night, changed_by
from tasks.moderation.second_opinion import instructions_of, questions, shape_of
from tasks.moderation.step import charter_in_service
from tasks.workspace import Workspace

LOOK_BACK = timedelta(days=2)  # at most, for doubts of days on which no report ran


@task(name="ask overnight", cache_policy=NO_CACHE)
def ask_overnight(workspace: Workspace, now: datetime, run_id: str) -> int:
    """Hand in what was left for the night, within the budget. Gives how many comments were asked about."""
    model, _ = model_of_the_environment()
    budget, store = workspace.community.budget, workspace.store
    if model is None or budget.model_overnight == "nothing":
        return 0
    if not model.batches:
        get_run_logger().warning("this endpoint takes no batches: set budget.model_overnight to nothing")
        return 0
    charter = charter_in_service(workspace, now)
    since = max(now - LOOK_BACK, overnight.last_sent(store) or now - LOOK_BACK)
    verdicts = overnight.open_verdicts(store, since, charter.version)
    about = verdicts.select(id="comment_id").join(
        comments.by_ids(store, verdicts["comment_id"].to_list()), on="id", how="left", maintain_order="left"
    )
    found = asked_by_night(verdicts, about, charter, budget.model_overnight)
    left = ModelBudget(store, budget, model, run_id, now).calls_left()
    asked = questions(found, about, comments.parent_texts(store, about))[:left]
    if not asked:
        return 0
    kept = as_kept(asked, verdicts["id"].to_list())
    texts = {key: question.text for key, question in zip(kept, asked, strict=True)}
    try:
        batch_id = send(model, instructions_of(charter), texts, shape_of(charter))
    except ConnectorError as problem:
        get_run_logger().warning("the night's batch was not handed in: %s", problem)
        return 0
    overnight.keep_batch(store, overnight.Batch(batch_id, charter.version, kept), now)
    return sum(question.size for question in asked)


@task(name="read the night's answers", cache_policy=NO_CACHE)
def take_answers(workspace: Workspace, now: datetime, run_id: str) -> int:
    """What came of the batches that were handed in. Gives how many verdicts were changed."""
    batches = overnight.awaited(workspace.store)
    if not batches:
        return 0
    model, problem = model_of_the_environment()
    if model is None:
        get_run_logger().warning("answers of a batch are awaited, but no model can be asked: %s", problem)
        return 0
    charter = charter_in_service(workspace, now)
    budget = ModelBudget(workspace.store, workspace.community.budget, model, f"{run_id}:night", now)
    return sum(_take(workspace, model, batch, charter, budget, now, run_id) for batch in batches)


def _take(
    workspace: Workspace,
    model: Model,
    batch: overnight.Batch,
    charter: Charter,
    budget: ModelBudget,
    now: datetime,
    run_id: str,
) -> int:
    store, before = workspace.store, budget.settle()
    try:
        answers = fetch(model, batch.id, shape_of(charter))
    except Rejected as problem:
        get_run_logger().warning("a batch is given up: %s", problem)
        overnight.close_batch(store, batch.id, now)
        return 0
    except ConnectorError as problem:
        get_run_logger().warning("a batch's answers are awaited still: %s", problem)
        return 0
    if answers is None:
        return 0
    wanted = [one for groups in batch.questions.values() for ids in groups.values() for one in ids]
    about_all = overnight.comments_of(store, wanted)
    record.keep_questions(store, about_all, "llm overnight", budget.settle() - before, now, run_id)
    changed = 0
    if batch.charter_version == charter.version:
        verdicts = overnight.verdicts_by_id(store, wanted)
        about = comments.by_ids(store, verdicts["comment_id"].to_list())
        rows = changed_by(answers.by_key, batch.questions, verdicts, about.filter(~pl.col("deleted")), charter)
        changed = overnight.replace_verdicts(store, rows, now, run_id)
    overnight.close_batch(store, batch.id, now)
    return changed
