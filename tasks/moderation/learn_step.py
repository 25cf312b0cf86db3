"""The Prefect task of learning: what humans decided becomes candidates, and the better ones are put in service."""

from datetime import datetime

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors.files import read_table
from connectors.store.labels import human_labels
from tasks.embedding import sense_of_the_run
from tasks.moderation.learning import Outcome, examples_of
from tasks.moderation.learning import learn as learn_norm
from tasks.moderation.registry import figures_of, keep, models_in_service, promote
from tasks.moderation.training_file import read_labels
from tasks.workspace import Workspace

LABELLED_FOLDER = "labelled"  # in the workspace: NORM.csv with the columns text and label


@task(name="learn", cache_policy=NO_CACHE)
def learn(workspace: Workspace, wanted_precision: float, promote_better: bool, now: datetime) -> list[Outcome]:
    """One outcome for each norm that humans decided on, or that has a file of examples; every candidate is kept."""
    folder = workspace.settings.var / "models"
    decided, in_service = human_labels(workspace.store), models_in_service(folder)
    labelled = {norm: labels for norm in _norms(workspace) if (labels := _labelled(workspace, norm))}
    sense = sense_of_the_run()
    judged = set(decided["norms"].explode(empty_as_null=False).drop_nulls().to_list())
    outcomes = []
    for norm in _norms(workspace):
        if norm not in judged | labelled.keys():
            continue
        examples = examples_of(norm, decided, labelled.get(norm, {}))
        outcome = learn_norm(norm, examples, in_service.get(norm), wanted_precision, sense)
        outcomes.append(outcome)
        if outcome.model is None:
            continue
        sizes = (outcome.examples, outcome.held_out)
        keep(folder, outcome.model, figures_of(outcome.model, now, *sizes, outcome.macro_f1, outcome.macro_f1_before))
        if outcome.better and promote_better:
            promote(folder, norm, outcome.model.version)
    return outcomes


def _norms(workspace: Workspace) -> list[str]:
    return [norm.id for norm in workspace.charter.norms if norm.use_model]


def _labelled(workspace: Workspace, norm: str) -> dict[str, bool]:
    """The examples of `labelled/NORM.csv` in the workspace. Raises UnreadableTable, TrainingError."""
    path = workspace.settings.workspace / LABELLED_FOLDER / f"{norm}.csv"
    if not path.exists():
        return {}
    rows = read_table(path, ["text", "label"]).with_columns(pl.col("text").cast(pl.String).fill_null(""))
    return dict(zip(rows["text"], read_labels(rows["label"].cast(pl.String).to_list(), norm, str(path)), strict=True))
