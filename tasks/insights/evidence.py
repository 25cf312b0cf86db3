"""Turns comments into the evidence and measures that a digest shows: examples and moods."""

import re
from collections.abc import Iterable

import polars as pl

from domain.insights import Example, Mood
from tasks.insights.words import MARKDOWN_LINK, clean

EXAMPLE_CHARACTERS = 280
_EMPHASIS = re.compile(r"\*\*")
SPAM_NORMS = ("spam", "scam", "self_promotion")


def example(row: dict[str, object]) -> Example:
    """A comment row as evidence; its text at most EXAMPLE_CHARACTERS long, cut between words."""
    return Example(
        comment_id=str(row["id"]),
        platform=str(row["platform"]),
        author=None if row["author_name"] is None else str(row["author_name"]),
        text=excerpt(str(row["text"] or "")),
        permalink=str(row["permalink"] or ""),
        created_at=row["created_at"],  # type: ignore[arg-type]
    )


def examples(comments: pl.DataFrame, order: Iterable[int], limit: int = 3) -> tuple[Example, ...]:
    """The first `limit` comments of that order of rows that can be shown: not deleted nor moderated, no near-repeats.

    comments: COMMENT_SCHEMA + shown (Boolean).
    """
    chosen: list[Example] = []
    seen: set[str] = set()
    for index in order:
        row = comments.row(index, named=True)
        words = " ".join(clean(row["text"] or "").lower().split())
        if not row["shown"] or not words or words[:60] in seen:
            continue
        seen.add(words[:60])
        chosen.append(example(row))
        if len(chosen) == limit:
            break
    return tuple(chosen)


def excerpt(text: str) -> str:
    """The text on one line without Markdown's marks, at most EXAMPLE_CHARACTERS long, cut between words."""
    line = " ".join(_EMPHASIS.sub("", MARKDOWN_LINK.sub(r"\1", text)).split())
    if len(line) <= EXAMPLE_CHARACTERS:
        return line
    cut = line[: EXAMPLE_CHARACTERS - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[-40:] else cut) + "…"


def measure(comments: pl.DataFrame) -> Mood:
    """The mood of comments with the columns mood and mood_score; all zeros where there are none."""
    count = len(comments)
    if not count:
        return Mood(0.0, 0.0, 0.0, 0, 0.0)
    share = {name: (comments["mood"] == name).sum() / count for name in ("negative", "neutral", "positive")}
    mean = comments["mood_score"].mean()
    return Mood(share["negative"], share["neutral"], share["positive"], count, float(mean or 0.0))  # type: ignore[arg-type]
