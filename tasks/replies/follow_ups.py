"""Reads a follow-up with the question that it follows: "and for the iPhone?" says by itself nothing that could be found."""

from collections.abc import Sequence

import polars as pl
import regex

from tasks.replies.matching import Matcher
from tasks.replies.reading import flat

MOST_WORDS = 12  # a longer comment stands for itself
SURE = 0.6  # below this confidence a short text is read again with what came before it
WEIGHT = 3  # times that the follow-up counts beside the longer question before it: it names what has changed
_OPENING = regex.compile(
    r"(?:(?:ok|merci|thanks|thank you|d accord|super|great|cool)[ ,.!]+)*"
    r"(?:et|and|mais|but|ou|or|sinon|otherwise|what about|how about|what if|pareil|idem|same|meme chose)\b"
)


def continues(text: str) -> bool:
    """Whether a short text takes up what was said before it: with a question mark, or with words such as "and for"."""
    said = flat([text])[0]
    return 0 < len(said.split()) <= MOST_WORDS and ("?" in text or bool(_OPENING.match(said)))


def with_context(
    matcher: Matcher, texts: Sequence[str], before: Sequence[str | None], found: pl.DataFrame
) -> pl.DataFrame:
    """`found` (MATCH_SCHEMA) with the matches of those follow-ups that find an entry only with what was asked before.

    before: for each text what its author asked last in the thread, null where nothing is known. The entry of that question
    itself is no news: a follow-up that changes nothing is left as it was found.
    """
    unsure = (found["entry_id"].is_null() | (found["confidence"] < SURE)).to_list()
    rows = [row for row, text in enumerate(texts) if before[row] and unsure[row] and continues(text)]
    if not rows:
        return found
    asked = [before[row] or "" for row in rows]
    matched = matcher.match(["\n".join([was, *[texts[row]] * WEIGHT]) for was, row in zip(asked, rows, strict=True)])
    matched = matched.with_columns(at=pl.Series(rows, dtype=pl.UInt32), known=matcher.match(asked)["entry_id"])
    better = matched.filter(pl.col("confidence") >= SURE, pl.col("entry_id").ne_missing(pl.col("known")))
    kept = found.with_row_index("at").join(better.select("at"), on="at", how="anti")
    return pl.concat([kept, better.select(kept.columns)]).sort("at").drop("at")
