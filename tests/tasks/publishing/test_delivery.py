"""Each recipient gets the digest of their frequency, with the sections they chose and a way out of their own."""

from typing import Any

import pytest

from domain.community import Community, Recipient
from domain.documents import WorkspaceError, parse
from domain.insights import Insights
from tasks.publishing.delivery import chosen, due
from tasks.publishing.digest import compose
from tasks.publishing.mail import render_mail
from tasks.signed_links import unsubscribe_url

DAILY = Recipient(channel="email", address="ann@example.org")
WEEKLY = Recipient(channel="email", address="bob@example.org", frequency="weekly", sections=["mood", "topics"])


@pytest.mark.parametrize(
    ("form", "expected"), [("daily", [DAILY]), ("weekly", [WEEKLY]), ("monthly", []), ("period", [DAILY, WEEKLY])]
)
def test_a_digest_goes_to_those_who_want_its_frequency_and_one_of_other_dates_to_all(
    form: Any, expected: list[Recipient]
) -> None:
    assert due([DAILY, WEEKLY], form) == expected


def test_a_recipient_sees_what_matters_and_the_sections_they_chose(week: Insights, community: Community) -> None:
    digest = compose(week, "en")
    theirs = chosen(digest, WEEKLY, community)
    assert [section.key for section in theirs.sections] == ["topics", "mood"]
    assert theirs.matters == digest.matters
    assert chosen(digest, DAILY, community).sections == digest.sections


def test_one_click_unsubscribes_where_a_page_takes_it(
    week: Insights, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_LINK_SECRET", "a-long-secret")
    page = community.model_copy(update={"unsubscribe_url": "https://aide.lumen.example/stop?list=digest"})
    mail = render_mail(chosen(compose(week, "en"), DAILY, page), "vigie@lumen.example", DAILY.address)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<{unsubscribe_url(page, DAILY.address)}>" in mail["List-Unsubscribe"].replace("\n", "").replace(" ", "")
    assert "https://aide.lumen.example/stop?list=digest&to=" in unsubscribe_url(page, DAILY.address)
    assert "ann" not in unsubscribe_url(page, DAILY.address)


def test_without_such_a_page_the_way_out_is_a_mail_and_no_click_is_promised(
    week: Insights, community: Community
) -> None:
    mail = render_mail(chosen(compose(week, "en"), DAILY, community), "vigie@lumen.example", DAILY.address)
    assert mail["List-Unsubscribe-Post"] is None
    assert mail["List-Unsubscribe"] == "<mailto:vigie@lumen.example?subject=unsubscribe>"
    html = mail.get_body(("html",))
    assert html is not None and "mailto:vigie@lumen.example" in html.get_content()


def test_a_section_or_frequency_that_does_not_exist_is_told_with_its_line(community: Community) -> None:
    text = (
        "name: Lumen\nsources:\n  - {platform: reddit, kind: subreddit, name: lumen}\nrecipients:\n"
        "  - channel: email\n    address: ann@example.org\n    frequency: hourly\n    sections:\n      - topic\n"
    )
    with pytest.raises(WorkspaceError) as caught:
        parse(text, Community, "community.yaml")
    told = [str(problem) for problem in caught.value.problems]
    assert [line.split(": ")[0] for line in told] == ["community.yaml:7", "community.yaml:9"]
    assert "weekly" in told[0] and "topics" in told[1]
