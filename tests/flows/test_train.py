"""Human decisions become a better model, through the flow, and the next patrol judges by it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.store import comments, review
from connectors.store.verdicts import latest_verdicts, save_verdicts
from deployments.cli import app
from domain.records import COMMENT_SCHEMA, VERDICT_SCHEMA, Page, Platform, Source, SourceKind, frame
from domain.review import Choice, Decision
from flows.options import RehearseOptions, TrainOptions
from flows.rehearse import rehearse
from flows.train import train
from tasks.moderation.registry import models_in_service
from tasks.moderation.step import moderate
from tasks.workspace import open_workspace

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
WORDS = ["red", "blue", "green", "pink", "grey", "old", "new", "big", "tiny", "bright"]
MAKERS = ["Rex", "Zob", "Quik", "Lum"]


def store(engine: Engine, texts: list[str]) -> list[dict[str, Any]]:
    """These texts as comments that were checked, in a source of their own."""
    source = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "lumio")
    blank = dict.fromkeys(COMMENT_SCHEMA)
    rows = [
        {
            **blank,
            "id": f"reddit:t1_{at}",
            "platform": "reddit",
            "source_id": source.id,
            "native_id": f"t1_{at}",
            "kind": "comment",
            "thread_id": "reddit:t3_a",
            "author_id": "reddit:t2_a",
            "text": text,
            "lang": "en",
            "created_at": NOW,
            "deleted": False,
            "raw": "{}",
        }
        for at, text in enumerate(texts)
    ]
    comments.register_sources(engine, [source])
    comments.save_page(engine, source, Page(frame(rows, COMMENT_SCHEMA)), NOW)
    comments.mark_checked(engine, comments.unchecked(engine), {}, NOW)
    return rows


@pytest.fixture
def reviewed(engine: Engine) -> None:
    """Forty stall holders whom the CMs called spam, forty happy riders whom they did not, in turn."""
    pairs = [(word, maker) for word in WORDS for maker in MAKERS]
    texts = [
        text
        for word, maker in pairs
        for text in (f"{maker} lamps in {word} at my stall this Sunday", f"the {word} lamp of {maker} is on my bike")
    ]
    rows = store(engine, texts)
    made = [
        {
            **dict.fromkeys(VERDICT_SCHEMA),
            "comment_id": row["id"],
            "text_hash": row["id"],
            "action": "hold",
            "norms": ["spam"],
            "scores": "{}",
            "confidence": 0.5,
            "decided_by": "rule",
            "evidence": "[]",
            "autonomy": "propose",
            "charter_version": "c",
            "model_version": "m",
        }
        for row in rows
    ]
    save_verdicts(engine, frame(made, VERDICT_SCHEMA), NOW, "run")
    items = {item.comment["id"]: item for item in review.waiting(engine, 100)}
    for at, row in enumerate(rows):
        choice = Choice.REJECT if at % 2 else Choice.APPROVE
        decision = Decision(items[row["id"]], choice, by="Ana")
        assert review.record(engine, decision, NOW + timedelta(minutes=at), "review")


def test_decisions_make_a_better_model_that_serves_until_it_is_rolled_back(reviewed: None, workspace: Path):
    folder = workspace / "var" / "models"
    before = models_in_service(folder)["spam"].version
    tried = train(TrainOptions(promote=False))
    assert (tried["better"], tried["promoted"]) == (["spam"], [])
    assert models_in_service(folder)["spam"].version == before
    assert rehearse(RehearseOptions())["changed"] == 0
    assert rehearse(RehearseOptions(models="newest trained"))["changed"] > 0
    assert train(TrainOptions())["promoted"] == ["spam"]
    after = models_in_service(folder)["spam"].version
    assert after != before
    listed = CliRunner().invoke(app, ["models", "list"]).stdout
    assert any(line.startswith("*") and after in line for line in listed.splitlines())
    assert before in CliRunner().invoke(app, ["models", "list"]).stdout
    assert CliRunner().invoke(app, ["models", "rollback", "spam"]).exit_code == 0
    assert models_in_service(folder)["spam"].version == before


def test_a_model_in_service_judges_by_meaning_where_that_was_learnt(
    workspace: Path, engine: Engine, static_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    """Each word stands in one text only: words teach nothing, their places do."""
    rude, kind = ([sha256(f"{sort} {at}".encode()).hexdigest()[:8] for at in range(80)] for sort in ("rude", "kind"))
    places = {word: (1.0, at / 100) for at, word in enumerate(rude)}
    places |= {word: (-1.0, at / 100) for at, word in enumerate(kind)}
    monkeypatch.setenv("VIGIE_EMBEDDING_FOLDER", str(static_model(**places, vuxa=(1.0, 0.3), zixa=(-1.0, 0.3))))
    (workspace / "labelled").mkdir()
    rows = [f"{word},{label}" for words, label in ((rude, 1), (kind, 0)) for word in words]
    (workspace / "labelled" / "insult.csv").write_text("\n".join(["text,label", *rows]) + "\n", "utf-8")
    assert train(TrainOptions())["promoted"] == ["insult"]
    assert models_in_service(workspace / "var" / "models")["insult"].embeds
    store(engine, ["vuxa", "zixa"])
    moderate.fn(open_workspace(), NOW, "patrol")
    found = latest_verdicts(engine, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert dict(found.select("comment_id", "norms").iter_rows()) == {"reddit:t1_0": ["insult"], "reddit:t1_1": []}


def test_without_decisions_there_is_nothing_to_learn(workspace: Path, engine: Engine):
    assert train(TrainOptions()) == {"norms": 0, "better": [], "promoted": []}
