"""A review as a CM does it: the form waits, refuses what makes no sense, and what is decided happens on the platform."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from sqlalchemy import Engine, select

from connectors.store import schema
from connectors.store.learned import propose
from deployments.sandbox.server import Sandbox
from domain.knowledge import KnowledgeEntry, Learned
from flows.options import PatrolOptions, ReviewOptions
from flows.patrol import patrol
from flows.review import review
from tasks.workspace import read_knowledge

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


def test_an_entry_that_a_human_approves_is_written_into_the_workspace_and_answers_from_then_on(
    served: Callable[[pl.DataFrame], Sandbox], day: pl.DataFrame, engine: Engine, workspace: Path
):
    served(day)
    patrol(PatrolOptions(dry_run=True))
    with engine.connect() as connection:
        asked = connection.execute(select(schema.comments.c.id).limit(2)).scalars().all()
    entry = KnowledgeEntry("bell", "fr", "Y a-t-il une sonnette ?", "Non, pas encore.", ("une sonnette ?",))
    propose(engine, [Learned(entry, tuple(asked), 2)], datetime.now(UTC), "run")

    done = in_background(ReviewOptions(what="new entries"))
    waiting = paused_run()
    fields, _ = form(waiting)
    assert "Y a\\-t\\-il une sonnette" in fields["decision_1"]["description"]
    submit(waiting, {"decision_1": "approuver", "text_1": "Non, mais elle arrive en mai.", "decided_by": "Camille"})
    assert done.result(timeout=GIVE_UP_SECONDS)["decided"] == 1
    learned = read_knowledge(workspace).entry("bell", "fr")
    assert (learned.answer, learned.status, learned.origin) == ("Non, mais elle arrive en mai.", "approved", "learned")
    assert learned.variants == ("une sonnette ?",)


def test_nothing_to_decide_ends_at_once(served: Callable[[pl.DataFrame], Sandbox], day: pl.DataFrame, engine: Engine):
    served(day)
    assert review(ReviewOptions()) == {"decided": 0, "later": 0}
