"""Holds the reading of very large periods to a bound, so that a million comments fit into the memory of a small machine.

What only evenly spaced comments are read for are words and names; what is counted is counted over all comments.
"""

from collections.abc import Iterator
from datetime import datetime

import polars as pl

MOST_READ = 40_000
"""Comments that are read for words; of more, evenly spaced ones stand for all."""

ROWS_AT_ONCE = 10_000


def evenly(comments: pl.DataFrame, most: int = MOST_READ) -> pl.DataFrame:
    """All of them up to `most`; of more, evenly spaced ones, no more than that."""
    return comments.gather_every(-(-len(comments) // most)) if len(comments) > most else comments


def within(ordered: pl.DataFrame, start: datetime | None = None, end: datetime | None = None) -> pl.DataFrame:
    """The rows of [start, end), without a copy; None is no edge. ordered: by `created_at`, without nulls in it."""
    first = int((ordered["created_at"] < start).sum()) if start else 0
    after = int((ordered["created_at"] < end).sum()) if end else len(ordered)
    return ordered.slice(first, max(0, after - first))


def chosen(comments: pl.DataFrame, mask: pl.Series) -> pl.DataFrame:
    """The rows of the mask, filtered in parts: all columns at once would take twice the room of the result meanwhile."""
    parts = zip(comments.iter_slices(ROWS_AT_ONCE), mask.to_frame().iter_slices(ROWS_AT_ONCE), strict=True)
    found = [part.filter(marks.to_series()) for part, marks in parts]
    return pl.concat(found) if found else comments.clear()


def texts_in_parts(comments: pl.DataFrame) -> Iterator[list[str]]:
    """The texts (empty for none) in their order, so many at once that they need little room as Python strings."""
    for part in comments.select("text").iter_slices(ROWS_AT_ONCE):
        yield part["text"].fill_null("").to_list()
