"""Tells which comment a reply answers, also where the platform does not say it.

On YouTube each reply names the thread's first comment as its parent; a reply to another reply begins with its author's
handle, as the platform's own page writes it.
"""

import polars as pl

from domain.records import Platform

_HANDLE = r"^\s*@(\S+)"


def answered(written: pl.DataFrame, comments: pl.DataFrame) -> pl.DataFrame:
    """The replies among `written` with `answers_id`, the comment that each answers, as far as it is known.

    comments: those that they may answer; both with id, platform, thread_id, parent_id, author_name, text and created_at
    of COMMENT_SCHEMA. A handle on YouTube stands for the last earlier comment of that member in the thread; where there
    is none, the reply answers nobody who is known and is left out.
    """
    replies = written.filter(pl.col("parent_id").is_not_null())
    handle = pl.col("text").str.extract(_HANDLE).str.to_lowercase()
    on_youtube = replies.filter(pl.col("platform") == Platform.YOUTUBE, handle.is_not_null())
    asked = comments.filter(pl.col("thread_id").is_in(on_youtube["thread_id"].unique().implode())).select(
        "thread_id",
        "created_at",
        handle=pl.col("author_name").str.strip_prefix("@").str.to_lowercase(),
        answers_id="id",
    )
    addressed = (
        on_youtube.with_columns(handle=handle.str.strip_chars_end(",:"))
        .sort("created_at")
        .join_asof(
            asked.drop_nulls().sort("created_at"),
            on="created_at",
            by=["thread_id", "handle"],
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("answers_id").is_not_null())
        .drop("handle")
    )
    plain = replies.join(on_youtube.select("id"), on="id", how="anti").with_columns(answers_id=pl.col("parent_id"))
    return pl.concat([plain, addressed])
