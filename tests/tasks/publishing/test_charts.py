"""Charts are well-formed pictures of the theme's colours, begin at zero and need no network."""

import re
import struct
from datetime import date
from xml.etree import ElementTree

import polars as pl
import pytest

from domain.insights import Insights
from tasks.publishing import charts, palette
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
    heights = {}
    for label, top in re.findall(
        r'aria-label="([^"]+)"[^>]*aria-roledescription="bar" d="M[^v]*v([\d.]+)h', charts.svg(spec)
    ):
        heights[label] = float(top)
    ninety, hundred = (
        heights["mardi 3\u00a0novembre\u00a0: 90 commentaires"],
        heights["lundi 2\u00a0novembre\u00a0: 100 commentaires"],
    )
    assert ninety / hundred == pytest.approx(0.9, abs=0.01)


def test_a_peak_is_marked_with_its_cause_and_hostile_causes_stay_text() -> None:
    by_day = pl.DataFrame({"date": [date(2026, 11, d) for d in (2, 3)], "platform": ["x", "x"], "comments": [1, 9]})
    drawn = charts.svg(
        charts.activity(by_day, WORDS, 600, first=date(2026, 11, 3), causes={date(2026, 11, 3): "<b>&'x"})
    )
    texts = [element.text for element in ElementTree.fromstring(drawn).iter() if element.tag.endswith("text")]
    assert "9 · <b>&'x" in texts


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
