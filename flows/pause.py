"""Pauses automated replies on a subject, or on all, in one click; what would have left alone waits for a human."""

from datetime import UTC, datetime, timedelta

from prefect import flow

from flows.options import PauseOptions
from tasks.alerts.pause import pause_replies
from tasks.workspace import open_workspace


@flow(
    name="pause",
    description="Pause automated replies on a subject. / Suspendre les réponses automatiques sur un sujet.",
)
def pause(options: PauseOptions = PauseOptions()) -> dict[str, str]:
    """Until then, replies on the subject are proposed to a human; zero hours end a pause."""
    workspace, now = open_workspace(), datetime.now(UTC)
    until = now + timedelta(hours=options.hours)
    return {"paused": pause_replies(workspace, options.subject, until, "Prefect", now)}
