"""Finds bursts: a question, a link or a group of members that takes a far larger share of the talk than before.

The test is that of trends: remarks of members and days, false discoveries held to a share in each of the three families.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import polars as pl

from domain.insights import Period, Signal
from tasks.insights.asking import sentence_that_asks
from tasks.insights.evidence import examples, excerpt
from tasks.insights.questions import alike, most_typical
from tasks.insights.sampling import ROWS_AT_ONCE, within
from tasks.insights.trends import discoveries

MAX_BURSTS = 4
_HISTORY = timedelta(days=28)
_SHORTEST, _LONGEST = timedelta(days=1), timedelta(days=7)
_NEWCOMER_FOR = timedelta(days=7)
_MIN_MEMBERS, _MIN_BEFORE = 3, 60
_STEEP = 4.0  # times what was expected: level 2
_MOST_QUESTIONS = 4_000
_MOST_READ = 100_000  # newest comments that are looked at for links
_LINK = re.compile(r"https?://(?:www\.)?([\w.-]+\.\w{2,}(?:/[^\s<>()\[\]\"'|]*)?)", re.I)

_COUNTED = ["id", "author_id", "created_at", "now"]
Rows = Mapping[str, pl.Series]


def bursts(known: pl.DataFrame, members: pl.DataFrame, period: Period, language: str) -> list[Signal]:
    """At most MAX_BURSTS, loudest first. known: COMMENT_SCHEMA + ANNOTATIONS, texts only, oldest first, without spam.

    members: MEMBER_SCHEMA. label: the question, the link without its scheme, or the segment. value and expected: comments.
    """
    start = period.end - min(max(period.end - period.start, _SHORTEST), _LONGEST)
    seen = within(known, start - _HISTORY, period.end)
    seen = seen.with_columns(now=pl.col("created_at") >= start)
    asked = seen["asks"].arg_true().tail(_MOST_QUESTIONS)
    found = [
        *_of_family("question", _questions(seen, asked), seen, _at(seen.select(_COUNTED), asked), language),
        *_of_family("link", _links(seen), seen, seen.tail(_MOST_READ), language),
        *_of_family("group", _groups(seen, members), seen, seen, language),
        *_newcomers(seen, members, language),
    ]
    return sorted(found, key=lambda each: (-each.value / max(each.expected, 1.0), each.at))[:MAX_BURSTS]


def _of_family(about: str, rows: Rows, seen: pl.DataFrame, exposed: pl.DataFrame, language: str) -> list[Signal]:
    """The bursts of one family. rows: of `seen`, by what is counted. exposed: those that could have been so."""
    now, before = _voices(exposed)
    if not now or before < _MIN_BEFORE:
        return []
    counted = seen.select(_COUNTED)
    counts = {name: _voices(_at(counted, own)) for name, own in rows.items() if len(own) >= _MIN_MEMBERS}
    share = now / (now + before)
    made = []
    for name in discoveries(counts, share):
        own = rows[name].filter(seen["now"].gather(rows[name]))
        if seen["author_id"].gather(own).drop_nulls().n_unique() >= _MIN_MEMBERS:
            earlier = len(rows[name]) - len(own)
            made.append(_signal(about, name, seen, own, earlier * share / (1 - share), language))
    return made


def _at(comments: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """These rows; column by column, since a table in many pieces is put together again whole to be indexed."""
    return pl.DataFrame([column.gather(rows) for column in comments])


def _voices(comments: pl.DataFrame) -> tuple[int, int]:
    """Members and days, now and before: who writes ten times a day makes one remark."""
    remark = ["now", pl.coalesce("author_id", "id"), pl.col("created_at").dt.date()]
    parts = [part.select(remark).unique() for part in comments.iter_slices(ROWS_AT_ONCE)]
    said = pl.concat(parts).unique() if parts else comments.select(remark)
    now = int(said["now"].sum())
    return now, said.height - now


def _questions(seen: pl.DataFrame, asked: pl.Series) -> Rows:
    return {str(group[0]): _rows(group) for group in alike(seen, asked.to_list())}


def _rows(rows: list[int]) -> pl.Series:
    return pl.Series(rows, dtype=pl.UInt32)


def _links(seen: pl.DataFrame) -> Rows:
    found: dict[str, list[int]] = defaultdict(list)
    for part in _numbered(seen, max(0, len(seen) - _MOST_READ), "text"):
        for row, text in part.filter(pl.col("text").str.contains("://", literal=True)).iter_rows():
            for link in {each.lower().rstrip(".,;:!?/") for each in _LINK.findall(text)}:
                found[link].append(row)
    return {link: _rows(rows) for link, rows in found.items()}


def _groups(seen: pl.DataFrame, members: pl.DataFrame) -> Rows:
    """Rows by the segment of who wrote; those that say nothing of a member yet are left out."""
    profile = members.select("segment", author_id="id").filter(~pl.col("segment").is_in(["newcomer", "occasional"]))
    found: dict[str, list[pl.Series]] = defaultdict(list)
    for part in _numbered(seen, 0, "author_id"):
        joined = part.join(profile, on="author_id", maintain_order="left")
        for (segment,), own in joined.group_by("segment", maintain_order=True):
            found[str(segment)].append(own["row"])
    return {segment: pl.concat(rows) for segment, rows in found.items()}


def _newcomers(seen: pl.DataFrame, members: pl.DataFrame, language: str) -> list[Signal]:
    """The burst of who was new when they wrote, over the days on which that could be known."""
    watched_since = members["first_seen"].min()
    if not isinstance(watched_since, datetime) or seen.is_empty():
        return []
    first = int((seen["created_at"] <= watched_since + _NEWCOMER_FOR).sum())
    profile = members.select("first_seen", author_id="id").filter(pl.col("first_seen") > watched_since)
    new = (pl.col("created_at") - pl.col("first_seen")) <= _NEWCOMER_FOR
    rows = [
        part.join(profile, on="author_id", maintain_order="left").filter(new)["row"]
        for part in _numbered(seen, first, "author_id", "created_at")
    ]
    return _of_family("group", {"newcomer": pl.concat(rows)} if rows else {}, seen, seen.slice(first), language)


def _numbered(seen: pl.DataFrame, first: int, *columns: str) -> Iterator[pl.DataFrame]:
    """`row` and these columns, from row `first` on, part by part: a million comments in one join are memory for two."""
    for start in range(first, len(seen), ROWS_AT_ONCE):
        yield seen.select(columns).slice(start, ROWS_AT_ONCE).with_row_index("row", offset=start)


def _signal(about: str, name: str, seen: pl.DataFrame, own: pl.Series, expected: float, language: str) -> Signal:
    """own: the rows of `seen` that burst."""
    order: Iterable[int] = own
    label = name
    if about == "question":
        order = [own[i] for i in most_typical(seen["text"].gather(own).fill_null("").to_list())]
        shown = [row for row in order if seen["shown"][row]] or list(order)
        first = next((row for row in shown if seen["lang"][row] == language), shown[0])
        label = excerpt(sentence_that_asks(seen["text"][first] or ""))
    return Signal(
        kind="burst",
        at=seen.item(own[0], "created_at"),
        level=2 if len(own) >= _STEEP * max(expected, 1.0) and len(own) >= 3 * _MIN_MEMBERS else 1,
        value=float(len(own)),
        expected=round(expected, 1),
        examples=examples(seen, order),
        label=label,
        platforms=tuple(seen["platform"].gather(own).value_counts(sort=True)["platform"]),
        about=about,  # type: ignore[arg-type]
    )
