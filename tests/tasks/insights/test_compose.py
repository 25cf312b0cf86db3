"""The insights of a whole period: figures that can be recounted, questions, signals, empty days and first runs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from domain.insights import Insights, Period, ReportData
from tasks.insights.compose import compute_insights

Rows = list[dict[str, Any]]
START = datetime(2026, 3, 10, tzinfo=UTC)
END = START + timedelta(days=1)
DAY = Period(START, END, "Europe/Paris")
INSIDE, BEFORE = START + timedelta(hours=12), START - timedelta(hours=12)


@pytest.fixture
def insights(
    comments: Callable[[Rows], pl.DataFrame], report_data: Callable[..., ReportData]
) -> Callable[..., Insights]:
    def compute(rows: Rows, language: str = "en", team: tuple[str, ...] = (), **tables: Rows) -> Insights:
        return compute_insights(report_data(comments(rows), END, **tables), DAY, "Lumo", language, END, team)

    return compute


def verdict(comment_id: str, action: str, *norms: str, at: datetime = INSIDE, **others: str) -> dict[str, Any]:
    return {
        "comment_id": comment_id,
        "action": action,
        "norms": list(norms),
        "autonomy": "propose",
        "decided_by": "rule",
        "created_at": at,
        **others,
    }


def test_figures_are_those_that_a_hand_would_count(insights: Callable[..., Insights]) -> None:
    found = insights(
        [
            {"author": "old", "created_at": BEFORE, "text": "hello"},
            {"author": "old", "created_at": INSIDE, "text": "How do I open it?"},
            {"author": "new", "created_at": INSIDE, "text": "I hate it, terrible", "id": "reddit:angry"},
            {"author": "new", "created_at": INSIDE, "text": "visit my channel", "id": "reddit:spam"},
            {"author": None, "created_at": INSIDE, "text": "fine day"},
            {"author": "late", "created_at": END, "text": "tomorrow"},
        ],
        verdicts=[
            verdict("reddit:angry", "escalate", "insult"),
            verdict("reddit:spam", "hold", "spam", "self_promotion"),
        ],
        drafts=[
            {
                "comment_id": "reddit:c1",
                "kind": "answer",
                "entry_id": "open",
                "status": "proposed",
                "created_at": INSIDE,
            },
            {"comment_id": "reddit:c0", "kind": "welcome", "status": "posted", "created_at": BEFORE},
        ],
        actions=[
            {"comment_id": "reddit:c1", "kind": "reply", "status": "done", "done_at": INSIDE + timedelta(minutes=30)},
            {"comment_id": "reddit:c2", "kind": "reply", "status": "waiting", "created_at": INSIDE},
        ],
        handoffs=[
            {"comment_id": "reddit:angry", "status": "open", "created_at": INSIDE, "due_at": END - timedelta(hours=1)},
            {"comment_id": "reddit:c1", "status": "open", "created_at": INSIDE, "due_at": END + timedelta(hours=5)},
            {"comment_id": "reddit:c0", "status": "done", "created_at": BEFORE, "due_at": BEFORE, "done_at": BEFORE},
            {
                "comment_id": "reddit:c3",
                "status": "done",
                "created_at": INSIDE,
                "done_at": INSIDE + timedelta(minutes=90),
            },
        ],
        set_aside=[{"source_id": "reddit:subreddit:test", "reason": "no text", "created_at": INSIDE}],
    )
    assert found.responses.select("platform", "answered", "median_minutes").rows() == [("reddit", 1, 30)] * 2
    value = {kpi.key: kpi.value for kpi in found.kpis}
    assert value == {
        "comments": 4,
        "members": 2,
        "new_members": 1,
        "questions": 1,
        "drafts_proposed": 1,
        "answered_by_vigie": 1,
        "first_response_minutes": 30,
        "first_response_p90_minutes": 30,
        "unanswered_share": 0,
        "corrected_share": None,
        "handoff_minutes": 90,
        "satisfaction": None,
        "held": 1,
        "removed": 0,
        "escalated": 1,
        "set_aside": 1,
        "negative_share": pytest.approx(1 / 3),  # of the three that are not spam
        "handoffs_open": 2,
        "handoffs_overdue": 1,
    }
    assert found.kpi("comments").previous == 1
    assert found.norms == {"insult": 1, "self_promotion": 1, "spam": 1}
    assert (found.waiting.verdicts, found.waiting.drafts, found.waiting.handoffs) == (2, 1, 2)
    assert found.waiting.overdue == 1
    assert found.waiting.next_due_at == END + timedelta(hours=5)
    assert found.mood.comments == 3


def test_a_first_run_compares_with_nothing(insights: Callable[..., Insights]) -> None:
    found = insights([{"created_at": INSIDE}])
    assert all(kpi.previous is None for kpi in found.kpis)
    assert found.kpi("new_members").value is None


def test_an_empty_day_has_zeros_and_no_shares(insights: Callable[..., Insights]) -> None:
    for rows in ([], [{"created_at": BEFORE}]):
        found = insights(rows)
        assert found.kpi("comments").value == 0
        assert found.kpi("negative_share").value is None
        assert (found.topics, found.questions, found.members, found.signals) == ((), (), (), ())
        assert found.mood_by_day.height >= 1
        assert found.by_hour.height == 168


def test_what_several_members_ask_is_one_question_with_the_entry_that_answers_it(
    insights: Callable[..., Insights],
) -> None:
    asked = [
        "How do I reset my password?",
        "how can I reset the password please?",
        "I need help. How to reset password?",
    ]
    unknown = ["Is the lamp waterproof?", "Hi all, is this lamp waterproof or not?"]
    rows = [{"text": text, "created_at": INSIDE, "author": f"m{n}"} for n, text in enumerate([*asked, *unknown])]
    rows.append({"text": "Where do you ship to?", "created_at": INSIDE})
    drafts = [
        {
            "comment_id": f"reddit:c{n}",
            "kind": "answer",
            "entry_id": "password",
            "status": "posted",
            "created_at": INSIDE,
        }
        for n in range(3)
    ]
    found = insights(rows, drafts=drafts).questions
    assert [(q.entry_id, q.asked, q.members) for q in found] == [("password", 3, 3), (None, 2, 2)]
    assert "waterproof" in found[1].text
    assert found[0].examples[0].permalink


def crowd(count: int, text: str, at: datetime, **others: Any) -> Rows:
    return [
        {
            "text": f"{text} {n}",
            "created_at": at + timedelta(seconds=20 * n),
            "platform": ("reddit", "x")[n % 2],
            **others,
        }
        for n in range(count)
    ]


def usual_days(days: int = 10) -> Rows:
    first = START - timedelta(days=days)
    texts = ("nice lamp", "thanks for the tip", "my garden today", "what a lovely photo")
    return [
        {"text": texts[hour % 4], "created_at": first + timedelta(hours=hour, minutes=minute * 9)}
        for hour in range(days * 24 + 20)
        for minute in range(3)
    ]


def test_an_outcry_is_a_peak_a_shift_of_mood_and_a_crisis(insights: Callable[..., Insights]) -> None:
    outcry = crowd(60, "The battery caught fire, this is dangerous and unacceptable, I want a refund", INSIDE)
    found = insights([*usual_days(), *outcry])
    kinds = {signal.kind for signal in found.signals}
    assert kinds == {"peak", "mood_shift", "crisis"}
    crisis = found.signals[0]
    assert (crisis.kind, crisis.level) == ("crisis", 3)
    assert {"battery", "fire"} & {term.lower() for term in crisis.terms}
    assert set(crisis.platforms) == {"reddit", "x"}
    assert sum(count for _, count in crisis.timeline) == crisis.value
    assert crisis.first is not None
    assert crisis.first.created_at == crisis.at
    assert crisis.timeline[0][0] <= crisis.at
    assert crisis.members >= 5
    peak = next(signal for signal in found.signals if signal.kind == "peak")
    assert INSIDE <= peak.at < INSIDE + timedelta(hours=1)
    assert peak.value >= 60 > 10 > peak.expected


def test_enthusiasm_is_no_crisis(insights: Callable[..., Insights]) -> None:
    found = insights([*usual_days(), *crowd(60, "I love the new lamp, amazing work", INSIDE)])
    assert "crisis" not in {signal.kind for signal in found.signals}


def test_an_ordinary_day_has_no_signal(insights: Callable[..., Insights]) -> None:
    assert insights(usual_days()).signals == ()


def test_spam_neither_makes_topics_nor_moods_nor_active_members(insights: Callable[..., Insights]) -> None:
    spam = crowd(30, "Buy cheap followers now awful", INSIDE, author="spammer")
    held = [verdict(f"{('reddit', 'x')[n % 2]}:c{n}", "hold", "spam") for n in range(30)]
    found = insights([*spam, {"text": "hello there", "created_at": INSIDE}], verdicts=held)
    assert found.topics == ()
    assert found.mood.comments == 1
    assert [member.name for member in found.members] == ["member30"]
    assert found.kpi("comments").value == 31


def test_the_team_answers_members_but_is_none(insights: Callable[..., Insights]) -> None:
    rows = [
        {"id": "reddit:q", "author": "ann", "text": "How do I open it?", "created_at": INSIDE},
        {
            "author": "Lumo_Team",
            "text": "Press the amazing button!",
            "parent_id": "reddit:q",
            "created_at": INSIDE + timedelta(minutes=12),
        },
    ]
    found = insights(rows, team=("@lumo_team",))
    assert found.kpi("comments").value == 2
    assert found.kpi("members").value == 1
    assert found.kpi("answered_by_team").value == 1
    assert found.kpi("first_response_minutes").value == 12
    assert found.mood.comments == 1
    assert [member.name for member in found.members] == ["ann"]


def test_the_communitys_own_name_names_no_topic(insights: Callable[..., Insights]) -> None:
    found = insights(crowd(30, "my Lumo lamp has a green filter", INSIDE))
    assert found.topics
    assert not any("lumo" in topic.label.lower() for topic in found.topics)


def test_two_subjects_of_anger_are_two_crises(insights: Callable[..., Insights]) -> None:
    fire = crowd(25, "The battery caught fire, terrible and dangerous", INSIDE)
    leak = crowd(25, "My password leaked, my account was hacked, awful security", INSIDE)
    found = [s for s in insights([*usual_days(), *fire, *leak]).signals if s.kind == "crisis"]
    assert len(found) == 2
    words = [" ".join(signal.terms).lower() for signal in found]
    assert sum("battery" in each for each in words) == 1
    assert sum("password" in each for each in words) == 1
    assert all(signal.value == 25 for signal in found)


def test_anger_about_everything_and_nothing_is_no_crisis(insights: Callable[..., Insights]) -> None:
    things = ("horse", "window", "sandwich", "violin", "carpet", "bridge", "pencil", "cloud")
    rows = [{"text": f"I hate my {thing}, terrible", "created_at": INSIDE} for thing in things]
    assert "crisis" not in {signal.kind for signal in insights([*usual_days(), *rows]).signals}


def test_what_could_not_be_read_is_said_in_the_language_of_the_reader(insights: Callable[..., Insights]) -> None:
    sources = [
        {"id": "reddit:subreddit:a", "last_run_at": END, "error": None},
        {"id": "reddit:subreddit:asleep", "last_run_at": INSIDE, "error": None},
        {"id": "reddit:subreddit:given-up", "last_run_at": END - timedelta(days=9), "error": None},
        {"id": "x:mentions:b", "last_run_at": INSIDE, "error": "quota used up"},
        {"id": "youtube:video:c", "last_run_at": None, "error": None},
    ]
    assert insights([], "fr", sources=sources).blind_spots == (
        "reddit:subreddit:asleep: pas relue depuis le 2026-03-10 12:00 (UTC)",
        "x:mentions:b: quota used up",
        "youtube:video:c: pas encore lue",
    )


def test_a_short_period_still_shows_a_curve_of_two_weeks(insights: Callable[..., Insights]) -> None:
    found = insights(usual_days(20))
    assert found.by_day["date"].n_unique() in {14, 15}
    assert found.mood_by_day.height == found.by_day["date"].n_unique()
