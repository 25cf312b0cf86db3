"""A review as a CM does it: the form waits, refuses what makes no sense, and what is decided happens on the platform."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from sqlalchemy import Engine, select

from connectors.store import schema
from deployments.sandbox.server import Sandbox
from flows.options import PatrolOptions, ReviewOptions
from flows.patrol import patrol
from flows.review import review
from tasks.knowledge.step import learn
from tasks.replies.handoff import TOPICS
from tasks.replies.step import fitted_matcher
from tasks.review.form import disarm
from tasks.workspace import open_workspace, read_knowledge

GIVE_UP_SECONDS = 60


@pytest.fixture
def day(community: pl.DataFrame) -> pl.DataFrame:
    """Two days of the demo community with the threads that they belong to."""
    last = community["created_at"].max() - pl.duration(days=2)
    # Without the crisis, whose urgent hand-offs would fill the form.
    recent = community.filter(pl.col("created_at") > last, pl.col("label") != "crisis")
    wanted = recent["thread"].to_list() + recent["parent"].to_list()
    return pl.concat([community.filter(pl.col("key").is_in(wanted)), recent]).unique("key", maintain_order=True)


def in_background(options: ReviewOptions) -> Future:
    """The review's result, while this thread plays the CM."""
    done: Future = Future()

    def run() -> None:
        try:
            done.set_result(review(options))
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done


def paused_run(after: int = 0) -> FlowRun:
    """The run that waits for the `after`-th form, once it does."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    with get_client(sync_client=True) as client:
        while time.monotonic() < deadline:
            paused = FlowRunFilter.model_validate({"state": {"type": {"any_": ["PAUSED"]}}})
            for run in client.read_flow_runs(flow_run_filter=paused):
                if run.state.state_details.pause_key and _form_number(run) > after:
                    return run
            time.sleep(0.2)
    raise AssertionError("no review waits")


def _form_number(run: FlowRun) -> int:
    return int(run.state.state_details.run_input_keyset["schema"].split("-")[1])


def form(run: FlowRun) -> tuple[dict[str, Any], str]:
    """The fields and the heading that the UI shows."""
    keys = run.state.state_details.run_input_keyset
    with get_client(sync_client=True) as client:
        fields = json.loads(client.read_flow_run_input(flow_run_id=run.id, key=keys["schema"]))["properties"]
    first = fields["decision_1"]
    heading, _, first["description"] = first["description"].partition("\n\n***\n\n")
    return fields, heading


def submit(run: FlowRun, answers: dict[str, Any]) -> None:
    with get_client(sync_client=True) as client:
        client.resume_flow_run(run.id, run_input=answers)


def numbered(fields: dict[str, Any], kind: str) -> list[int]:
    """The numbers of the items of a kind, as the CM reads it."""
    return [
        int(name.split("_")[1])
        for name, field in fields.items()
        if name.startswith("decision_") and field["description"].startswith(f"**{kind}")
    ]


def test_what_a_human_decides_is_kept_and_done(
    served: Callable[[pl.DataFrame], Sandbox], day: pl.DataFrame, engine: Engine
):
    sandbox = served(day)
    patrol(PatrolOptions(dry_run=True))
    done = in_background(ReviewOptions(items=30))
    first = paused_run()
    fields, heading = form(first)
    assert heading.startswith("## À décider")
    assert {field["type"] for field in fields.values()} == {"string"}  # flat: no list, no object

    drafts = numbered(fields, "Réponse proposée")
    verdicts = numbered(fields, "Modération")
    handoffs = numbered(fields, "Demande une personne")
    assert handoffs and verdicts
    number = handoffs[0]
    nonsense = {f"decision_{number}": "modifier", "decided_by": "Camille"}
    submit(first, nonsense)

    second = paused_run(after=_form_number(first))
    fields, heading = form(second)
    assert f"élément {number} : pour modifier, écrivez votre texte" in heading.replace("\u00a0", " ")
    assert fields[f"decision_{number}"]["default"] == "modifier"  # what was written is still there
    answers = {
        "decided_by": "Camille",
        f"decision_{number}": "modifier",
        f"text_{number}": "Bonjour, je vous écris en privé.",
        f"decision_{verdicts[0]}": "rejeter",
        f"note_{verdicts[0]}": "C'était une citation.",
    }
    if drafts:
        answers[f"decision_{drafts[0]}"] = "approuver"
    submit(second, answers)

    result = done.result(timeout=GIVE_UP_SECONDS)
    assert result["decided"] == 2 + bool(drafts)
    assert "Bonjour, je vous écris en privé." in [post.text for post in sandbox.posted]
    with engine.connect() as connection:
        decisions = connection.execute(select(schema.decisions)).mappings().all()
        humans = (
            connection.execute(select(schema.verdicts).where(schema.verdicts.c.decided_by == "human")).mappings().all()
        )
    assert {row["decided_by"] for row in decisions} == {"Camille"}
    assert [(row["action"], row["status"]) for row in humans] == [("allow", "confirmed")]


ANSWER = "Non, le Halo n'a pas de sonnette ; celle de la boutique se fixe à côté, avec la clé de 4 mm."


def answered_by_the_team(day: pl.DataFrame) -> pl.DataFrame:
    """The day with a question that the knowledge base does not know: two members ask it, the team answers both."""
    past = day.filter(pl.col("created_at") < datetime.now(UTC) - timedelta(hours=1))
    template = past.filter(platform="reddit", kind="comment", source="noctilo_fr", lang="fr").tail(1)
    said = [
        ("n90001", None, "asks_once", "Est-ce que le Halo a une sonnette ?"),
        ("n90002", None, "asks_too", "Le Halo a-t-il une sonnette intégrée ?"),
        ("n90003", "n90001", "Noctilo_Team", f"Bonjour asks_once, {ANSWER}"),
        ("n90004", "n90002", "Noctilo_Team", ANSWER),
    ]
    names = ("key", "parent", "author", "text")
    rows = [
        template.with_columns(pl.lit(value, pl.String).alias(name) for name, value in zip(names, one, strict=True))
        for one in said
    ]
    return pl.concat([day, *rows])


def test_what_the_team_answered_becomes_an_entry_that_a_human_approves_and_that_answers_from_then_on(
    served: Callable[[pl.DataFrame], Sandbox], day: pl.DataFrame, engine: Engine, workspace: Path
):
    served(answered_by_the_team(day))
    patrol(PatrolOptions(dry_run=True))
    assert learn.fn(open_workspace(), datetime.now(UTC), "night") == 1
    assert learn.fn(open_workspace(), datetime.now(UTC), "next night") == 0

    done = in_background(ReviewOptions(what="new entries"))
    waiting = paused_run()
    fields, _ = form(waiting)
    assert "une sonnette" in fields["decision_1"]["description"]
    assert "celle de la boutique" in fields["decision_1"]["description"]
    submit(waiting, {"decision_1": "approuver", "text_1": "Non, mais elle arrive en mai.", "decided_by": "Camille"})
    assert done.result(timeout=GIVE_UP_SECONDS)["decided"] == 1
    (learned,) = [entry for entry in read_knowledge(workspace).entries if entry.origin == "learned"]
    assert (learned.lang, learned.answer, learned.status) == ("fr", "Non, mais elle arrive en mai.", "approved")
    assert {learned.question, *learned.variants} == {
        "Est-ce que le Halo a une sonnette ?",
        "Le Halo a-t-il une sonnette intégrée ?",
    }
    matched = fitted_matcher(open_workspace()).match(["y a une sonnette sur le halo ?"])
    assert matched["entry_id"].to_list() == [learned.id]


def test_a_cm_who_reads_english_gets_the_form_of_a_french_community_in_english(
    served: Callable[[pl.DataFrame], Sandbox], day: pl.DataFrame, engine: Engine
):
    served(day)
    patrol(PatrolOptions(dry_run=True))
    done = in_background(ReviewOptions(items=30, language="en"))
    waiting = paused_run()
    fields, heading = form(waiting)
    assert heading.startswith("## To decide")
    handoffs = numbered(fields, "Needs a person")
    assert handoffs
    told = " ".join(fields[f"decision_{number}"]["description"] for number in handoffs)
    assert not [names["fr"] for names in TOPICS.values() if f"{disarm(names['fr'])} · " in told]
    submit(waiting, {f"decision_{handoffs[0]}": "take over", "decided_by": "Lena"})
    assert done.result(timeout=GIVE_UP_SECONDS)["decided"] == 1


def test_nothing_to_decide_ends_at_once(served: Callable[[pl.DataFrame], Sandbox], day: pl.DataFrame, engine: Engine):
    served(day)
    assert review(ReviewOptions()) == {"decided": 0, "later": 0}
