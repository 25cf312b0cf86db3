"""A question is found among greetings, thanks and stories, and nothing is answered that nobody asked."""

import pytest

from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.replies.matching import Matcher
from tasks.replies.sentences import match_comments, sentences


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    entries = {
        "charge": ("How do I charge my light?", ["charging cable for the light", "how long does charging take"]),
        "ship": ("When will my order arrive?", ["where is my parcel", "how long is delivery", "delivery time"]),
        "pair": ("How do I pair my light with the app?", ["the app does not find my light", "bluetooth pairing"]),
        "warranty": ("How long is the warranty?", ["is it covered by the warranty", "warranty duration"]),
    }
    return Matcher.fit(
        Knowledge(
            tuple(KnowledgeEntry(id_, "en", question, "…", tuple(more)) for id_, (question, more) in entries.items()),
            ("what is the meaning of life", "do you sponsor teams", "who won the race"),
        )
    )


def test_small_talk_around_a_question_does_not_hide_it(matcher: Matcher):
    plain = "How do I pair my light with the app?"
    wrapped = (
        f"Hello everybody! My kid loves the parks around here and we ride every sunday. {plain} Thanks a lot folks!"
    )
    found = match_comments(matcher, [plain, wrapped], ["en", "en"])
    assert found["entry_id"].to_list() == ["pair", "pair"]
    assert found.columns == matcher.match([plain]).columns


def test_a_sentence_that_asks_nothing_is_never_answered(matcher: Matcher):
    told = "Lovely evening by the river with the club. Then we talked about nothing in particular. Bravo to all of you!"
    assert match_comments(matcher, [told], ["en"])["entry_id"].to_list() == [None]


def test_rows_keep_their_order_whatever_is_found(matcher: Matcher):
    texts = ["", "How long is the warranty?", "Who won the race yesterday?", "🙂", "How do I charge my light?"]
    found = match_comments(matcher, texts, ["en"] * len(texts))
    assert found["entry_id"].to_list() == [None, "warranty", None, None, "charge"]


def test_sentences_leave_out_accounts_and_scraps():
    assert sentences("@noctilo Hi! Ok. Where is my parcel now?\nThanks") == ["Where is my parcel now?"]
