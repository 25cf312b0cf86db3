"""The shape of what the sandbox serves: one row for each post, video or comment of a community."""

import polars as pl

from domain.records import UTC_INSTANT

SEED_SCHEMA: dict[str, pl.DataType] = {
    "key": pl.String(),  # unique in the frame; platforms derive their own ids from it
    "platform": pl.String(),  # reddit | youtube | x
    "source": pl.String(),  # subreddit name, YouTube channel id, X account that is mentioned
    "thread": pl.String(),  # key of the thread's first row
    "thread_title": pl.String(),  # null on X
    "kind": pl.String(),  # post (Reddit), video (YouTube) or comment (all, X posts included)
    "parent": pl.String(),  # key of the row that this one answers; null for a first row or a top-level comment
    "author": pl.String(),  # display name; null for a deleted account
    "text": pl.String(),
    "created_at": UTC_INSTANT,  # rows in the future are served once their time has come
    "score": pl.Int64(),
    "lang": pl.String(),  # what the author wrote in; not served, for tests
    "label": pl.String(),  # what the row is: question:ENTRY, praise, complaint, spam, ...; not served, for tests
}
