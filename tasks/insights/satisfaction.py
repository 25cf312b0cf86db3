"""Whether members were content with an answer: what they write next, themselves, in the same thread.

The first thing that the member who was answered writes within three days counts: thanks, or a protest; anything else says
nothing. Words are few and plain, so that irony is rarely taken for thanks.
"""

from datetime import timedelta

import polars as pl
import regex

from tasks.moderation.normalise import fold

WITHIN = timedelta(days=3)
FOLLOW_UP_SCHEMA = {"comment_id": pl.String(), "at": pl.Datetime("us", "UTC"), "content": pl.Boolean()}

_THANKS = regex.compile(
    r"\b(?:merci|super|parfait|genial|top|nickel|impeccable|ca marche|ca fonctionne|c'est bon|resolu|au top|bravo|"
    r"thanks?|thank you|thx|ty|perfect|great|awesome|it works?|works now|solved|that helped|helpful|cheers|brilliant)\b|👍|🙏|❤"
)
_PROTEST = regex.compile(
    r"\b(?:ne (?:marche|fonctionne) (?:toujours )?pas|toujours pas|aucun rapport|hors sujet|inutile|nul|"
    r"pas (?:la|ma) (?:question|reponse)|ca n'aide pas|ne repond pas|reponse (?:bidon|automatique|toute faite)|"
    r"encore (?:un|le) (?:bot|robot)|je veux (?:un|une) (?:humain|personne|vraie personne)|"
    r"not? (?:what i asked|helpful|my question|an answer|working)|useless|still (?:not|doesn'?t|broken)|does(?:n'?t| not) (?:help|work|answer)|"
    r"didn'?t (?:help|work|answer)|wrong answer|stupid bot|canned|talk to a (?:human|person)|real person)\b|👎"
)


def follow_ups(replies: pl.DataFrame, comments: pl.DataFrame) -> pl.DataFrame:
    """FOLLOW_UP_SCHEMA: the answered comments whose member then thanked or protested.

    replies: `comment_id`, `done_at`, of the answers. comments: COMMENT_SCHEMA; only the threads of the answers are read.
    """
    answers = replies.select("comment_id", "done_at")
    asked = comments.select(comment_id="id", asker="author_id", thread="thread_id")
    answered = asked.filter(_among("comment_id", answers["comment_id"])).join(answers, on="comment_id").drop_nulls()
    told = comments.select(asker="author_id", thread="thread_id", at="created_at", text="text")
    later = told.filter(_among("thread", answered["thread"])).drop_nulls()
    first = (
        answered.join(later, on=["asker", "thread"])
        .filter(pl.col("at") > pl.col("done_at"), pl.col("at") <= pl.col("done_at") + WITHIN)
        .sort("at")
        .unique("comment_id", keep="first", maintain_order=True)
    )
    rows = [(one, at, content(text)) for one, at, text in first.select("comment_id", "at", "text").iter_rows()]
    return pl.DataFrame([row for row in rows if row[2] is not None], schema=FOLLOW_UP_SCHEMA, orient="row")


def _among(column: str, wanted: pl.Series) -> pl.Expr:
    return pl.col(column).is_in(wanted.unique().implode())


def content(text: str) -> bool | None:
    """True for thanks, False for a protest (which outweighs thanks), None for neither."""
    folded = fold(text)
    if _PROTEST.search(folded):
        return False
    return True if _THANKS.search(folded) else None
