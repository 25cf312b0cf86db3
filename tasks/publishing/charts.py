"""The digest's charts: one theme, direct labels, honest zeros. A chart is a Vega-Lite specification of a given width.

`svg` serves the page, `png` the mail. Everything is drawn in the process by vl-convert, without network or browser.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import altair as alt
import polars as pl
import vl_convert

from tasks.publishing.bar_labels import CAUSE_CHARACTERS, CHARACTER_PIXELS, Records, label_bars
from tasks.publishing.grain import Grain, long_name, short_name
from tasks.publishing.palette import HEAT_LIGHT, LIGHT
from tasks.publishing.quoting import shorten
from tasks.publishing.wording import Wording

Spec = Mapping[str, Any]

WIDE_PIXELS, MAIL_PIXELS, NARROW_PIXELS = 660, 480, 340
PNG_SCALE = 2.0
PNG_PADDING = {"left": 0, "right": 10, "top": 6, "bottom": 6}
FONT = "Helvetica, Arial, Liberation Sans, sans-serif"
FONT_PIXELS = 12
DAY_LABEL_PIXELS = 62
PALE = 0.45
HIGHEST_BAR_PIXELS = 46
ROOM_FOR_NUMBERS, ROOM_FOR_CAUSES = 1.4, 1.85  # a row's height over its highest bar, so that labels fit above it
CAUSE_PIXELS = 7  # the middle of a cause from the top of its row
NUMBER_PIXELS = 36  # what a number takes beyond its bar
AXIS_WORDS_PIXELS = 150  # what "Negative, up to 97" takes at the left


def svg(spec: Spec) -> str:
    """The chart as an SVG element that scales with its column; each mark carries an `aria-label`."""
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    drawn = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", drawn, count=1)
    return re.sub(r"(\d\.\d\d)\d+", r"\1", drawn)


def png(spec: Spec) -> bytes:
    """The chart as a PNG at twice its size, on white."""
    on_white = json.dumps({**spec, "config": {**spec["config"], "background": LIGHT["paper"], "padding": PNG_PADDING}})
    drawn: bytes = vl_convert.vegalite_to_png(on_white, scale=PNG_SCALE, allowed_base_urls=[])
    return drawn


def activity(
    by_day: pl.DataFrame, words: Wording, width: int, *, first: date, causes: Mapping[date, str], grain: Grain = "day"
) -> Spec:
    """Comments by day, week or month: a row of bars for each platform, all on one scale, the busiest first.

    by_day: date, platform, comments. first: the period's first day; days before it are grey. causes: what the peak of a day was
    about, written above its highest bar.
    """
    days = by_day["date"].unique().sort().to_list()
    totals = (
        by_day.group_by("platform").agg(pl.col("comments").sum()).sort("comments", "platform", descending=[True, False])
    )
    counted = {(day, platform): n for day, platform, n in by_day.select("date", "platform", "comments").iter_rows()}
    platforms = totals["platform"].to_list()
    highest = max(1, *counted.values())
    rows = []
    for platform, total in totals.select("platform", "comments").iter_rows():
        loudest = {day for day in causes if platform == _loudest(platforms, day, counted)}
        records = [
            _day_record(day, counted.get((day, platform), 0), grain, words) | {"now": day >= first} for day in days
        ]
        label_bars(records, {short_name(day, grain, words): causes[day] for day in loudest}, words, width)
        title = f"{words.platform(platform)} · {words.count('n_comments', total)}"
        rows.append(_row_of_bars(records, width, highest, title, labelled=platform == platforms[-1]))
    return _finished(alt.vconcat(*rows, spacing=20))


def mood(
    mood_by_day: pl.DataFrame,
    words: Wording,
    width: int,
    *,
    first: date,
    cause: tuple[date, str] | None = None,
    grain: Grain = "day",
) -> Spec:
    """Positive comments above the line, negative ones below it; days before `first` are pale.

    mood_by_day: date, negative, positive (counts). cause: a day, and what made it so negative, written below it.
    """
    records: Records = []
    for day, negative, positive in mood_by_day.sort("date").select("date", "negative", "positive").iter_rows():
        both = f"{words.count('n_positive', positive)}, {words.count('n_negative', negative)}"
        strength = 1.0 if day >= first else PALE
        common = {
            "day": short_name(day, grain, words),
            "strength": strength,
            "said": f"{long_name(day, grain, words)}{words.say('colon')}{both}",
        }
        records += [common | {"n": positive, "side": "positive"}, common | {"n": -negative, "side": "negative"}]
    most, least = max(1, *(r["n"] for r in records)), min(-1, *(r["n"] for r in records))
    room = (most - least) * 0.22
    y = alt.Y("n:Q", scale=alt.Scale(domain=[least - room, most + room], nice=False), axis=None)
    bars = alt.Chart(_values(records)).mark_bar(aria=False)
    colours = alt.Scale(domain=["positive", "negative"], range=[LIGHT["accent"], LIGHT["alarm"]])
    coloured = alt.Color("side:N", legend=None, scale=colours)
    bars = bars.encode(x=_day_axis(records, width, labelled=True), y=y, color=coloured)
    bars = bars.encode(opacity=alt.Opacity("strength:Q", scale=None, legend=None))
    ends = [
        {"n": most + room / 2, "side": "positive", "text": words.say("up_to_positive", n=words.number(most))},
        {"n": least - room / 2, "side": "negative", "text": words.say("up_to_negative", n=words.number(-least))},
    ]
    names = alt.Chart(_values(ends)).mark_text(align="left", fontWeight="bold", aria=False)
    names = names.encode(x=alt.value(0), y=y, text="text:N", color=coloured)
    x = _day_axis(records, width, labelled=True)
    layers = [bars, _zero_line(y), names]
    if cause:
        day, text = short_name(cause[0], grain, words), shorten(cause[1], CAUSE_CHARACTERS)
        layers += _named_below(records[1::2], day, text, x, y, width, least - room / 2)
    layers.append(_columns(records[::2], x))
    return _finished(alt.layer(*layers).properties(width=width, height=170))


def _named_below(records: Records, day: str, text: str, x: alt.X, y: alt.Y, width: int, below: float) -> list[Any]:
    """The cause in the column of its day, `below` all bars, unless it would meet the words at the left."""
    days = [record["day"] for record in records]
    middle, long = (days.index(day) + 0.5) * width / len(days), len(text) * CHARACTER_PIXELS
    side: Literal["right", "center"] = "right" if middle + long / 2 > width else "center"
    if middle - long * (1.0 if side == "right" else 0.5) < AXIS_WORDS_PIXELS:
        return []
    named = alt.Chart(_values([{"day": day, "n": below, "text": text}]))
    drawn = named.mark_text(align=side, color=LIGHT["ink"], aria=False)
    return [drawn.encode(x=x, y=y, text="text:N")]


def rhythm(by_hour: pl.DataFrame, words: Wording, width: int) -> Spec:
    """When the community writes: weekday by hour, in five steps. by_hour: weekday 1..7, hour 0..23, comments."""
    counted = {(day, hour): n for day, hour, n in by_hour.select("weekday", "hour", "comments").iter_rows()}
    bounds = heat_bounds(max(counted.values(), default=0))
    records: Records = []
    for day in range(1, 8):
        for hour in range(24):
            n = counted.get((day, hour), 0)
            said = f"{words.weekday(day)} {words.hour(hour)}{words.say('colon')}{words.count('n_comments', n)}"
            step = heat_step(n, bounds)
            records.append({"day": words.weekday(day, short=True), "hour": hour, "step": step, "said": said})
    hours = alt.Axis(labelExpr=_spoken({h: words.hour(h) for h in (0, 6, 12, 18)}), labelAngle=0, labelOverlap=False)
    days = alt.Y("day:N", sort=[words.weekday(day, short=True) for day in range(1, 8)], title=None)
    names = dict(enumerate(_step_names(bounds, words)))
    legend = alt.Legend(
        orient="bottom", direction="horizontal", title=words.say("comments_an_hour"), values=list(names)
    )
    legend.labelExpr, legend.symbolType, legend.titleOrient = _spoken(names), "square", "left"
    scale = alt.Scale(domain=list(range(5)), range=list(HEAT_LIGHT))
    cells = alt.Chart(_values(records)).mark_rect(stroke=LIGHT["paper"], strokeWidth=2)
    cells = cells.encode(x=alt.X("hour:O", title=None, axis=hours), y=days, description="said:N")
    cells = cells.encode(color=alt.Color("step:O", legend=legend, scale=scale))
    return _finished(cells.properties(width=width - 44, height=7 * (25 if width >= WIDE_PIXELS else 19)))


def topics(counts: Sequence[tuple[str, int, int]], words: Wording, width: int, *, compared: bool = True) -> Spec:
    """Topics by comments: the label above its bar, a tick where the period before stood.

    counts: label, comments now, comments before. compared: whether there is a period before to compare with.
    """
    longest = 60 if width >= WIDE_PIXELS else 34
    records: Records = [
        {
            "at": at,
            "name": shorten(name, longest),
            "now": now,
            "before": before,
            "number": words.number(now),
            "said": f"{shorten(name, longest)}{words.say('colon')}{words.count('n_comments', now)}"
            + (f", {words.say('before_n', n=words.number(before))}" if compared else ""),
        }
        for at, (name, now, before) in enumerate(counts)
    ]
    top = max(1, *(max(now, before) for _, now, before in counts))
    for record in records:  # past a tick that stands where the number would
        near = compared and record["now"] <= record["before"] < record["now"] + top * NUMBER_PIXELS / width
        record["end"] = record["before"] if near else record["now"]
    y = alt.Y("at:O", axis=None, scale=alt.Scale(paddingInner=0.75, paddingOuter=0.6))
    x = alt.X("now:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.12], nice=False))
    base = alt.Chart(_values(records)).encode(y=y)
    bars = base.mark_bar(color=LIGHT["accent"]).encode(x=x, description="said:N")
    ticks = base.mark_tick(color=LIGHT["ink"], thickness=2, size=13, aria=False).encode(x=alt.X("before:Q", axis=None))
    names = base.mark_text(align="left", dy=-16, color=LIGHT["ink"], aria=False).encode(x=alt.value(0), text="name:N")
    numbers = base.mark_text(align="left", dx=7, color=LIGHT["ink"], fontWeight="bold", aria=False)
    numbered = numbers.encode(x=alt.X("end:Q", axis=None), text="number:N")
    layers = alt.layer(bars, *([ticks] if compared else []), names, numbered)
    return _finished(layers.properties(width=width, height=42 * len(records)))


def heat_bounds(most: int) -> tuple[int, ...]:
    """Upper bounds of the steps: zero alone, then four equal parts of 1..most, fewer where `most` is below four."""
    return (0, *sorted({math.ceil(most * part / 4) for part in range(1, 5)} - {0}))


def heat_step(n: int, bounds: Sequence[int]) -> int:
    """The step of `n`: the first whose bound is not below it."""
    return next(at for at, bound in enumerate(bounds) if n <= bound)


def _step_names(bounds: Sequence[int], words: Wording) -> list[str]:
    spans = zip((bound + 1 for bound in bounds), bounds[1:], strict=False)
    return ["0", *(words.number(a) if a == b else f"{words.number(a)}–{words.number(b)}" for a, b in spans)]


def _loudest(platforms: Sequence[str], day: date, counted: Mapping[tuple[date, str], int]) -> str:
    return max(platforms, key=lambda platform: counted.get((day, platform), 0))


def _day_record(day: date, n: int, grain: Grain, words: Wording) -> dict[str, Any]:
    said = f"{long_name(day, grain, words)}{words.say('colon')}{words.count('n_comments', n)}"
    return {"day": short_name(day, grain, words), "n": n, "said": said, "number": "", "cause": "", "side": "center"}


def _row_of_bars(records: Records, width: int, highest: int, title: str, *, labelled: bool) -> Any:
    room = ROOM_FOR_CAUSES if any(record["cause"] for record in records) else ROOM_FOR_NUMBERS
    x = _day_axis(records, width, labelled=labelled)
    y = alt.Y("n:Q", scale=alt.Scale(domain=[0, highest * room], nice=False), axis=None)
    bars = alt.Chart(_values(records)).mark_bar(aria=False).encode(x=x, y=y, color=_now_or_past())
    numbers = alt.Chart(_values(records)).mark_text(dy=-8, fontWeight="bold", color=LIGHT["ink"], aria=False)
    layers = [bars, _zero_line(y), numbers.encode(x=x, y=y, text="number:N")]
    for side in ("left", "center", "right"):
        if part := [record for record in records if record["cause"] and record["side"] == side]:
            cause = alt.Chart(_values(part)).mark_text(align=side, color=LIGHT["ink"], aria=False)
            layers.append(cause.encode(x=x, y=alt.value(CAUSE_PIXELS), text="cause:N"))
            stems = [{"day": record["day"], "n": record["n"] + 0.4 * highest, "to": 1.5 * highest} for record in part]
            layers.append(
                alt.Chart(_values(stems)).mark_rule(color=LIGHT["past"], aria=False).encode(x=x, y=y, y2="to")
            )
    heading = alt.TitleParams(title, anchor="start", frame="group", offset=2)
    height = round(HIGHEST_BAR_PIXELS * room)
    return alt.layer(*layers, _columns(records, x)).properties(width=width, height=height, title=heading)


def _columns(records: Records, x: alt.X) -> Any:
    """An unseen column over each day, which tells the day's value to a pointer, a finger or a screen reader."""
    column = alt.Chart(_values(records)).mark_bar(color=LIGHT["ink"], opacity=0)
    return column.encode(x=x, y=alt.value(0), y2=alt.value("height"), description="said:N")


def _day_axis(records: Records, width: int, *, labelled: bool) -> alt.X:
    """Days as bands in their order; as many labels as fit, the last day always among them."""
    days = list(dict.fromkeys(record["day"] for record in records))
    every = math.ceil(len(days) * DAY_LABEL_PIXELS / width)
    shown = days[::-1][::every][::-1]
    axis = alt.Axis(values=shown, labelAngle=0, labelOverlap=False, labels=labelled, domain=False, ticks=False)
    return alt.X("day:O", sort=days, title=None, axis=axis, scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1))


def _now_or_past() -> alt.Color:
    scale = alt.Scale(domain=[True, False], range=[LIGHT["accent"], LIGHT["past"]])
    return alt.Color("now:N", legend=None, scale=scale)


def _zero_line(y: alt.Y) -> Any:
    line = alt.Chart(_values([{"n": 0}])).mark_rule(color=LIGHT["past"], aria=False)
    return line.encode(y=y)


def _values(records: Records) -> alt.InlineData:
    return alt.InlineData(values=records)


def _spoken(names: Mapping[int, str]) -> str:
    """A Vega expression that gives the name of each value, and nothing for the others."""
    return "".join(f"datum.value == {value} ? {json.dumps(name)} : " for value, name in names.items()) + "''"


def _finished(chart: Any) -> Spec:
    """The one theme."""
    text = {"labelFont": FONT, "labelFontSize": FONT_PIXELS, "labelColor": LIGHT["muted"]}
    titled = {
        "titleFont": FONT,
        "titleFontSize": FONT_PIXELS,
        "titleColor": LIGHT["muted"],
        "titleFontWeight": "normal",
    }
    chart = chart.configure(background="transparent", padding=2, font=FONT)
    chart = chart.configure_view(stroke=None).configure_text(font=FONT, fontSize=FONT_PIXELS)
    chart = chart.configure_axis(domain=False, ticks=False, grid=False, labelPadding=6, **text)
    chart = chart.configure_legend(**text, **titled, symbolSize=140, symbolStrokeWidth=0, offset=10, columnPadding=12)
    chart = chart.configure_title(font=FONT, fontSize=FONT_PIXELS, fontWeight="bold", color=LIGHT["ink"])
    spec: Spec = chart.to_dict(validate=False)
    return spec
