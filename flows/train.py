"""Learns from what humans decided: models that are better on decisions they never saw replace those in service."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.options import TrainOptions
from tasks.moderation.learn_step import learn
from tasks.moderation.learning_report import learning_markdown
from tasks.workspace import open_workspace


@flow(name="train", description="Learn from human decisions. / Apprendre des décisions humaines.")
def train(options: TrainOptions = TrainOptions()) -> dict[str, Any]:
    """One candidate for each norm that people decided on; the comparison is the run's artifact."""
    workspace = open_workspace()
    outcomes = learn(workspace, options.wanted_precision, options.promote, datetime.now(UTC))
    create_markdown_artifact(key="training", markdown=learning_markdown(outcomes, options.promote, workspace.language))
    better = [outcome.norm for outcome in outcomes if outcome.better]
    return {"norms": len(outcomes), "better": better, "promoted": better if options.promote else []}
