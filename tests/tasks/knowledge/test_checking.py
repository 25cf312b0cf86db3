"""A knowledge base that contradicts itself, repeats itself, grows old or does not fit is told so, line by line."""

from datetime import date

import pytest

from domain.charter import Replies
from domain.knowledge import KnowledgeEntry
from domain.records import Platform
from tasks.knowledge.checking import findings

TODAY = date(2026, 11, 25)


def entry(id_: str, question: str, answer: str, line: int, **more) -> KnowledgeEntry:
    return KnowledgeEntry(id_, more.pop("lang", "en"), question, answer, file="knowledge/faq.md", line=line, **more)


def told(*entries: KnowledgeEntry, dead: dict[str, str] | None = None) -> list[tuple[int, str]]:
    found = findings(entries, TODAY, [Platform.X, Platform.REDDIT], Replies(), dead or {})
    return [(problem.line, problem.message) for problem in found]


def test_nothing_is_said_of_entries_that_hold():
    returns = entry("returns", "How long may I return it?", "You have 30 days.", 5, updated=date(2026, 10, 1))
    french = entry("returns", "Combien de temps ?", "Vous avez 30 jours.", 5, lang="fr")
    clock = entry("hours", "When are you open?", "From 9 am to 6.30 pm.", 9)
    horaires = entry("hours", "Quels horaires ?", "De 9 h à 18 h 30.", 9, lang="fr")
    versions = [entry(f"v{n}", f"How do I install version {n}?", "Hold the button.", 20 + n) for n in (2, 3)]
    assert told(returns, french, clock, horaires, *versions) == []


@pytest.mark.parametrize(
    ("entries", "line", "words"),
    [
        (
            (
                entry("a", "Where is my order?", "In your account.", 3),
                entry("b", "Parcels?", "Ask us.", 8, variants=("where is my order",)),
            ),
            8,
            "`b` and `a` (knowledge/faq.md:3) answer the same question: “where is my order”",
        ),
        (
            (
                entry("r", "How long may I return it?", "You have 30 days.", 3),
                entry("r", "Combien de temps ?", "Vous avez 14 jours.", 12, lang="fr"),
            ),
            12,
            "`r` (fr) says 14, but knowledge/faq.md:3 says 30",
        ),
        ((entry("s", "When is the sale?", "In June 2025.", 4),), 4, "`s` speaks of 2025"),
        (
            (entry("o", "Is there a shop?", "Yes.", 6, updated=date(2025, 9, 1)),),
            6,
            "`o` was last looked at on 2025-09-01",
        ),
        ((entry("l", "How do I ride?", "Slowly. " * 60, 7),), 7, "`l` is too long for X: a person will have to answer"),
    ],
    ids=["double", "contradiction", "past year", "stale", "too long"],
)
def test_what_does_not_hold_is_told_with_its_line(entries, line, words):
    assert told(*entries) == [(line, words)]


def test_a_dead_link_is_told_and_retired_entries_are_left_alone():
    link = "https://a.example/x"
    alive = entry("k", "Where?", f"See {link}", 3, links=(link,))
    retired = entry("q", "Where?", "In 2019.", 9, status="retired", links=(link,))
    assert told(alive, retired, dead={link: "the server answers 404"}) == [
        (3, f"the link {link} of `k` does not open: the server answers 404")
    ]
