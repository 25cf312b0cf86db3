"""Welcomes members who write for the first time: once, as the charter lets it, and never in a conflict."""

from collections.abc import Collection

import polars as pl

from domain.charter import Charter
from domain.community import Community, Language
from domain.records import DRAFT_SCHEMA, Autonomy, DraftKind, Platform, VerdictAction, frame
from tasks.insights.mood import mood
from tasks.replies.drafting import note
from tasks.replies.questions import asks

A_RUN = 20  # platforms take more of the same words in one hour for spam


def welcome(
    firsts: pl.DataFrame,
    verdicts: pl.DataFrame,
    charter: Charter,
    community: Community,
    opted_out: Collection[str] = (),
) -> pl.DataFrame:
    """Drafts (DRAFT_SCHEMA, kind welcome) for first comments, at most A_RUN, in their order.

    firsts: COMMENT_SCHEMA, the first comment of each new member that nothing else answers. verdicts: VERDICT_SCHEMA.
    Whoever sounds negative, asks something, speaks to another member or was not let through is left to humans.
    """
    if charter.replies.welcome.autonomy == Autonomy.OBSERVE or firsts.is_empty():
        return frame([], DRAFT_SCHEMA)
    allowed = verdicts.filter(pl.col("action") == VerdictAction.ALLOW).select(id="comment_id").unique()
    told = firsts.with_columns(
        mood(firsts["text"], firsts["lang"])["mood"], asks(firsts["text"], firsts["lang"]).alias("asks")
    )
    calm = told.join(allowed, on="id", how="semi", maintain_order="left").filter(
        ~pl.col("deleted").fill_null(False),
        pl.col("parent_id").is_null() | (pl.col("parent_id") == pl.col("thread_id")),
        pl.col("mood") != "negative",
        ~pl.col("asks"),
        ~pl.col("author_id").is_in(list(opted_out)),
    )
    rows = [_draft(row, charter, community) for row in calm.head(A_RUN).iter_rows(named=True)]
    return frame([row for row in rows if row["text"]], DRAFT_SCHEMA)


def _draft(row: dict[str, str], charter: Charter, community: Community) -> dict[str, object]:
    replies = charter.replies
    lang: Language = "fr" if row["lang"] == "fr" else "en" if row["lang"] == "en" else community.languages[0]
    text = replies.welcome.text.get(lang) or next(iter(replies.welcome.text.values()), "")
    platform = Platform(row["platform"])
    autonomies = (Autonomy.OBSERVE, Autonomy.PROPOSE, Autonomy.ACT)
    freedom = min(replies.welcome.autonomy, replies.autonomy_on(platform), key=autonomies.index)
    return {
        "comment_id": row["id"],
        "kind": str(DraftKind.WELCOME),
        "lang": lang,
        "text": note(text, lang, platform, replies.disclosure, row["author_name"]) if text else None,
        "entry_id": None,
        "sources": ["charter:welcome"],
        "confidence": 1.0,
        "autonomy": str(freedom),
    }
