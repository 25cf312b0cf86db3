"""A patrol with a language model: it is asked about what is doubtful, paid for, and missed by nobody when it is dead."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, func, select
from typer.testing import CliRunner

from connectors.store import schema
from connectors.store.record import decision_log
from deployments.cli import app
from deployments.sandbox.models import API_KEY, MODELS
from deployments.sandbox.server import Sandbox
from domain.records import Platform
from flows.options import PatrolOptions
from flows.patrol import patrol
from tasks.moderation.overnight_step import ask_overnight, take_answers
from tasks.workspace import open_workspace


@pytest.fixture
def trouble(community: pl.DataFrame) -> pl.DataFrame:
    """What of the demo community is no plain talk, with its threads."""
    odd = community.filter(pl.col("label").is_in(["insult", "hate", "threat", "spam", "self_promotion", "scam"]))
    wanted = odd["thread"].to_list() + odd["parent"].to_list()
    return pl.concat([community.filter(pl.col("key").is_in(wanted)), odd]).unique("key", maintain_order=True)


def use_model(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name, value in {"NAME": MODELS[0], "API_KEY": API_KEY, "URL": url}.items():
        monkeypatch.setenv(f"VIGIE_MODEL_{name}", value)


def test_a_model_is_asked_in_few_calls_and_put_on_the_bill(
    served: Callable[[pl.DataFrame], Sandbox], trouble: pl.DataFrame, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    sandbox = served(trouble)
    use_model(monkeypatch, f"{sandbox.url}/v1")
    done = patrol(PatrolOptions(dry_run=True))["moderation"]
    with engine.connect() as connection:
        billed = select(func.count()).where(schema.charges.c.platform == "model")
        assert connection.execute(billed).scalar_one() >= done["model_calls"] > 0  # replies are billed, too
        by_llm = select(schema.verdicts.c.autonomy).where(schema.verdicts.c.decided_by == "llm").distinct()
        assert "act" not in set(connection.execute(by_llm).scalars())


def test_a_dead_model_stops_nothing_and_leaves_its_comments_to_a_person(
    served: Callable[[pl.DataFrame], Sandbox], trouble: pl.DataFrame, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    served(trouble)
    use_model(monkeypatch, "http://127.0.0.1:9/v1")
    done = patrol(PatrolOptions(dry_run=True))["moderation"]
    assert done["unasked"] > 0
    assert done["allow"] > 0
    with engine.connect() as connection:
        assert "llm" not in set(connection.execute(select(schema.verdicts.c.decided_by)).scalars())


def test_what_may_wait_is_asked_overnight_at_half_the_price(
    served: Callable[[pl.DataFrame], Sandbox],
    trouble: pl.DataFrame,
    engine: Engine,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    sandbox = served(trouble)
    use_model(monkeypatch, f"{sandbox.url}/v1")
    with (workspace / "community.yaml").open("a", encoding="utf-8") as file:
        file.write("\nbudget:\n  model_overnight: everything\n")
    by_day = patrol(PatrolOptions(dry_run=True))["moderation"]
    assert "model_calls" not in by_day
    opened, now = open_workspace(), datetime.now(UTC)
    asked = ask_overnight(opened, now, "night")
    assert asked > 0
    assert ask_overnight(opened, now + timedelta(hours=1), "again") == 0  # each doubt is handed in once
    assert take_answers(opened, now, "too early") == 0
    with engine.connect() as connection:
        doubted = connection.execute(select(schema.verdicts.c.id).where(schema.verdicts.c.status == "waiting")).first()
    assert doubted is not None
    with engine.begin() as connection:  # a human was faster than the model
        decided = schema.verdicts.update().where(schema.verdicts.c.id == doubted.id).values(status="overturned")
        connection.execute(decided)
    changed = take_answers(opened, now, "morning")
    assert 0 < changed < asked
    assert take_answers(opened, now, "later") == 0
    with engine.connect() as connection:
        verdicts = connection.execute(select(schema.verdicts)).all()
        price = connection.execute(
            select(func.sum(schema.charges.c.amount)).where(schema.charges.c.resource.like("morning:%"))
        ).scalar_one()
    by_llm = [row for row in verdicts if row.decided_by == "llm"]
    assert len(by_llm) == changed == sum(row.status == "replaced" for row in verdicts)
    assert all(row.model_version.endswith("+night") and row.autonomy != "act" for row in by_llm)
    assert doubted.id in {row.id for row in verdicts if row.status == "overturned"}
    assert price > 0
    log = decision_log(engine, now - timedelta(days=1), now + timedelta(days=1))
    questions = [row for row in log if row["event"] == "asked"]
    assert {row["what"] for row in questions} == {"llm overnight"}
    assert len(questions) == asked
    assert sum(row["cost_usd"] for row in questions) == pytest.approx(price)
    assert "USD" in CliRunner().invoke(app, ["explain", questions[0]["comment_id"]]).stdout


def test_what_the_model_hands_over_waits_for_a_person_and_what_it_says_rests_on_the_entry(
    served: Callable[[pl.DataFrame], Sandbox],
    community: pl.DataFrame,
    engine: Engine,
    answering: Callable[[Callable[[str, str], str]], None],
):
    served(community.filter(pl.col("platform") == "youtube"))
    handed, answered, unfit = set[str](), set[str](), set[str]()

    def decide(_: str, user: str) -> str:
        """Hands over, answers in the entry's words, and promises what no entry says, in turn; a decision has no words."""
        data = json.loads(user)
        if "sources" not in data:
            none = {"norm": "none", "confidence": 0.1, "quote": ""}
            return json.dumps({"opinions": [none | {"id": one["id"]} for one in data["comments"]]})
        (source,) = data["sources"]
        choice = (handed, answered, unfit)[(len(handed) + len(answered) + len(unfit)) % 3]
        choice.add(data["question"])
        own = source["answer"] if choice is answered else "We give you 500 euros for it."
        said = [{"text": own, "source": source["id"]}]
        return json.dumps({"action": "hand_off" if choice is handed else "answer", "reply": said})

    answering(decide)
    patrol(PatrolOptions(platforms=[Platform.YOUTUBE], dry_run=True))
    assert min(map(len, (handed, answered, unfit))) > 0
    text, draft, handoff = schema.comments.c.text, schema.drafts, schema.handoffs
    with engine.connect() as connection:
        asked = select(text, draft.c.kind, draft.c.text, draft.c.autonomy, draft.c.status)
        drafts = connection.execute(asked.join(draft, draft.c.comment_id == schema.comments.c.id)).all()
        waiting = select(text, handoff.c.reason).join(handoff, handoff.c.comment_id == schema.comments.c.id)
        reasons = {tuple(row) for row in connection.execute(waiting)}
    answers = {row[0]: row for row in drafts if row.kind == "answer"}
    once_only = handed - answered - unfit
    assert once_only.isdisjoint(answers)
    assert {(question, "no_answer") for question in once_only} <= reasons
    assert (answered | unfit) - handed <= answers.keys()
    assert not any("500 euros" in row[2] for row in drafts)
    assert {answers[question].status for question in unfit - handed} == {"proposed"}
