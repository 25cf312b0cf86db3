"""Matches what a comment really asks: greetings, thanks and stories around a question make it look like nothing known."""

from collections.abc import Sequence

import polars as pl
import regex

from tasks.replies.matching import Matcher
from tasks.replies.questions import asks

SENTENCE_END = regex.compile(r"(?<=[.!?…])\s+|\n+")
MENTION = regex.compile(r"(?<!\w)@\w+")
FEWEST_WORDS = 3


def match_comments(matcher: Matcher, texts: Sequence[str], langs: Sequence[str | None]) -> pl.DataFrame:
    """One row of MATCH_SCHEMA for each comment, in the same order.

    A comment is matched whole. Where that finds no answer, the sentence that asks may: if it is sure of an entry, and
    the comment as a whole comes nearest to that same entry. A sentence alone would answer questions that nobody asked.
    """
    whole = matcher.match(texts)
    pieces = _asking_sentences(texts, langs, whole["entry_id"].is_null().to_list())
    if pieces.is_empty():
        return whole
    surest = (
        pl.concat([pieces, matcher.match(pieces["sentence"].to_list())], how="horizontal")
        .filter(pl.col("entry_id").is_not_null())
        .sort("confidence", descending=True, maintain_order=True)
        .unique("at", keep="first", maintain_order=True)
        .select("at", found="entry_id", surer="confidence")
    )
    agreed = pl.col("found") == pl.col("best")
    return (
        whole.with_row_index("at")
        .join(surest, on="at", how="left", maintain_order="left")
        .with_columns(
            entry_id=pl.when(agreed).then("found").otherwise("entry_id"),
            confidence=pl.when(agreed).then("surer").otherwise("confidence"),
        )
        .select(whole.columns)
    )


def _asking_sentences(texts: Sequence[str], langs: Sequence[str | None], wanted: Sequence[bool]) -> pl.DataFrame:
    """at (row of the comment), sentence: those that ask, of the wanted comments that have several sentences."""
    rows = [
        (at, sentence, lang)
        for at, (text, lang, is_wanted) in enumerate(zip(texts, langs, wanted, strict=True))
        if is_wanted
        for sentence in sentences(text)
    ]
    schema = {"at": pl.UInt32, "sentence": pl.String, "lang": pl.String}
    pieces = pl.DataFrame(rows, schema=schema, orient="row")
    return pieces.filter(asks(pieces["sentence"], pieces["lang"])).select("at", "sentence")


def sentences(text: str) -> list[str]:
    """The sentences of a comment that are long enough to mean something, without the accounts it names."""
    parts = SENTENCE_END.split(MENTION.sub(" ", text))
    return [part.strip() for part in parts if len(part.split()) >= FEWEST_WORDS]
