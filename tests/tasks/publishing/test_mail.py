"""The mail has the parts, headers and size that mail clients expect, and is the same mail when made again."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from domain.insights import Insights
from tasks.publishing.digest import compose
from tasks.publishing.edition import Links
from tasks.publishing.mail import MAX_HTML_BYTES, render_mail

SENDER, READER = "Vigie <vigie@lumen.example>", "claire@lumen.example"
SENT = datetime(2026, 11, 9, 5, 30, tzinfo=UTC)
LINKS = Links(page="https://lumen.example/d.html", unsubscribe="https://lumen.example/stop?who=1")


def received(
    insights: Insights, language: Any = "fr", links: Links = LINKS, sections: Collection[str] | None = None
) -> EmailMessage:
    """The mail as a client reads it off the wire."""
    sent = render_mail(compose(insights, language, links=links, sections=sections), SENDER, READER, SENT)
    return message_from_bytes(sent.as_bytes(policy=policy.SMTP), policy=policy.default)  # type: ignore[arg-type,return-value]


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_the_parts_are_text_and_html_with_its_charts(week: Insights) -> None:
    mail = received(week)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        *["image/png"] * 4,
    ]
    assert not mail.defects


def test_each_picture_is_shown_once_by_its_content_id_and_described(week: Insights, parsed: Any) -> None:
    mail = received(week)
    attached = [part["Content-ID"].strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"]
    images = parsed(html_of(mail)).all("img")
    assert [image["src"] for image in images] == [f"cid:{cid}" for cid in attached]
    assert all(len(image["alt"]) > 20 and image["width"] == "560" for image in images)


def test_headers_identify_the_mail_and_let_the_reader_leave(week: Insights) -> None:
    mail = received(week, sections=())
    assert mail["From"] == SENDER and mail["To"] == READER
    assert mail["Date"] == "Mon, 09 Nov 2026 05:30:00 +0000"
    assert (
        mail["List-Unsubscribe"]
        == "<https://lumen.example/stop?who=1>, <mailto:vigie@lumen.example?subject=unsubscribe>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    without = received(week, links=Links(unsubscribe="javascript:alert(1)"), sections=())
    assert without["List-Unsubscribe"] == "<mailto:vigie@lumen.example?subject=unsubscribe>"
    assert without["List-Unsubscribe-Post"] is None


def test_the_message_id_depends_on_digest_and_recipient_only(week: Insights) -> None:
    digest = compose(week, "fr", sections=())
    same = [render_mail(digest, SENDER, READER, at)["Message-ID"] for at in (SENT, datetime(2027, 1, 1, tzinfo=UTC))]
    assert same[0] == same[1] and same[0].endswith("@lumen.example>")
    others = [
        render_mail(digest, SENDER, "paul@lumen.example", SENT)["Message-ID"],
        render_mail(compose(week, "en", sections=()), SENDER, READER, SENT)["Message-ID"],
        render_mail(replace(digest, community="Other"), SENDER, READER, SENT)["Message-ID"],
    ]
    assert len({same[0], *others}) == 4


def test_the_html_has_inlined_styles_and_stays_below_what_gmail_shows(week: Insights, parsed: Any) -> None:
    html = html_of(received(week))
    page = parsed(html)
    assert len(html.encode()) <= MAX_HTML_BYTES
    assert all("style" in cell for cell in page.all("td"))
    assert all(table.get("role") == "presentation" for table in page.all("table"))
    assert "@media" in html and not page.all("script") and not page.all("svg")


def test_very_long_texts_give_up_quotes_rather_than_the_limit(attacked: Callable[[str], Insights]) -> None:
    html = html_of(received(attacked("🥐 é<b>&" * 4000)))
    assert len(html.encode()) <= MAX_HTML_BYTES


def test_members_texts_cannot_break_headers_or_markup(
    attacked: Callable[[str], Insights], attack: str, parsed: Any, written_by_members: tuple[str, ...]
) -> None:
    mail = received(attacked(attack + "\r\nBcc: all@evil.example"), sections=written_by_members)
    assert mail["Bcc"] is None and mail["Subject"]
    page = parsed(html_of(mail))
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "iframe", "form", "svg"})
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(image["src"].startswith("cid:") for image in page.all("img"))
    assert all(link["href"].startswith(("http://", "https://")) for link in page.all("a"))


def test_the_plain_text_says_the_same(week: Insights) -> None:
    part = received(week, "en", sections=("signals",)).get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert "2. 2 members have waited too long for an answer" in text
    assert "Comments: 1,284 (+12%)" in text
    assert "https://lumen.example/d.html" in text and "<" not in text


def test_an_empty_day_has_no_pictures(empty_day: Insights) -> None:
    mail = received(empty_day)
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert mail["Subject"].startswith("Rien de nouveau")


@pytest.mark.parametrize("address", ["", "nobody", "@example.org", "a@b.example\nBcc: c@d.example"])
def test_an_address_that_is_none_is_refused(week: Insights, address: str) -> None:
    with pytest.raises(ValueError, match="not an email address"):
        render_mail(compose(week, "fr"), SENDER, address)
