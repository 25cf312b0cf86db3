"""Adds to each comment what all insights read of it: mood, asking, spam, the team's own, and whether it may be shown."""

from collections.abc import Collection

import polars as pl

from tasks.insights.asking import asks
from tasks.insights.evidence import SPAM_NORMS
from tasks.insights.mood import mood
from tasks.insights.sampling import ROWS_AT_ONCE

ANNOTATIONS: dict[str, pl.DataType] = {
    "mood": pl.String(),
    "mood_score": pl.Float64(),
    "asks": pl.Boolean(),
    "spam": pl.Boolean(),  # held, removed or escalated under a norm of SPAM_NORMS
    "team": pl.Boolean(),  # written by one of the team's own accounts
    "shown": pl.Boolean(),  # neither deleted nor moderated: may stand as evidence
}

_SAID = {name: ANNOTATIONS[name] for name in ("mood", "mood_score", "asks")}


def annotate(comments: pl.DataFrame, verdicts: pl.DataFrame, team: Collection[str] = ()) -> pl.DataFrame:
    """COMMENT_SCHEMA + ANNOTATIONS, oldest first. team: account names. The text of a deleted comment is not read."""
    moderated = verdicts.filter(pl.col("action") != "allow").unique("comment_id", keep="last")
    spam = moderated.filter(pl.col("norms").list.eval(pl.element().is_in(SPAM_NORMS)).list.any())
    ordered = comments if _in_order(comments) else comments.sort("created_at", "id")
    gone = pl.col("deleted").fill_null(False)
    added = {
        "text": pl.when(gone).then(None).otherwise("text"),
        "spam": pl.col("id").is_in(spam["comment_id"].implode()),
        "team": by_team(team),
        "shown": ~gone & ~pl.col("id").is_in(moderated["comment_id"].implode()),
    }
    # Part by part, so that all columns are cut at the same rows: Polars would copy the whole table to slice it else.
    read = [part.with_columns(**added) for part in ordered.iter_slices(ROWS_AT_ONCE)] or [ordered.with_columns(**added)]
    return pl.concat([part.hstack(said(part)) for part in read])


def _in_order(comments: pl.DataFrame) -> bool:
    """Whether the comments come as the store gives them, so that a million of them need not be copied to be sorted."""
    at, name = pl.col("created_at"), pl.col("id")
    follows = (at > at.shift()) | ((at == at.shift()) & (name >= name.shift()))
    return bool(comments.select(follows.slice(1).fill_null(False).all()).item())


def said(comments: pl.DataFrame) -> pl.DataFrame:
    """mood, mood_score and asks of comments with text and lang, a few at a time."""
    parts = [_said(part) for part in comments.select("text", "lang").iter_slices(ROWS_AT_ONCE)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=_SAID)


def _said(comments: pl.DataFrame) -> pl.DataFrame:
    moods = mood(comments["text"], comments["lang"]).rename({"score": "mood_score"})
    return moods.with_columns(asks(comments["text"])).select(list(_SAID))


def by_team(team: Collection[str]) -> pl.Expr:
    """Whether the author is one of these accounts; names are compared without case and without a leading @ or u/."""
    names = [name.lower().removeprefix("@").removeprefix("u/") for name in team]
    plain = pl.col("author_name").str.to_lowercase().str.strip_prefix("@").str.strip_prefix("u/")
    return plain.is_in(names).fill_null(False)
