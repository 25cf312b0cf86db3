"""`vigie pause` and `vigie resume`: automated replies wait for a human while a subject is hot."""

from datetime import UTC, datetime, timedelta

from tasks.alerts.pause import pause_replies
from tasks.workspace import open_workspace


def pause(subject: str, hours: int) -> str:
    """Pause the subject for so many hours; none end its pause."""
    now = datetime.now(UTC)
    return pause_replies(open_workspace(), subject, now + timedelta(hours=hours), "vigie", now)
