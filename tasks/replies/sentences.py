"""Matches what a comment really asks, also where it asks several things.

Greetings, thanks and stories around a question make it look like nothing known.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl
import regex

from tasks.insights.subjects import subjects
from tasks.replies.matching import Matcher
from tasks.replies.questions import asks, begins_asking

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


OTHER_SCHEMA: dict[str, pl.DataType] = {
    "alone_confidence": pl.Float64(),  # of the answered question, where its own sentence was matched alone
    "also": pl.String(),  # the entry of a second question; null: there is none, or nothing answers it
    "also_confidence": pl.Float64(),
    "left_open": pl.Boolean(),  # whether the comment asks something else that no entry answers
}
NEAR = 0.35  # a sentence that comes so near to an entry says more about the question that was answered
FEWEST_SUBJECTS = 2  # of a question that stands for itself: "any ideas?" belongs to the one before it


def other_questions(
    matcher: Matcher, texts: Sequence[str], langs: Sequence[str | None], found: pl.DataFrame
) -> pl.DataFrame:
    """OTHER_SCHEMA: what each comment asks beside the question that `found` (MATCH_SCHEMA) answers.

    Only where one sentence asks for the entry that was found, another one can be a question of its own.
    """
    pieces = _asking_sentences(texts, langs, found["entry_id"].is_not_null().to_list())
    alone = pieces.filter(pl.len().over("at") > 1)
    none = {"alone_confidence": None, "also": None, "also_confidence": None, "left_open": False}
    rows: list[dict[str, Any]] = [dict(none) for _ in texts]
    if not alone.is_empty():
        matched = pl.concat([alone, matcher.match(alone["sentence"].to_list())], how="horizontal")
        for (at,), asked in matched.group_by("at", maintain_order=True):
            rows[at] = _beside(asked, found["entry_id"][at])
    return pl.DataFrame(rows, schema=OTHER_SCHEMA, orient="row")


def _beside(asked: pl.DataFrame, first: str) -> dict[str, Any]:
    """asked: the sentences of one comment that ask, with their matches."""
    answered = asked.filter(pl.col("entry_id").is_not_null())
    named = first in answered["entry_id"]
    others = answered.filter(pl.col("entry_id") != first).sort("confidence", descending=True, maintain_order=True)
    second = others.row(0, named=True) if named and len(others) else {"entry_id": None, "confidence": None}
    unanswered = asked.filter(pl.col("entry_id").is_null(), pl.col("confidence") < NEAR)
    unanswered = unanswered.filter(begins_asking(unanswered["sentence"].to_list()))
    return {
        "alone_confidence": answered.filter(pl.col("entry_id") == first)["confidence"].max(),
        "also": second["entry_id"],
        "also_confidence": second["confidence"],
        "left_open": named and any(map(_stands_alone, unanswered["sentence"])),
    }


def _stands_alone(sentence: str) -> bool:
    return sum(" " not in each for each in set(subjects(sentence))) >= FEWEST_SUBJECTS


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
