"""A draft says what the entry says, in the form of its platform, and never beyond its length."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.charter import Replies
from domain.knowledge import KnowledgeEntry
from domain.records import Platform
from tasks.replies.drafting import answer, handoff_note, sources
from tasks.replies.plain_text import plain_text
from tasks.replies.x_length import MAX_WEIGHT, weighted_length

DISCLOSURE = Replies().disclosure
MARKDOWN = "Open **Settings**, then:\n\n1. *Password*\n2. [Change](https://a.example/pw)\n\nDone."


def entry(text: str = MARKDOWN, lang: str = "en", links: tuple[str, ...] = ("https://a.example/pw",)) -> KnowledgeEntry:
    return KnowledgeEntry("password", lang, "How?", text, links=links)


def test_reddit_keeps_markdown_greets_and_signs():
    text = answer([entry()], "en", Platform.REDDIT, DISCLOSURE, "Marie_75")
    assert text == f"Hi Marie_75,\n\n{MARKDOWN}\n\n*{DISCLOSURE['en']}*"


def test_youtube_gets_plain_text_with_bare_links():
    text = answer([entry()], "en", Platform.YOUTUBE, DISCLOSURE, None)
    assert text == (
        "Open Settings, then:\n\n1. Password\n2. Change (https://a.example/pw)\n\nDone.\n\n" + DISCLOSURE["en"]
    )


def test_an_answer_in_another_language_says_so_in_the_member_s():
    text = answer([entry("Yes.", links=())], "fr", Platform.YOUTUBE, DISCLOSURE, "Léa")
    assert text == (
        f"Bonjour Léa,\n\nNotre réponse n’existe pour l’instant qu’en anglais\u00a0:\n\nYes.\n\n{DISCLOSURE['fr']}"
    )


@pytest.mark.parametrize("name", [None, "", "\u200b", "visit www.spam.example", "x" * 41, "**bold**", "[a](b)"])
def test_nobody_is_greeted_by_a_name_that_is_no_name(name):
    assert answer([entry("Yes.")], "en", Platform.YOUTUBE, DISCLOSURE, name) == f"Yes.\n\n{DISCLOSURE['en']}"


def test_an_answer_cut_for_x_carries_the_link_to_the_whole():
    long = entry("Open Settings. " + "There are many more things to tell about it. " * 10)
    text = answer([long], "en", Platform.X, DISCLOSURE, "Marie")
    assert text.startswith("Open Settings.")
    assert "https://a.example/pw" in text
    assert text.endswith(DISCLOSURE["en"])
    assert weighted_length(text) <= MAX_WEIGHT


def test_an_answer_too_long_for_x_without_a_link_is_not_written():
    assert answer([entry("A long sentence. " * 30, links=())], "en", Platform.X, DISCLOSURE, None) is None


def test_an_entry_without_an_answer_gives_no_draft():
    assert answer([entry(" ")], "en", Platform.REDDIT, DISCLOSURE, None) is None


def test_an_answer_longer_than_the_platform_is_not_written():
    assert answer([entry("a" * 10_001)], "en", Platform.YOUTUBE, DISCLOSURE, None) is None


def test_sources_name_the_entry_and_its_links():
    assert sources(entry()) == ["knowledge:password", "https://a.example/pw"]


def test_the_note_of_a_hand_off_tells_the_hour_as_each_language_does():
    due = datetime(2026, 6, 2, 9, 5)
    assert "au plus tard le 02/06 à 09\u00a0h\u00a005." in handoff_note(due, "fr", Platform.REDDIT, DISCLOSURE, None)
    assert "on 02 June at 09:05 at the latest." in handoff_note(due, "en", Platform.X, DISCLOSURE, None)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=120), max_size=6), st.sampled_from(["", "https://a.example/" + "x" * 60]))
def test_nothing_for_x_is_ever_too_long(sentences, link):
    text = answer([entry(". ".join(sentences), links=(link,) if link else ())], "fr", Platform.X, DISCLOSURE, None)
    assert text is None or weighted_length(text) <= MAX_WEIGHT


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("a" * 280, 280),
        ("é" * 10, 10),
        ("e\u0301" * 10, 10),
        ("日本", 4),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇫🇷", 2),
        ("1️⃣", 2),
        ("«\u00a0’…", 5),
        ("https://example.org/" + "x" * 100, 23),
        ("see https://example.org/a, then example.com", 4 + 23 + 7 + 23),
        ("©", 1),
    ],
)
def test_x_counts_as_twitter_text_does(text, weight):
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Title\n\ntext\nhere", "Title\n\ntext here"),
        ("- a\n- b\n  - c\n\nend", "- a\n- b\n  - c\n\nend"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("<https://a.example> and `code`", "https://a.example and code"),
        ("<b>bold</b> & &amp;", "bold & &"),
        ("mail [us](mailto:a@b.example)", "mail us (a@b.example)"),
        ("line  \nbreak", "line\nbreak"),
        ("![logo](x.png)text", "logotext"),
        ("مرحبا **بك** 😀", "مرحبا بك 😀"),
    ],
)
def test_markdown_becomes_plain_text(markdown, text):
    assert plain_text(markdown) == text
