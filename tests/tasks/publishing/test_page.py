"""The web page is well formed, runs nothing but its own script, and is listed in the archive and the feed."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from domain.insights import Insights
from tasks.publishing.digest import compose
from tasks.publishing.edition import Links
from tasks.publishing.page import Entry, entry_of, read_entry, render_feed, render_index, render_page
from tasks.publishing.quoting import shorten

LINKS = Links(
    archive="index.fr.html",
    feed="feed.fr.xml",
    faq="https://example.org/faq",
    editions={"fr": "a.html", "en": "b.html"},
)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_is_well_formed_with_landmarks_and_one_main_heading(
    week: Insights, language: Any, parsed: Any
) -> None:
    page = parsed(render_page(compose(week, language, links=LINKS)))
    assert page.all("html")[0]["lang"] == language
    assert [len(page.all(tag)) for tag in ("h1", "main", "header", "footer", "title")] == [1, 1, 1, 1, 1]
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert page.all("a")[0] == {"class": "skip", "href": "#content"}
    labels = {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes}
    assert labels <= set(identifiers)


def test_headings_leave_no_level_out(week: Insights, parsed: Any) -> None:
    levels = [
        int(tag[1]) for tag, _ in parsed(render_page(compose(week, "fr"))).elements if re.fullmatch("h[1-6]", tag)
    ]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_chart_has_words_and_a_table_beside_it(week: Insights, parsed: Any) -> None:
    page = parsed(render_page(compose(week, "fr")))
    drawn = [a for tag, a in page.elements if tag == "div" and a.get("class") in {"wide", "narrow"}]
    assert len(drawn) == 8
    assert all(a["role"] == "img" and len(a["aria-label"]) > 20 for a in drawn)
    assert len(page.all("table")) == 4


def test_the_page_fetches_nothing(week: Insights, parsed: Any) -> None:
    page = parsed(render_page(compose(week, "fr", links=LINKS)))
    assert not page.all("img") and not page.all("iframe")
    assert not [
        a for tag, a in page.elements if tag in {"link", "script"} and (a.get("rel") == "stylesheet" or "src" in a)
    ]
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")


def test_nothing_that_members_write_becomes_markup(
    attacked: Callable[[str], Insights], attack: str, parsed: Any, written_by_members: tuple[str, ...]
) -> None:
    calm = parsed(
        render_page(compose(attacked("calm"), "fr", norm_titles={"calm": "calm"}, sections=written_by_members))
    )
    page = parsed(
        render_page(compose(attacked(attack), "fr", norm_titles={attack: attack}, sections=written_by_members))
    )
    assert [tag for tag, _ in page.elements if tag == "script"] == ["script"]
    assert page.scripts == calm.scripts
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in calm.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [a for a in page.all("a") if not a["href"].startswith(("#", "http://", "https://"))]
    assert shorten(attack) in page.text


def test_a_text_of_a_hundred_kilobytes_does_not_swell_the_page(attacked: Callable[[str], Insights]) -> None:
    assert len(render_page(compose(attacked("mot " * 25_000), "fr"))) < 400_000


def test_an_empty_day_makes_a_short_and_whole_page(empty_day: Insights, parsed: Any) -> None:
    page = parsed(render_page(compose(empty_day, "en")))
    assert "All quiet: no comments" in page.text
    assert not page.all("svg")


def test_quotes_carry_their_own_direction(week: Insights, parsed: Any) -> None:
    page = parsed(render_page(compose(week, "fr")))
    assert all(quote["dir"] == "auto" for quote in page.all("blockquote"))
    assert "هل الكبسولات متوافقة مع الجهاز الجديد؟" in page.text


def test_the_archive_reads_its_lines_from_the_pages_themselves(week: Insights) -> None:
    digest = compose(week, "fr")
    assert read_entry(render_page(digest), "x.html") == entry_of(digest, "x.html")
    assert read_entry("<!DOCTYPE html><title>Another page</title>", "y.html") is None
    hostile = replace(digest, headline='"><script>1</script>&amp;')
    found = read_entry(render_page(hostile), "x.html")
    assert found is not None and found.headline == hostile.headline


def entries(week: Insights) -> list[Entry]:
    found = []
    for days in (0, 7, 14):
        shifted = replace(
            week.period, start=week.period.start + timedelta(days=days), end=week.period.end + timedelta(days=days)
        )
        for language in ("fr", "en"):
            digest = compose(replace(week, period=shifted), language)  # type: ignore[arg-type]
            found.append(entry_of(digest, f"{digest.slug}.html"))
    return found


def test_the_index_lists_one_language_newest_first_and_links_the_other(week: Insights, parsed: Any) -> None:
    index = parsed(render_index(entries(week), "fr", "Café <Lumen>", feed="feed.fr.xml"))
    links = [a["href"] for a in index.all("a") if a["href"].endswith(".html")]
    assert links == [
        "2026-11-16-weekly-fr.html",
        "2026-11-16-weekly-en.html",
        "2026-11-09-weekly-fr.html",
        "2026-11-09-weekly-en.html",
        "2026-11-02-weekly-fr.html",
        "2026-11-02-weekly-en.html",
    ]
    assert "Les digests de Café <Lumen>" in index.text
    assert "Le premier digest" in parsed(render_index([], "fr", "Lumen")).text


def test_the_feed_is_valid_atom_with_lasting_identifiers(week: Insights) -> None:
    feed = ElementTree.fromstring(render_feed(entries(week), "en", "A & B <c>", site_url="https://example.org/digest/"))
    ids = [element.text for element in feed.findall("a:entry/a:id", ATOM)]
    assert len(set(ids)) == 3 and all(each and each.startswith("urn:uuid:") for each in ids)
    assert feed.findtext("a:title", namespaces=ATOM) == "The digests of A & B <c>"
    hrefs = [element.attrib["href"] for element in feed.findall("a:entry/a:link", ATOM)]
    assert hrefs[0] == "https://example.org/digest/2026-11-16-weekly-en.html"
    moved = ElementTree.fromstring(render_feed(entries(week), "en", "A & B <c>", site_url="https://new.example/"))
    assert [element.text for element in moved.findall("a:entry/a:id", ATOM)] == ids
    dates = [
        datetime.fromisoformat(element.text or "") for element in feed.iter("{http://www.w3.org/2005/Atom}updated")
    ]
    assert all(each.tzinfo for each in dates) and dates[0] == max(dates)


def test_a_feed_without_digests_is_still_a_feed() -> None:
    feed = ElementTree.fromstring(render_feed([], "fr", "Lumen"))
    assert feed.findall("a:entry", ATOM) == []
    assert datetime.fromisoformat(feed.findtext("a:updated", "", ATOM)) == datetime(1970, 1, 1, tzinfo=UTC)


def test_the_course_of_a_topic_and_of_a_crisis_is_drawn_from_zero_and_said(week: Insights, parsed: Any) -> None:
    days = {date(2026, 11, 2): 4, date(2026, 11, 3): 8, date(2026, 11, 5): 2}  # nothing was found on the fourth
    crisis = replace(
        week.signals[-1], timeline=tuple((week.period.start + timedelta(hours=3 * at), 2 * at) for at in range(3))
    )
    shown = replace(week, topics=(replace(week.topics[0], by_day=days),), signals=(crisis,))
    page = parsed(render_page(compose(shown, "fr")))
    sparks = [a for a in page.all("svg") if a.get("aria-label", "").startswith(("Par jour", "Chronologie"))]
    assert [a["aria-label"] for a in sparks] == [
        "Chronologie par 3 heures\u00a0: 0, 2, 4",
        "Par jour, 2\u00a0nov. – 5\u00a0nov.\u202f; au plus 8",
    ]
    assert [float(bar["height"]) for bar in page.all("rect")] == [15, 30, 15, 30, 7.5]
    assert "jeudi 5\u00a0novembre\u00a0: 2 commentaires" in page.text
