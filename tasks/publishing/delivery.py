"""Who receives which digest: by the frequency and sections that they chose, unless they unsubscribed; once each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connectors import mail, slack
from connectors.contract import ConnectorError, Unanswered, Unauthorized
from connectors.store import reports
from domain.community import Community, Recipient
from domain.settings import DeliveryCredentials
from tasks.publishing.edition import Digest, Form
from tasks.publishing.mail import render_mail
from tasks.publishing.slack import render_slack, render_thread
from tasks.signed_links import unsubscribe_url
from tasks.workspace import Workspace


@dataclass(frozen=True)
class Delivery:
    """How one recipient's digest went.

    status: sent, failed, already (sent by an earlier run), uncertain (an earlier run died while it sent it), or
    unsubscribed. error also tells what of a sent digest did not follow, such as a detail of a thread.
    """

    channel: str
    recipient: str
    status: str
    error: str | None = None


def due(recipients: Sequence[Recipient], form: Form) -> list[Recipient]:
    """Who receives a digest of that form; one of other dates, which somebody asked for, goes to everybody."""
    return [each for each in recipients if form not in ("daily", "weekly", "monthly") or each.frequency == form]


def chosen(digest: Digest, recipient: Recipient, community: Community) -> Digest:
    """The digest as that recipient wants it, with their own way out."""
    wanted = recipient.sections
    sections = tuple(section for section in digest.sections if not wanted or section.key in wanted)
    links = replace(digest.links, unsubscribe=unsubscribe_url(community, recipient.address))
    return replace(digest, sections=sections, links=links)


def deliver(workspace: Workspace, recipient: Recipient, digest: Digest) -> Delivery:
    """Send it, unless an earlier run did. Raises ConnectorError when it did not go, which the store knows by then."""
    key = f"digest:{digest.slug}:{recipient.channel}:{recipient.address}"
    if not reports.claim_delivery(workspace.store, key, recipient.channel, recipient.address, datetime.now(UTC)):
        return Delivery(recipient.channel, recipient.address, "already")
    try:
        lacking = _send(recipient, chosen(digest, recipient, workspace.community))
    except Unanswered:
        raise  # it may have arrived: the claim stays, so that no later run sends it again
    except ConnectorError as failure:
        reports.settle_delivery(workspace.store, key, datetime.now(UTC), told(failure))
        raise
    reports.settle_delivery(workspace.store, key, datetime.now(UTC))
    return Delivery(recipient.channel, recipient.address, "sent", lacking)


def told(failure: BaseException) -> str:
    """A failure as the report tells it."""
    return f"{type(failure).__name__}: {failure}"


def _send(recipient: Recipient, digest: Digest) -> str | None:
    """Gives what of the message did not follow, None when all of it went."""
    credentials = DeliveryCredentials()
    if recipient.channel == "email":
        mail.send(render_mail(digest, credentials.mail_from, recipient.address))
        return None
    if credentials.slack_bot_token.get_secret_value() and recipient.address:
        return slack.post_thread(recipient.address, render_thread(digest))
    if not credentials.slack_webhook_url.get_secret_value():
        raise Unauthorized("VIGIE_SLACK_WEBHOOK_URL is not set; create an incoming webhook in Slack")
    slack.post(*render_slack(digest))
    return None
