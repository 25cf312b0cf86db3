"""Thanks and protests after an answer, in French and English; what says neither is not counted."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from domain.records import COMMENT_SCHEMA
from tasks.insights.satisfaction import content, follow_ups

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Merci beaucoup, ça marche !", True),
        ("Super, c'est bon 👍", True),
        ("Thanks, that helped", True),
        ("It works now!", True),
        ("Merci mais ça ne marche toujours pas", False),
        ("Aucun rapport avec ma question…", False),
        ("That is not what I asked", False),
        ("Thanks for nothing, useless bot", False),
        ("Et pour le modèle 2 ?", None),
        ("ok", None),
        ("", None),
        ("👎", False),
    ],
)
def test_thanks_and_protests_are_told_apart(text: str, wanted: bool | None):
    assert content(text) is wanted


def said(*rows: tuple[str, str, str, int]) -> pl.DataFrame:
    """(id, author, text, hours after the answer)."""
    return pl.DataFrame(
        [
            {"id": id_, "author_id": who, "thread_id": "t", "text": text, "created_at": NOW + timedelta(hours=hours)}
            for id_, who, text, hours in rows
        ],
        schema=dict(COMMENT_SCHEMA),
    )


def test_only_the_first_words_of_the_member_who_was_answered_within_three_days_count():
    answers = pl.DataFrame({"comment_id": ["q", "gone"], "done_at": [NOW, NOW]})
    comments = said(
        ("q", "ana", "How?", -1), ("x", "bo", "thanks!", 1), ("y", "ana", "thank you", 2), ("z", "ana", "useless", 3)
    )
    (row,) = follow_ups(answers, comments).to_dicts()
    assert (row["comment_id"], row["content"]) == ("q", True)
    late = said(("q", "ana", "How?", -1), ("y", "ana", "thank you", 73))
    assert follow_ups(answers, late).is_empty()
    assert follow_ups(answers.clear(), comments).is_empty()
