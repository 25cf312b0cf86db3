"""A changed charter on the past, through the flow, with an appeal on the way."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, func, select

from connectors.store import schema
from deployments.sandbox.server import Sandbox
from flows.options import PatrolOptions, RehearseOptions, SurveyOptions
from flows.patrol import patrol
from flows.rehearse import rehearse
from flows.survey import survey


@pytest.fixture
def day(community: pl.DataFrame) -> pl.DataFrame:
    """The last day of the demo community with the threads that it belongs to."""
    recent = community.filter(pl.col("created_at") > community["created_at"].max() - pl.duration(days=1))
    wanted = recent["thread"].to_list() + recent["parent"].to_list()
    return pl.concat([community.filter(pl.col("key").is_in(wanted)), recent]).unique("key", maintain_order=True)


def test_a_rehearsal_finds_what_would_change_and_stores_nothing(
    served: Callable[[pl.DataFrame], Sandbox], day: pl.DataFrame, workspace: Path, engine: Engine
):
    served(day)
    patrol(PatrolOptions())
    charter = (workspace / "charter.yaml").read_text(encoding="utf-8")
    (workspace / "charter.next.yaml").write_text(
        charter.replace(
            "norms:\n", "norms:\n  - id: greetings\n    rules: [{name: all, words: [merci, thanks, the, le]}]\n", 1
        ),
        encoding="utf-8",
    )
    verdicts = select(func.count()).select_from(schema.verdicts)
    with engine.connect() as connection:
        before = connection.execute(verdicts).scalar_one()
    same = rehearse(RehearseOptions())
    other = rehearse(RehearseOptions(charter="charter.next.yaml"))
    assert same["comments"] == other["comments"] > 0
    assert same["changed"] == 0
    assert other["changed"] > 0
    with engine.connect() as connection:
        assert connection.execute(verdicts).scalar_one() == before
    _is_surveyed(workspace)


def _is_surveyed(workspace: Path) -> None:
    """The same store gives the map of journeys, in both languages, and puts nothing in service."""
    charter = (workspace / "charter.yaml").read_bytes()
    files = [Path(name) for name in survey(SurveyOptions(days=3_650))["files"]]
    assert {"survey.fr.html", "survey.en.md", "charter.proposed.yaml"} <= {path.name for path in files}
    assert all(path.is_relative_to(workspace / "survey") and path.stat().st_size for path in files)
    assert "**Reddit · noctilo**" in (workspace / "survey" / "survey.en.md").read_text(encoding="utf-8")
    assert (workspace / "charter.yaml").read_bytes() == charter


@pytest.mark.parametrize("path", ["/etc/passwd.yaml", "../charter.yaml", "charter.txt"])
def test_only_a_charter_of_the_workspace_can_be_rehearsed(path: str):
    with pytest.raises(ValidationError):
        RehearseOptions(charter=path)
