"""Rehearses a changed charter or model on the past: which comments would be treated differently, and how surely.

Nothing is stored and nothing is done: two judgements of the same comments are compared, with what humans decided.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from scipy.stats import beta

from domain.charter import Charter
from domain.community import Budget
from tasks.moderation.second_opinion import doubtful, instructions_of, questions, shape_of

CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "comment_id": pl.String(),
    "created_at": pl.Datetime("us", "UTC"),
    "platform": pl.String(),
    "author_name": pl.String(),
    "text": pl.String(),
    "permalink": pl.String(),
    "before": pl.String(),  # VerdictAction
    "after": pl.String(),
    "norms_before": pl.List(pl.String()),
    "norms_after": pl.List(pl.String()),
    "confidence": pl.Float64(),  # of the judgement after
    "human": pl.String(),  # VerdictAction that a human chose; null where none decided
}
GRAVITY = {"allow": 0, "hold": 1, "remove": 2, "escalate": 3}
CONFIDENCE_LEVEL = 0.95
CHARS_A_TOKEN = 4
TOKENS_AN_OPINION = 40
USUAL_PRICES = Budget()


@dataclass(frozen=True)
class NormEffect:
    """One norm before and after. right/decided: of what it would restrict and humans have decided, what they restricted."""

    norm: str
    before: int
    after: int
    right: int = 0
    decided: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.decided if self.decided else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Clopper and Pearson's interval (1934) of the precision, at CONFIDENCE_LEVEL."""
        if not self.decided:
            return None
        tail = (1 - CONFIDENCE_LEVEL) / 2
        wrong = self.decided - self.right
        low = float(beta.ppf(tail, self.right, wrong + 1)) if self.right else 0.0
        high = float(beta.ppf(1 - tail, self.right + 1, wrong)) if wrong else 1.0
        return low, high


@dataclass(frozen=True)
class Rehearsal:
    """What would change. changes: CHANGE_SCHEMA, the gravest first. uncertain: comments that no cheap step is sure of.

    calls, usd: what asking a language model about the doubts of the rehearsed judgement would take, as an estimate.
    """

    comments: int
    changes: pl.DataFrame
    effects: tuple[NormEffect, ...]
    uncertain_before: int
    uncertain_after: int
    calls: int = 0
    usd: float = 0.0


def rehearse(
    comments: pl.DataFrame,
    before: pl.DataFrame,
    after: pl.DataFrame,
    human: Mapping[str, str],
    charter: Charter,
    prices: Budget = USUAL_PRICES,
) -> Rehearsal:
    """Compare two judgements (VERDICT_SCHEMA, one row for each of `comments`, COMMENT_SCHEMA, in the same order).

    human: comment id -> the action that a human chose for it. charter: the one that is rehearsed. prices: of a language
    model's tokens.
    """
    known = pl.DataFrame(
        {"comment_id": list(human), "human": list(human.values())}, {"comment_id": pl.String(), "human": pl.String()}
    )
    both = (
        comments.select(pl.col("id").alias("comment_id"), "created_at", "platform", "author_name", "text", "permalink")
        .with_columns(
            before=before["action"],
            after=after["action"],
            norms_before=before["norms"],
            norms_after=after["norms"],
            confidence=after["confidence"],
        )
        .join(known, on="comment_id", how="left", maintain_order="left")
    )
    changed = both.filter((pl.col("before") != pl.col("after")) | (pl.col("norms_before") != pl.col("norms_after")))
    gravest = pl.max_horizontal(pl.col("before", "after").replace_strict(GRAVITY, return_dtype=pl.Int64))
    changes = changed.sort(gravest, pl.col("created_at"), descending=True, nulls_last=True).select(list(CHANGE_SCHEMA))
    return Rehearsal(
        comments.height,
        changes,
        tuple(_effect(norm.id, both) for norm in charter.norms)
        + tuple(_effect(gone, both) for gone in _gone(both, charter)),
        _uncertain(before, charter),
        _uncertain(after, charter),
        *_cost_of_asking(after, comments, charter, prices),
    )


def _cost_of_asking(
    verdicts: pl.DataFrame, comments: pl.DataFrame, charter: Charter, prices: Budget
) -> tuple[int, float]:
    """Calls to a language model about all doubts, and their price in USD, at four characters a token."""
    asked = questions(doubtful(verdicts, comments, charter), comments, {})
    once = len(instructions_of(charter)) + len(json.dumps(shape_of(charter).model_json_schema()))
    tokens_in = sum(once + len(question.text) for question in asked) / CHARS_A_TOKEN
    tokens_out = sum(len(question.groups) for question in asked) * TOKENS_AN_OPINION
    usd = (
        tokens_in * prices.model_usd_per_million_input_tokens + tokens_out * prices.model_usd_per_million_output_tokens
    )
    return len(asked), usd / 1_000_000


def _gone(both: pl.DataFrame, charter: Charter) -> list[str]:
    """Norms that judged before and that the rehearsed charter no longer has."""
    listed = {norm.id for norm in charter.norms}
    found: Sequence[str] = both["norms_before"].explode().drop_nulls().unique().sort().to_list()
    return [norm for norm in found if norm not in listed]


def _effect(norm: str, both: pl.DataFrame) -> NormEffect:
    after = both.filter(pl.col("norms_after").list.contains(norm) & (pl.col("after") != "allow"))
    decided = after.filter(pl.col("human").is_not_null())
    return NormEffect(
        norm,
        both.filter(pl.col("norms_before").list.contains(norm)).height,
        both.filter(pl.col("norms_after").list.contains(norm)).height,
        right=decided.filter(pl.col("human") != "allow").height,
        decided=decided.height,
    )


def _uncertain(verdicts: pl.DataFrame, charter: Charter) -> int:
    """How many restrictions are below their norm's target precision: a human, or a language model, has to look."""
    targets = {norm.id: norm.target_precision for norm in charter.norms}
    rows = verdicts.filter(pl.col("action") != "allow").select("norms", "confidence")
    return sum(
        row["confidence"] < max((targets.get(n, 1.0) for n in row["norms"]), default=1.0)
        for row in rows.iter_rows(named=True)
    )


def as_rows(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """The changes as plain rows, for a file."""
    return [
        {**row, "created_at": row["created_at"].isoformat() if row["created_at"] else None}
        for row in rehearsal.changes.to_dicts()
    ]
