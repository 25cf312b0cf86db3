"""The Prefect task of alerts: finds what cannot wait, and tells each recipient once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from connectors import mail, slack, webhook
from connectors.contract import ConnectorError
from connectors.store import alerts as store
from connectors.store import reports
from domain.community import Recipient
from domain.insights import Period, Signal
from domain.language import Language
from domain.records import Urgency
from domain.settings import DeliveryCredentials
from tasks.alerts.crises import known_as, new_id
from tasks.alerts.message import Alert, as_mail, as_slack, crisis_alert, handoff_alert
from tasks.insights.annotate import annotate
from tasks.insights.signals import current_crises
from tasks.insights.words import key
from tasks.publishing.wording import Wording
from tasks.replies.history import retold
from tasks.signed_links import pause_url
from tasks.workspace import Workspace

CRISIS_WINDOW = timedelta(days=7)
ALERT_FROM_LEVEL = 2
POSTED = ("comment_id", "reason", "urgency", "summary", "permalink", "platform")
URGENT = (Urgency.CRITICAL, Urgency.HIGH)


@dataclass(frozen=True)
class Told:
    """How an alert went to one recipient. error: None when it was sent."""

    title: str
    channel: str
    error: str | None = None


@task(name="alert", cache_policy=NO_CACHE)
def alert(workspace: Workspace, now: datetime) -> list[Told]:
    """Tell of crises that rose, hand-offs that are urgent, and those that are overdue; each once to each recipient."""
    told = [one for crisis in _rising(workspace, now) for one in _tell_crisis(workspace, crisis)]
    raised = store.escalate_overdue(workspace.store, now)
    told += _tell_handoffs(workspace, "overdue", raised, f"@{now:%Y%m%d}")
    told += _post_handoffs(workspace)
    urgent = [row for row in store.open_handoffs(workspace.store, URGENT) if row["escalated_at"] is None]
    return told + _tell_handoffs(workspace, "urgent", urgent, "")


def _rising(workspace: Workspace, now: datetime) -> list[dict[str, Any]]:
    """The crises of the last week whose level is higher than it ever was."""
    period = Period(now - CRISIS_WINDOW, now, workspace.community.timezone)
    data = reports.report_data(workspace.store, period, now)
    annotated = annotate(data.comments, data.verdicts, workspace.community.team)
    ignored = frozenset(map(key, workspace.community.name.split()))
    rising, known = [], store.known_crises(workspace.store, now)
    for signal in current_crises(annotated, period, workspace.language, ignored):
        earlier = known_as(signal, {crisis: row["terms"] for crisis, row in known.items()})
        crisis_id = earlier or new_id(signal)
        highest = known[earlier]["level"] if earlier else 0
        store.save_crisis(workspace.store, crisis_id, _at_least(signal, highest), now)
        if signal.level >= ALERT_FROM_LEVEL and signal.level > highest:
            rising.append(_as_row(crisis_id, signal))
    return rising


def _at_least(signal: Signal, level: int) -> Signal:
    """The highest level is kept, so that one that falls and rises again is not told twice."""
    return replace(signal, level=max(signal.level, level))


def _as_row(crisis_id: str, signal: Signal) -> dict[str, Any]:
    return {
        "id": crisis_id,
        "label": signal.label,
        "level": signal.level,
        "value": signal.value,
        "expected": signal.expected,
        "platforms": signal.platforms,
        "terms": signal.terms,
        "at": signal.at,
        "evidence": [(example.text, example.permalink) for example in signal.examples],
    }


def _tell_crisis(workspace: Workspace, crisis: dict[str, Any]) -> list[Told]:
    def write(language: Language) -> Alert:
        wording = Wording(language, workspace.community.timezone)
        link = pause_url(workspace.community, crisis["id"], language)
        key = f"crisis:{crisis['id']}:{crisis['level']}"
        return crisis_alert(crisis, wording, workspace.community.name, key, link)

    return [
        told
        for recipient in _recipients(workspace)
        if (told := _tell(workspace, recipient, write, [f"crisis:{crisis['id']}:{crisis['level']}"]))
    ]


def _tell_handoffs(workspace: Workspace, kind: str, rows: list[dict[str, Any]], suffix: str) -> list[Told]:
    """One message with all that the recipient has not been told; what could not be sent is tried again next time."""
    contacts = {contact.about: (contact.name, contact.reach) for contact in workspace.charter.contacts}
    told = []
    for recipient in _recipients(workspace):
        fresh = [row for row in rows if _claim(workspace, recipient, f"{kind}:{row['comment_id']}{suffix}")]
        if not fresh:
            continue
        keys = [f"{kind}:{row['comment_id']}{suffix}" for row in fresh]
        wording = Wording(recipient.language, workspace.community.timezone)
        fresh = [row | {"summary": retold(row, wording)} for row in fresh]
        message = handoff_alert(kind, fresh, wording, workspace.community.name, contacts, keys[0])
        told.append(_send(workspace, recipient, message, keys))
    return told


def _post_handoffs(workspace: Workspace) -> list[Told]:
    """Each open hand-off to the webhook of another tool, once, where one is configured; only failures are told."""
    if not DeliveryCredentials().handoff_webhook_url.get_secret_value():
        return []
    told = []
    for row in store.open_handoffs(workspace.store, list(Urgency)):
        key = f"handoff:{row['comment_id']}:webhook"
        if not reports.claim_delivery(workspace.store, key, "webhook", "handoffs", datetime.now(UTC)):
            continue
        error = None
        try:
            webhook.post({name: row[name] for name in POSTED} | {"due_at": row["due_at"].isoformat()})
        except ConnectorError as failure:
            error = f"{type(failure).__name__}: {failure}"
            told.append(Told(row["comment_id"], "webhook", error))
        reports.settle_delivery(workspace.store, key, datetime.now(UTC), error)
    return told


def _recipients(workspace: Workspace) -> list[Recipient]:
    return [recipient for recipient in workspace.community.recipients if recipient.alerts]


def _tell(
    workspace: Workspace, recipient: Recipient, write: Callable[[Language], Alert], keys: list[str]
) -> Told | None:
    claimed = [key for key in keys if _claim(workspace, recipient, key)]
    return _send(workspace, recipient, write(recipient.language), claimed) if claimed else None


def _claim(workspace: Workspace, recipient: Recipient, about: str) -> bool:
    key = _key(recipient, about)
    return reports.claim_delivery(workspace.store, key, recipient.channel, recipient.address, datetime.now(UTC))


def _key(recipient: Recipient, about: str) -> str:
    return f"alert:{about}:{recipient.channel}:{recipient.address}"


def _send(workspace: Workspace, recipient: Recipient, message: Alert, keys: list[str]) -> Told:
    error = None
    try:
        if recipient.channel == "email":
            mail.send(as_mail(message, recipient.language, DeliveryCredentials().mail_from, recipient.address))
        else:
            slack.post(*as_slack(message, recipient.language))
    except ConnectorError as failure:
        error = f"{type(failure).__name__}: {failure}"
    for about in keys:
        reports.settle_delivery(workspace.store, _key(recipient, about), datetime.now(UTC), error)
    return Told(message.title, recipient.channel, error)
