"""Charts are well-formed pictures of the theme's colours, begin at zero and need no network."""

import itertools
import re
import struct
from datetime import date
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.insights import Insights
from tasks.publishing import charts, palette
from tasks.publishing.bar_labels import CHARACTER_PIXELS, label_bars
from tasks.publishing.digest import compose
from tasks.publishing.wording import Wording

WORDS = Wording("fr", "Europe/Paris")


def test_every_chart_is_well_formed_and_loads_nothing(week: Insights) -> None:
    for picture in [picture for section in compose(week, "fr").sections for picture in section.pictures]:
        for width in (charts.WIDE_PIXELS, charts.NARROW_PIXELS):
            spec = picture.draw(width)
            drawn = charts.svg(spec)
            ElementTree.fromstring(drawn)
            assert not re.search(r"(href|src|url)\s*[=(]\s*[\"']?\s*(https?:|//)", drawn)
            assert "data" in spec or "datasets" in spec


def test_dark_pages_know_every_colour_of_every_chart(week: Insights) -> None:
    known = set(palette.counterparts()) | {"none", "transparent"}
    for section in compose(week, "en").sections:
        for picture in section.pictures:
            used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', charts.svg(picture.draw(charts.WIDE_PIXELS))))
            assert {colour for colour in used if not colour.startswith("url(")} <= known, picture.key


def test_bars_start_at_zero() -> None:
    by_day = pl.DataFrame({"date": [date(2026, 11, d) for d in (2, 3)], "platform": ["x", "x"], "comments": [100, 90]})
    spec = charts.activity(by_day, WORDS, 600, first=date(2026, 11, 3), causes={})
    drawn = re.findall(
        rf'd="M[^v"]*v([\d.]+)h[^"]*" fill="({palette.LIGHT["accent"]}|{palette.LIGHT["past"]})"', charts.svg(spec)
    )
    heights = {colour: float(height) for height, colour in drawn}
    assert heights[palette.LIGHT["accent"]] / heights[palette.LIGHT["past"]] == pytest.approx(0.9, abs=0.01)


def test_every_day_tells_its_value_even_where_its_bar_is_too_low_to_be_met() -> None:
    by_day = pl.DataFrame({"date": [date(2026, 11, d) for d in (2, 3)], "platform": ["x", "x"], "comments": [90, 0]})
    spec = charts.activity(by_day, WORDS, 600, first=date(2026, 11, 2), causes={})
    told = re.findall(r'aria-label="([^"]+)"[^>]*aria-roledescription="bar" d="M[^v"]*v([\d.]+)h', charts.svg(spec))
    assert [said for said, _ in told] == [
        "lundi 2\u00a0novembre\u00a0: 90 commentaires",
        "mardi 3\u00a0novembre\u00a0: 0 commentaire",
    ]
    assert len({height for _, height in told}) == 1


def test_a_peak_is_marked_with_its_cause_and_hostile_causes_stay_text() -> None:
    by_day = pl.DataFrame({"date": [date(2026, 11, d) for d in (2, 3)], "platform": ["x", "x"], "comments": [1, 9]})
    drawn = charts.svg(
        charts.activity(by_day, WORDS, 600, first=date(2026, 11, 3), causes={date(2026, 11, 3): "<b>&'x"})
    )
    texts = [element.text for element in ElementTree.fromstring(drawn).iter() if element.tag.endswith("text")]
    assert "9" in texts and "<b>&'x" in texts


@given(
    counts=st.lists(st.integers(0, 99_999), min_size=2, max_size=62),
    causes=st.dictionaries(st.integers(0, 61), st.text("abc é", min_size=1, max_size=40), max_size=8),
    width=st.sampled_from([charts.NARROW_PIXELS, charts.WIDE_PIXELS]),
)
def test_no_two_labels_of_a_row_of_bars_meet_and_the_highest_bar_or_peak_has_its_number(counts, causes, width) -> None:
    records = [{"day": str(at), "n": n, "number": "", "cause": "", "side": "center"} for at, n in enumerate(counts)]
    label_bars(records, {str(at): cause for at, cause in causes.items()}, WORDS, width)
    for key in ("number", "cause"):
        places = []
        for at, record in enumerate(records):
            long, middle = len(record[key]) * CHARACTER_PIXELS, (at + 0.5) * width / len(records)
            side = record["side"] if key == "cause" else "center"
            start = middle - long * {"left": 0, "center": 0.5, "right": 1}[side]
            places += [(start, start + long)] if long else []
        places.sort()
        assert all(one[1] < other[0] for one, other in itertools.pairwise(places))
    assert any(record["number"] for record in records)


def test_the_png_has_twice_the_size(week: Insights) -> None:
    picture = compose(week, "fr").section("mood").pictures[0]
    data = charts.png(picture.draw(charts.MAIL_PIXELS))
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG") and 2 * charts.MAIL_PIXELS <= width <= 2.2 * charts.MAIL_PIXELS and height > 100


@pytest.mark.parametrize(("most", "bounds"), [(0, (0,)), (1, (0, 1)), (3, (0, 1, 2, 3)), (40, (0, 10, 20, 30, 40))])
def test_the_heat_map_has_at_most_four_steps_above_zero(most: int, bounds: tuple[int, ...]) -> None:
    assert charts.heat_bounds(most) == bounds
    assert charts.heat_step(most, bounds) == len(bounds) - 1


@pytest.mark.parametrize("scheme", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_texts_reach_the_contrast_of_wcag_aa(scheme: dict[str, str]) -> None:
    for ground in ("paper", "raised"):
        for text in ("ink", "muted", "accent", "alarm"):
            assert palette.contrast(scheme[text], scheme[ground]) >= 4.5, (text, ground)
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
