"""Moderation of a file's rows, for `vigie moderate`: no platform, no store, no Prefect."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from domain.charter import Charter, Norm
from domain.records import COMMENT_SCHEMA
from tasks.embedding import Sense
from tasks.moderation.cascade import decide
from tasks.moderation.local_model import NormModel


def moderate_table(
    rows: pl.DataFrame, charter: Charter, models: Mapping[str, NormModel], sense: Sense | None = None
) -> list[dict[str, Any]]:
    """Verdicts in the columns of `vigie moderate`, one for each row of `rows`, in the same order.

    rows: `id`, `text` and optionally `lang`, `kind`, `thread_id`, `thread_title`, `author_id`,
    `author_name`; empty texts and repeated ids are fine. Norms that only a model knows are judged too, and held. Raises ValueError when `id` or `text` lacks.
    """
    for name in ("id", "text"):
        if name not in rows.columns:
            raise ValueError(f"column `{name}` is missing; the columns are: {', '.join(rows.columns)}")
    comments = as_comments(rows)
    verdicts = decide(comments, with_norms_of(charter, models), models, sense=sense)
    return [
        {
            "id": given,
            "action": row["action"],
            "norms": row["norms"],
            "scores": row["scores"],
            "confidence": row["confidence"],
            "decided_by": row["decided_by"],
            "evidence": row["evidence"],
            "reason": row["reason"],
        }
        for given, row in zip(rows["id"], verdicts, strict=True)
    ]


def with_norms_of(charter: Charter, models: Mapping[str, NormModel]) -> Charter:
    """The charter with a plain norm for each model whose norm it does not know."""
    known = {norm.id for norm in charter.norms}
    added = [Norm(id=name, title={"fr": name, "en": name}) for name in models if name not in known]
    return charter.model_copy(update={"norms": [*charter.norms, *added]}) if added else charter


def as_comments(rows: pl.DataFrame) -> pl.DataFrame:
    """A file's rows as COMMENT_SCHEMA; ids are row numbers, since a file may repeat its own."""
    known = ("text", "lang", "kind", "thread_id", "thread_title", "author_id", "author_name")
    given = [name for name in known if name in rows.columns]
    comments = (
        rows.select(pl.col(given).cast(pl.String)).with_row_index("id").with_columns(pl.col("id").cast(pl.String))
    )
    missing = [pl.lit(None, kind).alias(name) for name, kind in COMMENT_SCHEMA.items() if name not in comments.columns]
    return comments.with_columns(missing).select(list(COMMENT_SCHEMA))
