"""What waits for a human, decided in the Prefect UI and carried out at once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import ValidationError

from domain.language import Language
from domain.review import Decision, ReviewItem
from flows.options import ReviewOptions
from tasks.credentials import take_from_blocks
from tasks.knowledge.step import publish_entries
from tasks.outbox import act
from tasks.publishing.wording import Wording
from tasks.replies.outgoing import as_approved
from tasks.review.form import build_form, heading, read_decisions, say
from tasks.review.step import count_waiting, load_items, record_decisions
from tasks.workspace import Workspace, connect_all, open_workspace

SECONDS_AN_HOUR = 3600
LOOK_AGAIN_SECONDS = 3  # how soon a submitted form is acted upon


@flow(name="review", description="Decide what waits for a human. / Décider ce qui attend une personne.")
def review(options: ReviewOptions = ReviewOptions()) -> dict[str, int]:
    """Show the most urgent items in a form, wait for the decisions, keep them and act on them."""
    take_from_blocks()
    workspace, run_id = open_workspace(), flow_run.id
    language = workspace.language if options.language == "of the community" else options.language
    wording = Wording(language, workspace.community.timezone)
    items = load_items(workspace.store, options.what, options.items, datetime.now(UTC), wording)
    if not items:
        return _finish(language, "nothing", decided=0, later=0)
    items = [as_approved(item, workspace.charter.replies) for item in items]
    decisions = _ask(workspace, items, options, wording)
    if decisions is None:
        return _finish(language, "timeout", decided=0, later=len(items))
    now = datetime.now(UTC)
    decided_elsewhere = record_decisions(workspace.store, decisions, now, run_id)
    publish_entries(workspace)
    connectors = connect_all(workspace, workspace.community.watched(), now)
    act(workspace, connectors)
    decided = len(decisions) - len(decided_elsewhere)
    return _finish(language, "done", decided=decided, later=len(items) - decided)


def _ask(
    workspace: Workspace, items: Sequence[ReviewItem], options: ReviewOptions, wording: Wording
) -> list[Decision] | None:
    """The decisions of a valid form; asks again, with what was written, until it is valid. None: nobody answered."""
    total = max(count_waiting(workspace.store, datetime.now(UTC)), len(items))
    answers: dict[str, Any] = {}
    problems: list[str] = []
    while True:
        head = heading(len(items), total, problems, wording.language)
        form = build_form(items, wording, RunInput, answers, head)
        try:
            submitted = pause_flow_run(
                wait_for_input=form,
                timeout=options.wait_hours * SECONDS_AN_HOUR,
                poll_interval=LOOK_AGAIN_SECONDS,
            )
        except FlowPauseTimeout:
            return None
        except ValidationError as error:
            problems = [f"{detail['loc'][-1]}: {detail['msg']}" for detail in error.errors()]
            continue
        answers = submitted.model_dump()
        decisions, problems = read_decisions(items, answers, wording.language)
        if not problems:
            return decisions


def _finish(language: Language, phrase: str, decided: int, later: int) -> dict[str, int]:
    text = say(language, phrase, decided=decided, later=later)
    create_markdown_artifact(key="review", markdown=text)
    return {"decided": decided, "later": later}
