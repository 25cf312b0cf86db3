"""The digest as a mail for every large client: plain text, HTML with inlined styles, charts as attached pictures.

Structure: multipart/alternative of text/plain and multipart/related (text/html and the PNG charts it shows by cid).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import css_inline

from tasks.publishing import charts
from tasks.publishing.edition import Digest
from tasks.publishing.palette import DARK, LIGHT
from tasks.publishing.quoting import safe_url, shorten
from tasks.publishing.rendering import TEMPLATES, rendered
from tasks.publishing.wording import Wording

MAX_HTML_BYTES = 100_000  # Gmail cuts a mail off at 102 kB
SUBJECT_GRAPHEMES = 140
DETAILS = (1, 0)  # quotes for each item, none where the mail would not fit; the page has them all


@dataclass(frozen=True)
class Attached:
    """A chart of the mail. src: where the HTML finds it."""

    src: str
    title: str
    alt: str
    png: bytes


def render_mail(digest: Digest, sender: str, recipient: str, sent_at: datetime | None = None) -> EmailMessage:
    """The digest to one recipient; both addresses may carry a name (`Vigie <vigie@example.org>`).

    The Message-ID depends only on digest and recipient, so that a second delivery of the same mail is recognised as
    such. sent_at: now by default. Raises ValueError for an address that is none.
    """
    from_, to = _address(sender), _address(recipient)
    words = Wording(digest.language, digest.timezone)
    attached = _pictures(digest, lambda key: f"cid:{key}.{digest.slug}@vigie")
    mail = EmailMessage()
    mail["Subject"] = shorten(f"{digest.headline} – {digest.community}, {digest.dateline}", SUBJECT_GRAPHEMES)
    mail["From"], mail["To"] = from_, to
    mail["Date"] = format_datetime((sent_at or datetime.now(UTC)).astimezone(UTC))
    mail["Message-ID"] = f"<{_fingerprint(digest, to.addr_spec)}@{from_.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    _unsubscribe_headers(mail, digest, from_)
    sender_address = from_.addr_spec
    mail.set_content(rendered("mail.txt.j2", digest=digest, words=words, url=safe_url, sender=sender_address))
    mail.add_alternative(_html(digest, words, attached, sender_address), subtype="html")
    mail["Content-Language"] = digest.language
    _attach(mail, list(attached.values()))
    return mail


def mail_page(digest: Digest, folder: str) -> tuple[str, dict[str, bytes]]:
    """The mail's HTML as a page of its own, and the PNG charts that it shows, by name, from `folder` beside it."""
    attached = _pictures(digest, lambda key: f"{folder}/{key}.png")
    html = _html(digest, Wording(digest.language, digest.timezone), attached)
    return html, {f"{key}.png": picture.png for key, picture in attached.items()}


def _pictures(digest: Digest, src: Callable[[str], str]) -> dict[str, Attached]:
    return {
        picture.key: Attached(
            src(picture.key), picture.title, picture.alt, charts.png(picture.draw(charts.MAIL_PIXELS))
        )
        for section in digest.sections
        for picture in section.pictures
    }


def _html(digest: Digest, words: Wording, attached: dict[str, Attached], sender: str = "") -> str:
    """The HTML part, with as many quotes as fit the limit. sender: whom to ask for no more, where no page is set."""
    for quotes in DETAILS:
        html = rendered(
            "mail.html.j2",
            digest=digest,
            words=words,
            attached=attached,
            quotes_shown=quotes,
            c=LIGHT,
            dark=DARK,
            style=(TEMPLATES / "mail.css").read_text(encoding="utf-8"),
            url=safe_url,
            sender=sender,
        )
        inlined: str = css_inline.inline(html, keep_at_rules=True, load_remote_stylesheets=False)
        if len(inlined.encode()) <= MAX_HTML_BYTES:
            break
    return inlined


def _attach(mail: EmailMessage, pictures: Sequence[Attached]) -> None:
    html = mail.get_body(("html",))
    if not isinstance(html, EmailMessage):
        raise TypeError("the mail has no HTML part to attach charts to")
    for picture in pictures:
        html.add_related(
            picture.png,
            "image",
            "png",
            cid=f"<{picture.src.removeprefix('cid:')}>",
            disposition="inline",
            filename=f"{picture.src.removeprefix('cid:').partition('.')[0]}.png",
        )


def _unsubscribe_headers(mail: EmailMessage, digest: Digest, sender: Address) -> None:
    """RFC 2369 and, where an https address takes it, RFC 8058's single click."""
    ways = [f"<mailto:{sender.addr_spec}?subject=unsubscribe>"]
    url = safe_url(digest.links.unsubscribe)
    if url:
        ways.insert(0, f"<{url}>")
        if url.startswith("https:"):
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["List-Unsubscribe"] = ", ".join(ways)


def _fingerprint(digest: Digest, address: str) -> str:
    told = "\n".join([digest.community, digest.slug, address.lower()])
    return f"vigie.{digest.slug}.{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    user, _, domain = address.rpartition("@")
    if not user or not domain or any(c in text for c in "\r\n"):
        raise ValueError(f"not an email address: {text!r} (write `name@host` or `Name <name@host>`)")
    return Address(name, user, domain)
