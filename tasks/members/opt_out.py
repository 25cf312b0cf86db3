"""Hears when a member wants nothing that is made from what Vigie knows of them."""

import polars as pl
import regex

from domain.charter import Charter
from tasks.moderation.normalise import fold


def opting_out(comments: pl.DataFrame, charter: Charter) -> list[str]:
    """The ids of the authors of comments (COMMENT_SCHEMA) that hold one of the charter's phrases."""
    phrases = {fold(one) for listed in charter.replies.opt_out.values() for one in listed if one.strip()}
    if not phrases:
        return []
    said = regex.compile(
        r"(?<!\w)(?:" + "|".join(map(regex.escape, sorted(phrases, key=len, reverse=True))) + r")(?!\w)"
    )
    rows = comments.select("author_id", "text").drop_nulls().iter_rows()
    return sorted({author for author, text in rows if said.search(fold(text))})
