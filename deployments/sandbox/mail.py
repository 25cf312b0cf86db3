"""A mail server that delivers nothing: it takes every message and keeps it to be looked at."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from deployments.sandbox.state import Community


class Letterbox:
    """aiosmtpd's handler."""

    def __init__(self, community: Community) -> None:
        self.community = community

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes((envelope.original_content or b"").replace(b"\r\n", b"\n"), policy=default)
        self.community.mails.append(message)
        return "250 2.0.0 OK: kept by the sandbox"


def smtp_server(community: Community) -> SMTP:
    """The protocol of one connection."""
    return SMTP(Letterbox(community), enable_SMTPUTF8=True, hostname="sandbox.localhost")


def mail_text(message: EmailMessage) -> str:
    """The plain text of a message, or else its HTML."""
    body = message.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body else ""
