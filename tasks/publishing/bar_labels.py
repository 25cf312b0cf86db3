"""Which bars of a chart are labelled, so that no two labels meet: peaks with their cause, and the busiest bar."""

from collections.abc import Mapping
from typing import Any

from tasks.publishing.quoting import shorten
from tasks.publishing.wording import Wording

Records = list[dict[str, Any]]

CAUSE_CHARACTERS, CHARACTER_PIXELS = 28, 6.8


def label_bars(records: Records, causes: Mapping[str, str], words: Wording, width: int) -> None:
    """Peaks show their number and their cause, the busiest day its number: the higher first, as far as they do not meet.

    Causes near an edge lean inwards from their bar's middle, so that none is cut off.
    """
    third, band = len(records) / 3, width / len(records)
    taken: dict[str, list[tuple[float, float]]] = {"number": [], "cause": []}
    highest_first = sorted(enumerate(records), key=lambda each: (each[1]["day"] not in causes, -each[1]["n"]))
    for at, record in highest_first:
        middle = (at + 0.5) * band
        record["side"] = "left" if at < third else "right" if at >= 2 * third else "center"
        cause = shorten(causes.get(record["day"], ""), CAUSE_CHARACTERS)
        if cause and _is_free(taken["cause"], cause, middle, record["side"]):
            record["cause"] = cause
        busiest = not any(record["n"] < other["n"] for other in records)
        number = words.number(record["n"]) if record["cause"] or busiest else ""
        if number and _is_free(taken["number"], number, middle, "center"):
            record["number"] = number


def _is_free(taken: list[tuple[float, float]], text: str, middle: float, side: str) -> bool:
    """Whether the text meets none of those before; if so, its place is taken."""
    long = len(text) * CHARACTER_PIXELS
    start = middle - long * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
    free = all(start + long < left or right < start for left, right in taken)
    if free:
        taken.append((start, start + long))
    return free
