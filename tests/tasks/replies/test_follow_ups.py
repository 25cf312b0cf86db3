"""A follow-up is answered for what it changes in the question before it, and not where it changes nothing."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.replies.follow_ups import continues, with_context
from tasks.replies.matching import Matcher
from tasks.replies.reply import reply

QUESTIONS = {
    "pair_halo": ("How do I pair the Halo with the app?", "halo bluetooth pairing", "connect halo to phone"),
    "pair_beam": ("How do I pair the Beam with the app?", "beam bluetooth pairing", "connect beam to phone"),
    "ship_ch": ("Do you ship to Switzerland?", "delivery to switzerland", "livrez-vous en Suisse ?"),
    "ship_be": ("Do you ship to Belgium?", "delivery to belgium", "livrez-vous en Belgique ?"),
    "battery_halo": ("How long does the Halo's battery last?", "halo battery life", "autonomie du Halo"),
    "battery_beam": ("How long does the Beam's battery last?", "beam battery life", "autonomie de la Beam"),
}
BASE = Knowledge(
    tuple(KnowledgeEntry(name, "en", said[0], f"About {name}.", said[1:]) for name, said in QUESTIONS.items()),
    ("who won the race", "do you sponsor teams", "what is the meaning of life"),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.fit(BASE)


@pytest.mark.parametrize(
    ("asked", "text", "entry"),
    [
        ("How do I pair the Halo with the app?", "and the Beam?", "pair_beam"),
        ("How long does the Beam's battery last?", "and for the halo?", "battery_halo"),
        ("quelle est l'autonomie de la Beam svp ?", "et pour le Halo ?", "battery_halo"),
        ("Do you ship to Switzerland?", "thanks, and to belgium", "ship_be"),
        ("How long does the Halo's battery last?", "any idea?", None),
        ("How do I pair the Halo with the app?", "and how many colours are there?", None),
        (None, "and the Beam?", None),
    ],
)
def test_a_follow_up_is_answered_for_what_it_changes(
    matcher: Matcher, asked: str | None, text: str, entry: str | None
) -> None:
    (found,) = with_context(matcher, [text], [asked], matcher.match([text])).iter_rows(named=True)
    assert (found["entry_id"] if found["confidence"] >= 0.6 else None) == entry


def test_rows_keep_their_order_and_their_columns(matcher: Matcher) -> None:
    texts = ["Do you ship to Belgium?", "and the Beam?", "hello"]
    found = matcher.match(texts)
    read = with_context(matcher, texts, [None, "How do I pair the Halo with the app?", "Do you ship?"], found)
    assert read.columns == found.columns
    assert read["entry_id"].to_list() == ["ship_be", "pair_beam", None]


def test_a_patrol_answers_a_follow_up_with_what_the_thread_holds(
    comments: Callable[[list[dict[str, Any]]], pl.DataFrame], comment: Any, verdicts: Any, matcher: Matcher,
    charter: Any, community: Any, now: Any,
) -> None:  # fmt: skip
    batch = comments([comment("and the Beam?")])
    before = {"reddit:t1_a": "How do I pair the Halo with the app?"}
    drafts, handoffs = reply(batch, verdicts(batch), BASE, matcher, charter, community, now, before=before)
    assert drafts["entry_id"].to_list() == ["pair_beam"]
    assert handoffs.is_empty()
    drafts, handoffs = reply(batch, verdicts(batch), BASE, matcher, charter, community, now)
    assert (drafts.height, handoffs.height) == (0, 1)


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("and the Beam?", True),
        ("et pour le Halo", True),
        ("Merci ! Et en Belgique", True),
        ("ok thanks", False),
        ("", False),
        ("I ride every day and " * 6 + "?", False),
    ],
)
def test_only_short_texts_that_take_something_up_continue(text: str, follows: bool) -> None:
    assert continues(text) is follows
