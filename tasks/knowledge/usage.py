"""What became of each entry: how often it was drafted, posted, corrected or refused, and what members made of it."""

import polars as pl

from tasks.insights.satisfaction import follow_ups

USAGE_SCHEMA: dict[str, pl.DataType] = {
    "entry_id": pl.String(),
    "lang": pl.String(),  # of the reply
    "drafts": pl.Int64(),
    "posted": pl.Int64(),
    "edited": pl.Int64(),
    "rejected": pl.Int64(),
    "thanks": pl.Int64(),
    "protests": pl.Int64(),
}


def usage(drafts: pl.DataFrame, decisions: pl.DataFrame, actions: pl.DataFrame, comments: pl.DataFrame) -> pl.DataFrame:
    """USAGE_SCHEMA, the most drafted entries first. posted counts what the platform has shown to be there.

    drafts: STORED_DRAFT_SCHEMA. decisions: id, decision, of drafts. actions: ACTION_SCHEMA. comments: COMMENT_SCHEMA, all of one period.
    """
    answers = drafts.filter(pl.col("kind") == "answer", pl.col("entry_id").is_not_null())
    posted = actions.filter(pl.col("kind") == "reply", pl.col("status") == "done")
    moods = follow_ups(posted.select("comment_id", "done_at"), comments).select("comment_id", "content")
    told = answers.join(posted.select("comment_id", is_posted=pl.lit(value=True)), on="comment_id", how="left")
    told = told.join(moods, on="comment_id", how="left").join(decisions, on="id", how="left")
    counted = told.group_by("entry_id", "lang").agg(
        drafts=pl.len(),
        posted=pl.col("is_posted").sum(),
        edited=(pl.col("decision") == "edit").sum(),
        rejected=(pl.col("decision") == "reject").sum(),
        thanks=pl.col("content").sum(),
        protests=(~pl.col("content")).sum(),
    )
    return counted.select(pl.col(name).cast(dtype) for name, dtype in USAGE_SCHEMA.items()).sort(
        "drafts", "entry_id", "lang", descending=[True, False, False]
    )
