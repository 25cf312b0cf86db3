"""A patrol through the real clients: everything arrives once, nothing is posted without permission."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from connectors.store import schema
from deployments.sandbox.models import API_KEY
from deployments.sandbox.server import Sandbox
from domain.records import Platform
from flows.options import PatrolOptions
from flows.patrol import patrol
from tasks.replies.nearest import Nearest

Serve = Callable[[pl.DataFrame], Sandbox]


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in schema.metadata.sorted_tables
            if table.name not in ("runs", "charges")  # each run counts its own calls
        }


def _column(engine: Engine, column, *where) -> list:
    with engine.connect() as connection:
        return list(connection.execute(select(column).where(*where)).scalars())


def _ours(engine: Engine) -> int:
    return len(_column(engine, schema.comments.c.id, schema.comments.c.state == "ours"))


@pytest.fixture(scope="module")
def week(community: pl.DataFrame) -> pl.DataFrame:
    """The last days of the demo community: enough of everything, quick to serve."""
    end = community["created_at"].max()
    recent = community.filter(pl.col("created_at") > end - pl.duration(days=5))
    roots = community.filter(
        pl.col("key").is_in(recent["thread"].to_list()) | pl.col("key").is_in(recent["parent"].to_list())
    )
    return pl.concat([roots, recent]).unique("key", maintain_order=True)


def test_every_comment_arrives_once_and_a_second_patrol_adds_nothing(served: Serve, week: pl.DataFrame, engine: Engine):
    sandbox = served(week)
    first = patrol(PatrolOptions())
    before, ours_before = _counts(engine), _ours(engine)
    posted = len(sandbox.posted)
    second = patrol(PatrolOptions())

    assert first["late"] == second["late"] == []
    assert first["new"] > 300
    assert (second["new"], second["drafts"], second["handoffs"], second["done"]) == (0, 0, 0, 0)
    # What Vigie posted in the first round is read back in the second, as its own.
    assert _counts(engine) | {"comments": 0} == before | {"comments": 0}
    assert _counts(engine)["comments"] == before["comments"] + _ours(engine) - ours_before
    assert len(sandbox.posted) == posted


def test_only_what_the_charter_lets_act_is_posted(served: Serve, week: pl.DataFrame, engine: Engine):
    sandbox = served(week)
    patrol(PatrolOptions())
    replies = [post for post in sandbox.posted if post.kind == "reply"]
    assert replies
    assert {post.platform for post in replies} == {"reddit"}  # the demo's charter proposes elsewhere
    approved = {"reply:" + id_ for id_ in _column(engine, schema.drafts.c.id, schema.drafts.c.autonomy == "act")}
    sent = set(_column(engine, schema.actions.c.key, schema.actions.c.kind == "reply"))
    assert sent <= approved
    assert all("Vigie" in post.text for post in replies)  # the bot says that it is a bot


def test_a_dry_run_sends_nothing_and_the_next_run_does(served: Serve, week: pl.DataFrame, engine: Engine):
    sandbox = served(week)
    dry = patrol(PatrolOptions(dry_run=True, platforms=[Platform.REDDIT]))
    assert (dry["done"], list(sandbox.posted)) == (0, [])
    real = patrol(PatrolOptions(platforms=[Platform.REDDIT]))
    posted = [post for post in sandbox.posted if post.kind != "removal_reason"]  # goes with the removal before it
    assert real["done"] == len(posted) > 0


def test_a_fault_on_one_platform_leaves_the_others_working_and_is_said(
    served: Serve, week: pl.DataFrame, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    served(week)
    monkeypatch.setenv("VIGIE_X_BEARER_TOKEN", "")
    done = patrol(PatrolOptions())
    assert done["late"] == ["x:mentions:noctilo", "x:query:from:noctilo"]
    errors = _column(engine, schema.sources.c.error, schema.sources.c.error.is_not(None))
    assert len(errors) == 2 and "X a besoin de VIGIE_X_BEARER_TOKEN" in errors[0]  # the community's first language
    assert {"reddit", "youtube"} == set(_column(engine, schema.comments.c.platform))


def test_a_mistake_in_the_charter_stops_the_patrol_before_anything_is_done(
    served: Serve, week: pl.DataFrame, workspace: Path
):
    from domain.documents import WorkspaceError

    sandbox = served(week)
    charter = workspace / "charter.yaml"
    charter.write_text(charter.read_text(encoding="utf-8") + "\nautonomie: act\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"charter.yaml:\d+: `autonomie`"):
        patrol(PatrolOptions())
    assert list(sandbox.posted) == []


def test_the_checks_can_be_opened(served: Serve, week: pl.DataFrame, workspace: Path, engine: Engine):
    served(week)
    patrol(PatrolOptions(platforms=[Platform.X]))
    docs = workspace / "var" / "checks" / "gx" / "uncommitted" / "data_docs" / "local_site" / "index.html"
    assert "comments" in docs.read_text(encoding="utf-8")


def test_a_patrol_answers_by_an_embedding_model_and_a_dead_one_stops_nothing(
    served: Serve,
    week: pl.DataFrame,
    workspace: Path,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    sandbox = served(week)
    monkeypatch.setenv("VIGIE_EMBEDDING_NAME", "sandbox-embedding")
    monkeypatch.setenv("VIGIE_EMBEDDING_API_KEY", API_KEY)
    monkeypatch.setenv("VIGIE_EMBEDDING_URL", f"{sandbox.url}/v1")
    patrol(PatrolOptions(platforms=[Platform.REDDIT], dry_run=True))
    assert Nearest.load(workspace / "var" / "matcher").model == "sandbox-embedding"
    assert "sentence embeddings" not in caplog.text

    monkeypatch.setenv("VIGIE_EMBEDDING_URL", "http://127.0.0.1:9/v1")
    done = patrol(PatrolOptions(platforms=[Platform.YOUTUBE], dry_run=True))
    assert done["drafts"] > 0
    assert "without sentence embeddings" in caplog.text
