"""Holds back automated replies while their subject is paused: they become proposals that a human reads."""

from collections.abc import Mapping, Sequence

import polars as pl

from connectors.store.alerts import ALL
from domain.records import Autonomy
from tasks.insights.words import clauses, key


def held_back(drafts: pl.DataFrame, comments: pl.DataFrame, paused: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """The drafts (DRAFT_SCHEMA); those that would leave alone on a paused subject are proposed instead.

    paused: subject -> its terms; ALL pauses everything. A comment is on a subject when it has one of its terms.
    """
    if not paused or drafts.is_empty():
        return drafts
    on_subject = _on_paused(
        comments, {key(word) for terms in paused.values() for term in terms for word in term.split()}
    )
    stopped = pl.lit(True) if ALL in paused else pl.col("comment_id").is_in(on_subject)
    autonomy = pl.when(stopped & (pl.col("autonomy") == Autonomy.ACT)).then(pl.lit(str(Autonomy.PROPOSE)))
    return drafts.with_columns(autonomy=autonomy.otherwise("autonomy"))


def _on_paused(comments: pl.DataFrame, terms: set[str]) -> list[str]:
    terms = terms - {""}
    rows = comments.select("id", "text", "thread_title").iter_rows()
    return [
        comment_id
        for comment_id, text, title in rows
        if any(key(word) in terms for said in clauses(f"{title or ''}. {text or ''}") for word in said)
    ]
