"""What leaves fits its platform: lengths, links and disclosure are as the charter and the platform want them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.charter import Replies
from domain.records import Action, ActionKind, Platform
from domain.review import ItemKind, ReviewItem
from tasks.publishing.wording import Wording
from tasks.replies.outgoing import as_approved, excess, fitted, x_price_usd
from tasks.review.form import describe, read_decisions

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DROP = Replies(x_links="drop")
TEXT = "Here it is: https://shop.example/a/b?c=1. Thank you!"


def draft(proposal: str, platform: str = "x", kind: ItemKind = ItemKind.DRAFT) -> ReviewItem:
    comment = {
        "id": f"{platform}:1", "platform": platform, "author_name": "ana", "text": "Where?", "thread_title": None,
        "created_at": NOW, "permalink": None,
    }  # fmt: skip
    return ReviewItem(kind, "1", comment, None, proposal, "", 0.5, NOW, details={"sources": []})


@pytest.mark.parametrize(
    ("text", "platform", "over"),
    [
        ("é" * 280, "x", 0), ("é" * 281, "x", 1), ("あ" * 141, "x", 2), ("👩‍👩‍👧‍👦" * 140, "x", 0), ("👍🏽" * 141, "x", 2),
        ("a" * 256 + " https://example.org/" + "b" * 500, "x", 0), ("a" * 10_000, "reddit", 0),
        ("a" * 10_001, "reddit", 1), ("a" * 10_007, "youtube", 7),
    ],
)  # fmt: skip
def test_length_is_counted_as_the_platform_counts_it(text: str, platform: str, over: int) -> None:
    assert excess(text, platform) == over


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", [ItemKind.DRAFT, ItemKind.HANDOFF])
def test_a_humans_text_that_is_too_long_is_asked_about_and_not_cut(language: Any, kind: ItemKind) -> None:
    edit = {"fr": "modifier", "en": "edit"}[language]
    answers = {"decision_1": edit, "text_1": "é" * 290, "decided_by": "Ana"}
    decisions, problems = read_decisions([draft("Yes.", kind=kind)], answers, language)
    assert decisions == []
    assert "10" in problems[0]
    decisions, problems = read_decisions([draft("Yes.", kind=kind)], answers | {"text_1": "é" * 280}, language)
    assert (len(decisions), problems) == (1, [])


def test_links_on_x_stay_with_their_price_or_are_dropped() -> None:
    assert (x_price_usd(TEXT), x_price_usd("Thank you!")) == (0.20, 0.015)
    assert "0.200 USD" in describe(draft(TEXT), Wording("en"))
    assert "0.015 USD" in describe(as_approved(draft(TEXT), DROP), Wording("en"))
    reply = Action("reply:1", Platform.X, ActionKind.REPLY, "x:1", "1", TEXT)
    assert fitted(reply, Replies()).text == TEXT
    assert fitted(reply, DROP).text == "Here it is. Thank you!"
    elsewhere = Action("reply:1", Platform.REDDIT, ActionKind.REPLY, "reddit:1", "1", TEXT)
    assert fitted(elsewhere, DROP).text == TEXT


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_reason_why_a_human_decides_on_x_is_shown(language: Any) -> None:
    said = describe(draft("Yes."), Wording(language))
    assert {"fr": "mentionne ou cite le compte", "en": "mention or quote the account"}[language] in said
    assert "USD" not in describe(draft("Yes.", "reddit"), Wording(language))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_disclosure_stays_after_a_human_approved_unless_the_charter_says_otherwise(language: Any) -> None:
    sentence = Replies().disclosure[language]
    for platform, signed in (("youtube", sentence), ("reddit", f"*{sentence}*")):
        item = draft(f"Yes.\n\n{signed}", platform)
        assert as_approved(item, Replies()).proposal == item.proposal
        assert as_approved(item, Replies(disclose_approved=False)).proposal == "Yes."
