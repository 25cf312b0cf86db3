"""Numbers, dates, plurals and typography, as a French and an English reader expect them."""

import string
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.insights import Period
from domain.language import typeset
from tasks.publishing import day_names, phrases
from tasks.publishing.wording import Wording

FR, EN = Wording("fr", "Europe/Paris"), Wording("en", "Europe/Paris")


def fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@pytest.mark.parametrize("key", phrases.PHRASES)
def test_each_phrase_exists_in_both_languages_with_the_same_values(key: str) -> None:
    french, english = phrases.PHRASES[key]["fr"], phrases.PHRASES[key]["en"]
    assert french.strip(" ") and english.strip(" ")
    assert french.count("|") == english.count("|")
    assert fields(french) - {"n"} == fields(english) - {"n"}


@pytest.mark.parametrize("key", phrases.PHRASES)
def test_french_phrases_have_no_breakable_space_before_high_punctuation(key: str) -> None:
    typed = typeset(phrases.PHRASES[key]["fr"], "fr")
    assert not any(mark in typed for mark in (" ;", " :", " !", " ?", " %", "« ", " »", "'"))


def test_calendars_are_complete() -> None:
    for names, number in (
        (day_names.MONTHS, 12),
        (day_names.MONTHS_SHORT, 12),
        (day_names.DAYS, 7),
        (day_names.DAYS_SHORT, 7),
    ):
        assert {language: len(set(each)) for language, each in names.items()} == {"fr": number, "en": number}


def test_numbers_and_shares() -> None:
    assert (FR.number(1234567), EN.number(1234567)) == ("1\u202f234\u202f567", "1,234,567")
    assert (FR.number(-3.14159, 2), EN.number(-3.14159, 2)) == ("\u22123,14", "\u22123.14")
    assert FR.number(-0.4) == "0"
    assert (FR.percent(0.125), EN.percent(0.0125)) == ("13\u00a0%", "1.3%")
    assert (FR.percent(0.055), EN.percent(0.055)) == ("5,5\u00a0%", "5.5%")
    assert (FR.percent(0), FR.percent(1), FR.percent(0.0204)) == ("0\u00a0%", "100\u00a0%", "2\u00a0%")


def test_changes_carry_their_sign_and_need_a_past() -> None:
    assert (FR.change(150, 100), EN.change(85, 100)) == ("+50\u00a0%", "\u221215%")
    assert (FR.change(100, 100), EN.change(3, 0)) == ("stable", None)


def test_plurals_follow_each_language() -> None:
    assert [FR.count("n_comments", n) for n in (0, 1, 1.5, 2)] == [
        "0 commentaire",
        "1 commentaire",
        "1,5 commentaire",
        "2 commentaires",
    ]
    assert [EN.count("n_comments", n) for n in (0, 1, 2)] == ["0 comments", "1 comment", "2 comments"]


def test_durations_and_money() -> None:
    assert [FR.duration(n) for n in (0, 59.6, 185, 3000)] == [
        "0\u00a0min",
        "1\u00a0h",
        "3\u00a0h\u00a005",
        "2\u00a0j 2\u00a0h",
    ]
    assert (FR.money(3.2), EN.money(1234.5)) == ("3,20\u00a0$\u00a0US", "$1,234.50")


def test_days() -> None:
    assert FR.day(date(2026, 11, 3)) == "mardi 3\u00a0novembre"
    assert FR.day(date(2026, 5, 1), year=True) == "vendredi 1er\u00a0mai 2026"
    assert EN.day(date(2026, 11, 3), year=True) == "Tuesday 3\u00a0November 2026"


def test_moments_are_on_the_readers_clock_on_both_sides_of_summer_time() -> None:
    assert FR.moment(datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == "dimanche 29\u00a0mars à 1\u00a0h\u00a030"
    assert FR.moment(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == "dimanche 29\u00a0mars à 3\u00a0h\u00a030"
    assert EN.moment(datetime(2026, 10, 25, 23, 0, tzinfo=UTC)) == "Monday 26\u00a0October at 00:00"


def test_periods() -> None:
    midnight = datetime(2026, 11, 1, 23, tzinfo=UTC)
    told = {
        "lundi 2\u00a0novembre 2026": midnight + timedelta(days=1),
        "lundi 2\u00a0novembre 2026, de 0\u00a0h à 14\u00a0h\u00a030": midnight + timedelta(hours=14.5),
        "du lundi 2\u00a0novembre au dimanche 8\u00a0novembre 2026": midnight + timedelta(days=7),
    }
    for text, end in told.items():
        assert FR.period(Period(midnight, end, "Europe/Paris")) == text


def test_the_long_and_the_short_day_of_daylight_saving_are_single_days() -> None:
    long_day = Period(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC), "Europe/Paris")
    short_day = Period(datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC), "Europe/Paris")
    assert FR.period(long_day) == "dimanche 25\u00a0octobre 2026"
    assert EN.period(short_day) == "Sunday 29\u00a0March 2026"


def test_a_month_and_a_turn_of_the_year() -> None:
    december = Period(datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC), "Europe/Paris")
    new_year = Period(datetime(2026, 12, 27, 23, tzinfo=UTC), datetime(2027, 1, 3, 23, tzinfo=UTC), "Europe/Paris")
    assert (FR.period(december), EN.period(december)) == ("décembre 2026", "December 2026")
    assert FR.period(new_year) == "du lundi 28\u00a0décembre 2026 au dimanche 3\u00a0janvier 2027"


def test_names_that_the_catalogue_does_not_know_are_shown_as_words() -> None:
    assert FR.named("kpi", "time_to_first_byte") == "Time to first byte"
    assert FR.platform("mastodon") == "Mastodon"


def test_what_members_wrote_is_never_read_as_a_template() -> None:
    assert FR.say("title_daily", community="{0} {community} {x!r}") == "La journée de {0} {community} {x!r}"
