"""Tells which knowledge entry would answer which comment of a history, without drafting or deciding anything."""

import polars as pl

from domain.knowledge import Knowledge
from domain.records import DRAFT_SCHEMA, DraftKind, empty, frame
from tasks.replies.matching import Matcher
from tasks.replies.questions import asks
from tasks.replies.sentences import match_comments


def would_answer(comments: pl.DataFrame, knowledge: Knowledge | None, matcher: Matcher | None = None) -> pl.DataFrame:
    """DRAFT_SCHEMA: for each comment that asks something, the entry that answers it, as a patrol would find it; no text.

    matcher: of this knowledge, where one is fitted already.
    """
    asking = comments.filter(asks(comments["text"], comments["lang"]))
    if knowledge is None or not knowledge.entries or not asking.height:
        return empty(DRAFT_SCHEMA)
    matched = match_comments(matcher or Matcher.fit(knowledge), asking["text"].to_list(), asking["lang"].to_list())
    found = asking.select(comment_id="id").hstack(matched.select("entry_id", "confidence")).drop_nulls("entry_id")
    return frame(found.with_columns(kind=pl.lit(str(DraftKind.ANSWER))).to_dicts(), DRAFT_SCHEMA)
