"""Starts and ends pauses of automated replies, by the id of a crisis, by words, or for all."""

from datetime import datetime

from connectors.store import alerts as store
from domain.language import say
from tasks.workspace import Workspace


def pause_replies(workspace: Workspace, subject: str, until: datetime, by: str, now: datetime) -> str:
    """Pause a subject until then (not after `now`: end its pause). Gives a sentence on what holds.

    subject: `all`, the id of a crisis as its alert names it, or words that the comments have.
    """
    if until <= now:
        ended = store.resume(workspace.store, subject)
        return say(fr="suspensions terminées : {count}", en="pauses ended: {count}", count=ended)
    crisis = store.known_crises(workspace.store, now).get(subject)
    terms = [] if subject == store.ALL else list(crisis["terms"]) if crisis else subject.split()
    store.pause(workspace.store, subject, terms, until, by, now)
    local = until.astimezone(workspace.community.zone)
    return say(
        fr="réponses automatiques suspendues jusqu'au {until} : {subject} ({terms})",
        en="automated replies are paused until {until}: {subject} ({terms})",
        until=f"{local:%Y-%m-%d %H:%M}",
        subject=subject,
        terms=", ".join(terms) or say(fr="tout", en="everything"),
    )
