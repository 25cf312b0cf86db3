"""Finds bursts: a question, a link or a group of members that takes a far larger share of the talk than before.

The test is that of trends: remarks of members and days, false discoveries held to a share in each of the three families.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta

import polars as pl

from domain.insights import Period, Signal
from domain.records import UTC_INSTANT
from tasks.insights.asking import sentence_that_asks
from tasks.insights.evidence import examples, excerpt
from tasks.insights.questions import alike, most_typical
from tasks.insights.sampling import within
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
Rows = Mapping[str, list[int]]


def bursts(known: pl.DataFrame, members: pl.DataFrame, period: Period, language: str) -> list[Signal]:
    """At most MAX_BURSTS, loudest first. known: COMMENT_SCHEMA + ANNOTATIONS, texts only, oldest first, without spam.

    members: MEMBER_SCHEMA. label: the question, the link without its scheme, or the segment. value and expected: comments.
    """
    start = period.end - min(max(period.end - period.start, _SHORTEST), _LONGEST)
    seen = within(known, start - _HISTORY, period.end)
    seen = seen.with_columns(now=pl.col("created_at") >= start).with_row_index("row")
    found = [
        *_of_family("question", _questions(seen), seen, seen.filter("asks").tail(_MOST_QUESTIONS), language),
        *_of_family("link", _links(seen.tail(_MOST_READ)), seen, seen.tail(_MOST_READ), language),
        *_of_family("group", _groups(seen, members), seen, seen, language),
        *_newcomers(seen, members, language),
    ]
    return sorted(found, key=lambda each: (-each.value / max(each.expected, 1.0), each.at))[:MAX_BURSTS]


def _of_family(about: str, rows: Rows, seen: pl.DataFrame, exposed: pl.DataFrame, language: str) -> list[Signal]:
    """The bursts of one family. rows: of `seen`, by what is counted. exposed: the comments that could have been so."""
    now, before = _voices(exposed)
    if not now or before < _MIN_BEFORE:
        return []
    counted = seen.select(_COUNTED)
    counts = {name: _voices(counted[own]) for name, own in rows.items() if len(own) >= _MIN_MEMBERS}
    share = now / (now + before)
    made = []
    for name in discoveries(counts, share):
        own = seen[rows[name]].filter("now")
        if own["author_id"].drop_nulls().n_unique() >= _MIN_MEMBERS:
            earlier = len(rows[name]) - len(own)
            made.append(_signal(about, name, own, earlier * share / (1 - share), language))
    return made


def _voices(comments: pl.DataFrame) -> tuple[int, int]:
    """Members and days, now and before: who writes ten times a day makes one remark."""
    said = comments.select("now", pl.coalesce("author_id", "id"), pl.col("created_at").dt.date()).unique()
    now = int(said["now"].sum())
    return now, said.height - now


def _questions(seen: pl.DataFrame) -> Rows:
    asked = seen.filter("asks").tail(_MOST_QUESTIONS)["row"].to_list()
    return {str(group[0]): group for group in alike(seen, asked)}


def _links(seen: pl.DataFrame) -> Rows:
    found: dict[str, list[int]] = defaultdict(list)
    with_link = seen.filter(pl.col("text").str.contains("://", literal=True))
    for row, text in with_link.select("row", "text").iter_rows():
        for link in {each.lower().rstrip(".,;:!?/") for each in _LINK.findall(text)}:
            found[link].append(row)
    return found


def _groups(seen: pl.DataFrame, members: pl.DataFrame) -> Rows:
    """Rows by the segment of who wrote; those that say nothing of a member yet are left out."""
    profile = members.select("segment", author_id="id").filter(~pl.col("segment").is_in(["newcomer", "occasional"]))
    joined = seen.select("row", "author_id").join(profile, on="author_id", maintain_order="left")
    return dict(joined.group_by("segment", maintain_order=True).agg("row").iter_rows())


def _newcomers(seen: pl.DataFrame, members: pl.DataFrame, language: str) -> list[Signal]:
    """The burst of who was new when they wrote, over the days on which that could be known."""
    watched_since = pl.lit(members["first_seen"].min(), UTC_INSTANT)
    joined = seen.select("row", *_COUNTED).join(
        members.select("first_seen", author_id="id"), on="author_id", how="left", maintain_order="left"
    )
    exposed = joined.filter(pl.col("created_at") > watched_since + _NEWCOMER_FOR)
    new = exposed.filter(pl.col("created_at") - pl.col("first_seen") <= _NEWCOMER_FOR)
    return _of_family("group", {"newcomer": new["row"].to_list()}, seen, exposed, language)


def _signal(about: str, name: str, own: pl.DataFrame, expected: float, language: str) -> Signal:
    order: Iterable[int] = range(len(own))
    label = name
    if about == "question":
        order = most_typical(own["text"].fill_null("").to_list())
        shown = [i for i in order if own["shown"][i]] or list(order)
        first = next((i for i in shown if own["lang"][i] == language), shown[0])
        label = excerpt(sentence_that_asks(own["text"][first] or ""))
    return Signal(
        kind="burst",
        at=own["created_at"].to_list()[0],
        level=2 if len(own) >= _STEEP * max(expected, 1.0) and len(own) >= 3 * _MIN_MEMBERS else 1,
        value=float(len(own)),
        expected=round(expected, 1),
        examples=examples(own, order),
        label=label,
        platforms=tuple(own["platform"].value_counts(sort=True)["platform"]),
        about=about,  # type: ignore[arg-type]
    )
