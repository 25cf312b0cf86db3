"""A digest says what the insights say, first what matters, and reads well when there is little to say."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from domain.insights import (
    BestHour,
    Cost,
    HelpfulMember,
    Insights,
    Kpi,
    Mood,
    MovingMember,
    People,
    Proposal,
    RecurringQuestion,
    Signal,
    Spending,
    Waiting,
)
from tasks.publishing.digest import community_slug, compose
from tasks.publishing.edition import Link, Links


def calm(insights: Insights, **changes: object) -> Insights:
    """The same week without anything that asks for attention."""
    quiet = {"signals": (), "questions": (), "blind_spots": (), "topics": (), "kpis": insights.kpis[:1]}
    return replace(insights, waiting=Waiting(0, 0, 0, 0), **{**quiet, **changes})


def test_the_gravest_comes_first_and_families_do_not_repeat(week: Insights) -> None:
    titles = [matter.title for matter in compose(week, "en").matters]
    assert titles == [
        "Crisis: “livraison” and “retard”",
        "2 members have waited too long for an answer",
        "1 source could not be read",
    ]


def test_a_tension_yields_to_overdue_members(week: Insights) -> None:
    tension = replace(week, signals=tuple(replace(s, level=1) for s in week.signals))
    digest = compose(tension, "fr")
    assert digest.matters[0].title == "2 membres attendent une réponse en retard"
    assert digest.matters[1].title == "Tensions\u00a0: «\u00a0livraison\u00a0» et «\u00a0retard\u00a0»"
    assert digest.headline == "Des tensions autour de «\u00a0livraison\u00a0» et «\u00a0retard\u00a0»"


def test_the_state_of_crisis_is_told_even_when_there_is_none(week: Insights, empty_day: Insights) -> None:
    assert compose(week, "fr").section("signals").lead == "1 crise en cours."
    tension = replace(week, signals=tuple(replace(s, level=1) for s in week.signals))
    assert compose(tension, "en").section("signals").lead == "No crisis, but tension."
    assert compose(replace(week, signals=week.signals[:1]), "en").section("signals").lead == "No crisis."
    quiet = compose(replace(week, signals=()), "fr").section("signals")
    assert (quiet.lead, quiet.items) == ("Pas de crise, aucun autre signal.", ())
    assert compose(replace(week, signals=()), "en", origin="file").sections[0].key != "signals"
    assert not compose(empty_day, "en").sections


def test_the_footer_says_that_every_source_was_read_only_when_so(week: Insights, empty_day: Insights) -> None:
    assert "Toutes les sources ont été lues." not in compose(week, "fr").footer
    assert "Toutes les sources ont été lues." in compose(empty_day, "fr").footer
    assert "sources" not in compose(replace(week, blind_spots=()), "en", origin="file").footer


def test_costs_are_told_with_what_they_were_before(week: Insights) -> None:
    costs = (Cost("youtube", 4200, 0, "quota"), Cost("x", 1.25, 0.5, "usd"), Cost("model", 0.4, 0.0, "usd"))
    items = compose(replace(week, costs=costs), "fr").section("costs").items
    assert [(item.title, *item.facts) for item in items] == [
        ("X", "1,25\u00a0$\u00a0US", "contre 0,50\u00a0$\u00a0US la semaine précédente"),
        ("Modèle de langue", "0,40\u00a0$\u00a0US"),
        ("YouTube", "4\u202f200 unités de quota"),
    ]


def test_what_x_will_have_cost_is_forecast(week: Insights) -> None:
    spending = Spending(12.5, 60.0, 50.0, date(2026, 11, 25))
    costs = compose(replace(week, x_spending=spending), "en").section("costs")
    assert costs.lead.startswith("X has cost $12.50 this month of a budget of $50.00: at this pace it is used up on")


def test_matters_carry_numbers_comparison_and_evidence(week: Insights) -> None:
    crisis = compose(week, "fr").matters[0]
    assert crisis.detail.startswith(
        "96 commentaires négatifs depuis jeudi 5\u00a0novembre à 19\u00a0h\u00a005, au lieu de 24"
    )
    assert crisis.evidence[0].url == "https://www.reddit.com/r/lumen/comments/1"
    assert crisis.tone == "alarm"


def test_a_question_that_nothing_answers_matters_and_an_answered_one_does_not(week: Insights) -> None:
    asked = RecurringQuestion("Do you ship to Peru?", 5, 4, None)
    digest = compose(calm(week, questions=(asked, replace(asked, text="Known?", asked=50, entry_id="e"))), "en")
    assert digest.matters[0].title == "A question keeps coming back unanswered: “Do you ship to Peru?”"
    assert len(digest.matters) == 1


def test_a_figure_that_fell_for_the_worse_outweighs_a_new_topic(week: Insights) -> None:
    slower = Kpi("first_response_minutes", 120.0, 60.0, "minutes", "down")
    digest = compose(calm(week, kpis=(week.kpis[0], slower), topics=week.topics[2:3]), "en")
    assert [matter.title for matter in digest.matters] == [
        "Median response time: 2\u00a0h, up",
        "A new topic: “nouveau moulin silencieux”",
    ]


def test_small_counts_that_double_do_not_matter(week: Insights) -> None:
    digest = compose(calm(week, kpis=(Kpi("escalated", 4.0, 2.0, "count", "down"),)), "fr")
    assert [matter.title for matter in digest.matters] == ["Rien à signaler"]


def test_signals_are_told_in_their_own_units(week: Insights) -> None:
    at = week.period.start
    peak, shift = Signal("peak", at, 2, 40, 8.25, ("prix",)), Signal("mood_shift", at, 1, 0.31, 0.12)
    items = compose(replace(week, signals=(peak, shift)), "en").section("signals").items
    assert items[0].facts[0] == "40 comments in an hour instead of the expected 8.2, Monday 2\u00a0November at 00:00."
    assert items[1].facts[0] == "31% negative comments, against 12% as a rule."


def test_headline_and_summary_of_an_ordinary_week(week: Insights) -> None:
    digest = compose(calm(week, topics=week.topics, kpis=week.kpis[:2]), "fr")
    assert digest.headline == "1\u202f284 commentaires de 486 membres, 12\u00a0% de plus que la semaine précédente"
    assert "Reddit vient en tête (50\u00a0%)." in digest.summary[0]
    assert digest.summary[1] == "Aucune décision ne vous attend."


def test_shares_change_in_points_and_other_figures_in_percent(week: Insights) -> None:
    figures = {figure.label: figure for figure in compose(week, "fr").figures}
    assert (figures["Part de négatifs"].value, figures["Part de négatifs"].change) == ("21\u00a0%", "+8,9 points")
    assert figures["Part de négatifs"].tone == "alarm"
    assert (figures["Délai de réponse médian"].change, figures["Délai de réponse médian"].tone) == (
        "\u221237\u00a0%",
        "good",
    )
    assert figures["Commentaires retenus"].tone == "plain"
    assert figures["Membres en attente"].change == ""
    assert "Coût des modèles" not in figures


def test_more_than_a_doubling_is_told_by_the_number_before(week: Insights) -> None:
    topics = compose(week, "fr").section("topics").items
    assert topics[0].facts[0] == "128 commentaires de 83 membres, contre 41 la semaine précédente"
    assert topics[1].facts[0] == "64 commentaires de 47 membres, 8\u00a0% de plus que la semaine précédente"
    daily = replace(week, period=replace(week.period, end=week.period.start + timedelta(days=1)))
    assert compose(daily, "en").section("topics").items[1].facts[0].endswith("8% more than the day before")


def test_an_export_without_authors_counts_no_members(week: Insights) -> None:
    nobody = week.by_platform.with_columns(members=pl.lit(0))
    asked = tuple(replace(question, members=0) for question in week.questions)
    digest = compose(calm(week, by_platform=nobody, questions=asked), "en")
    assert digest.headline == "1,284 comments, 12% more than the week before"
    assert digest.section("activity").items[0].facts == ("642 comments", "27% negative")
    assert digest.section("questions").items[0].facts == ("Asked 23 times",)


def test_evidence_of_another_year_says_so(week: Insights) -> None:
    old = replace(week.topics[0].examples[0], created_at=week.period.start - timedelta(days=400))
    topics = (replace(week.topics[0], examples=(old, week.topics[0].examples[0])),)
    evidence = compose(replace(week, topics=topics), "fr").section("topics").items[0].evidence
    assert [each.when for each in evidence] == ["28\u00a0sept. 2025, 1\u00a0h", "2\u00a0nov., 7\u00a0h"]


def test_signals_of_each_kind_are_told_with_what_to_know_of_them(week: Insights) -> None:
    at = week.period.start + timedelta(days=3, hours=8)
    crisis = replace(
        week.signals[-1],
        first=week.topics[0].examples[0],
        timeline=((at, 3), (at + timedelta(hours=6), 12)),
        members=9,
        parts=(("Colis perdu", 40), ("Remboursement", 12)),
        thread="Où est mon colis",
        crisis="1102-colis",
    )
    bursts = (
        Signal("burst", at, 1, 14, 0, label="Le joint fuit", about="question"),
        Signal("burst", at, 1, 25, 2.5, label="newcomer", about="group"),
        Signal("wave", at, 3, 22, 20, label="Achetez moins cher ici"),
    )
    found = compose(replace(week, signals=(crisis, *bursts)), "fr").section("signals").items
    assert [item.title for item in found[1:]] == [
        "Vague coordonnée\u00a0: «\u00a0Achetez moins cher ici\u00a0»",
        "Question soudaine\u00a0: «\u00a0Le joint fuit\u00a0»",
        "Un groupe s’anime\u00a0: «\u00a0Nouveau membre\u00a0»",
    ]
    assert found[0].facts[1:] == (
        "Premier signe\u00a0: lundi 2\u00a0novembre à 7\u00a0h, Reddit",
        "9 membres en parlent en mal",
        "Chronologie par 6 heures\u00a0: 3, 12",
        "En son sein\u00a0: «\u00a0Colis perdu\u00a0» (40) et «\u00a0Remboursement\u00a0» (12)",
        "Surtout dans la discussion «\u00a0Où est mon colis\u00a0»",
        "Pour suspendre les réponses automatiques\u00a0: vigie pause 1102-colis, ou le déploiement pause dans Prefect",
    )
    unnamed = compose(replace(week, signals=(replace(crisis, crisis=""),)), "en").section("signals").items[0]
    assert 'vigie pause "livraison retard"' in unnamed.facts[-1]
    assert found[1].facts[0].startswith("22 comptes, dont 20 nouveaux, ont écrit presque le même texte depuis ")


def test_topics_tell_since_when_what_is_new_and_how_their_mood_moved(week: Insights) -> None:
    first = week.period.start.date() - timedelta(days=9)
    topic = replace(
        week.topics[0],
        since=first,
        by_day={first: 40, first + timedelta(days=1): 4},
        fresh_terms=("douane",),
        previous_mood=Mood(0.2, 0.6, 0.2, 41, 0.0),
    )
    facts = compose(replace(week, topics=(topic,)), "en").section("topics").items[0].facts
    assert facts[-3:] == (
        "Followed since 23\u00a0Oct; highest on 23\u00a0Oct, 40 comments",
        "Negative: 61% ± 9 points, against 20% before",
        "New in this topic: “douane”",
    )


def test_a_topics_mood_moves_against_the_days_before_and_shows_in_its_curve(week: Insights) -> None:
    first = week.period.start.date()
    days = {first + timedelta(days=at): n for at, n in ((-9, 40), (-8, 30), (1, 50))}
    negative = {first + timedelta(days=at): n for at, n in ((-9, 2), (-8, 5), (1, 30))}
    topic = replace(week.topics[0], by_day=days, negative_by_day=negative, previous_mood=None)
    item = compose(replace(week, topics=(topic,)), "en").section("topics").items[0]
    assert "Negative: 61% ± 9 points, against 10% before" in item.facts
    assert item.curve is not None and item.curve.parts == (2, 5, *(0,) * 8, 30)
    assert item.curve.points[0][0].endswith(": 40 comments, of which 2 negative")
    assert item.curve.said.endswith("at the bottom of each bar, the negative ones".capitalize())
    long = replace(topic, by_day={first + timedelta(days=20 * at): 2 for at in range(30)}, negative_by_day={first: 1})
    by_month = compose(replace(week, topics=(long,)), "fr").section("topics").items[0].curve
    assert by_month is not None and sum(count or 0 for _, count in by_month.points) == 60 and len(by_month.points) == 20
    assert by_month.said.startswith("Par mois, nov. 2026 – ")
    uncounted = replace(topic, negative_by_day={})
    assert compose(replace(week, topics=(uncounted,)), "en").section("topics").items[0].curve.parts == ()


def test_a_period_that_is_too_large_to_be_read_whole_says_what_is_an_estimate(week: Insights) -> None:
    digest = compose(replace(week, sampled=(38_462, 1_000_000)), "en")
    assert "topics and trends are looked for in 38,462 of them" in digest.footer
    assert "All others count each of the 1,000,000 comments." in digest.footer
    assert "estimations" in compose(replace(week, sampled=(38_462, 1_000_000)), "fr").footer
    assert "estimates" not in compose(week, "en").footer


def test_members_of_note_are_named_for_what_they_did_and_dominance_is_told(week: Insights) -> None:
    last = week.period.end - timedelta(days=12)
    people = People(
        helpful=(HelpfulMember("reddit:a", "Aude", "reddit", 6, 8, 2),),
        rising=(MovingMember("x:r", "Rémi", "x", 14, 1.5, last),),
        leaving=(MovingMember("x:l", "Lise", "x", 0, 4.2, last),),
        loudest=3,
        loudest_share=0.62,
    )
    section = compose(replace(week, people=people), "fr").section("members")
    assert (
        section.lead == "3 membres écrivent 62\u00a0% des commentaires\u00a0: les chiffres disent surtout leurs voix."
    )
    assert [(item.title, item.badge, item.facts[1]) for item in section.items[-3:]] == [
        ("Aude", "Aide les autres", "a répondu aux questions de 6 membres"),
        ("Rémi", "En progression", "14 commentaires en sept jours, contre 1,5 par semaine d’habitude"),
        ("Lise", "S’éloigne", "environ 4 commentaires par semaine, puis plus rien depuis mercredi 28\u00a0octobre"),
    ]


def test_the_week_to_come_has_days_reasons_and_a_calendar_to_subscribe_to(week: Insights) -> None:
    at = week.period.end + timedelta(days=1, hours=19)
    event = Proposal("event", at, "Dégustation", url="https://lumen.example/e", event_day=at.date() + timedelta(days=2))
    planned = replace(
        week,
        calendar=(Proposal("question", at, "Is it waterproof?", 7, "reddit"), event),
        best_hours=(BestHour("reddit", "", 18, 0.21, 400),),
    )
    digest = compose(planned, "en", links=Links(calendar="https://aide.lumen.example/digest/calendar.en.ics"))
    section = digest.section("calendar")
    assert [item.title for item in section.items] == ["Answer: Is it waterproof?", "Announce: Dégustation"]
    assert section.items[0].facts[1:] == ("Reddit", "7 members asked it and no knowledge entry answers")
    assert section.link is not None
    assert section.link.url.endswith("calendar.en.ics")
    assert digest.section("activity").items[-1].title == "Publish: Reddit"


def test_an_empty_day_says_so_and_nothing_else(empty_day: Insights) -> None:
    for language, headline in (("fr", "Rien de nouveau\u00a0: aucun commentaire"), ("en", "All quiet: no comments")):
        digest = compose(empty_day, language)  # type: ignore[arg-type]
        assert digest.headline == headline
        assert (digest.sections, digest.figures) == ((), ())
        assert len(digest.matters) == 1


def test_the_first_period_is_not_compared(week: Insights) -> None:
    first = tuple(replace(kpi, previous=None) for kpi in week.kpis)
    topics = tuple(replace(topic, previous_comments=0) for topic in week.topics)
    digest = compose(calm(week, kpis=first, topics=topics), "en")
    assert digest.headline == "1,284 comments from 486 members"
    assert "This is the first period observed" in digest.summary[1]
    assert all(item.badge == "" for item in digest.section("topics").items)
    assert all(figure.change == "" for figure in digest.figures)


def test_a_part_of_a_day_is_said_to_be_one(week: Insights) -> None:
    half = replace(week.period, end=week.period.start + timedelta(hours=14))
    digest = compose(replace(week, period=half), "fr")
    assert digest.dateline == "lundi 2\u00a0novembre 2026, de 0\u00a0h à 14\u00a0h"
    assert "les chiffres s’arrêtent à 14\u00a0h" in digest.summary[1]


def test_a_deleted_author_and_an_address_that_is_none_are_shown_as_such(week: Insights) -> None:
    gone = compose(week, "fr").section("topics").items[0].evidence[2]
    assert gone.author == "membre supprimé"
    odd = replace(week.topics[0].examples[0], permalink="javascript:alert(1)")
    topics = (replace(week.topics[0], examples=(odd,)),)
    assert compose(replace(week, topics=topics), "fr").section("topics").items[0].evidence[0].url is None


def test_readers_choose_their_sections_and_links_appear_where_they_lead_somewhere(week: Insights) -> None:
    links = Links(faq="https://example.org/faq", review="http://127.0.0.1:4200/runs")
    answers = {"order-status": Link("Where is my order?", "https://example.org/faq#order-status")}
    digest = compose(week, "en", links=links, answers=answers, sections={"waiting", "questions"})
    assert [section.key for section in digest.sections] == ["waiting", "questions"]
    assert digest.section("waiting").link and digest.section("waiting").link.url == links.review
    first = digest.section("questions").items[0]
    assert first.link and first.link.url == answers["order-status"].url
    assert "Where is my order?" in first.title  # as the FAQ words it, not as the first member did


def test_norms_take_the_charters_titles_and_sources_the_names_of_their_platform(week: Insights) -> None:
    digest = compose(week, "fr", norm_titles={"rumeur": "Rumeurs"})
    assert [item.title for item in digest.section("norms").items] == ["Spam", "Insulte", "Autopromotion", "Rumeurs"]
    assert digest.section("blind_spots").items[0].title == "YouTube, chaîne UC123\u00a0: quotaExceeded, since 14:00"


def test_unknown_platforms_segments_and_figures_do_not_break_a_digest(week: Insights) -> None:
    platforms = pl.DataFrame(
        {"platform": ["mastodon"], "comments": [3], "members": [2], "negative": [None]},
        schema_overrides={"negative": pl.Float64},
    )
    members = tuple(replace(m, platform="mastodon", segment="lurker") for m in week.members)
    digest = compose(replace(week, by_platform=platforms, members=members, kpis=(Kpi("karma", 1.0, 2.0),)), "fr")
    assert digest.section("activity").items[0].title == "Mastodon"
    assert digest.section("members").items[0].badge == "Lurker"


@pytest.mark.parametrize(
    ("name", "slug"), [("Café Lumen", "cafe-lumen"), ("  !! ", "community"), ("東京", "community")]
)
def test_names_become_slugs(name: str, slug: str) -> None:
    assert community_slug(name) == slug


def test_each_platform_tells_how_long_its_members_waited_and_at_which_hour_longest(week: Insights) -> None:
    rows = [("reddit", None, 9, 40.0, 300.0), ("reddit", 9, 5, 12.0, 20.0), ("reddit", 23, 4, 300.0, 500.0)]
    names = ["platform", "hour", "answered", "median_minutes", "p90_minutes"]
    told = compose(replace(week, responses=pl.DataFrame(rows, schema=names, orient="row")), "en").section("activity")
    (reddit,) = [item for item in told.items if item.title == "Reddit"]
    assert "first response in 40\u00a0min (nine in ten in 5\u00a0h)" in reddit.facts
    assert "longest: messages of 11\u00a0pm, 5\u00a0h" in reddit.facts
