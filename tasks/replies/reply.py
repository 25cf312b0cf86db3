"""Decides for each comment: an answer from the knowledge base, a human, or silence.

What needs a human comes first, then what the knowledge base can answer; whoever does not ask is left in peace.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import polars as pl

from domain.charter import Charter
from domain.community import Community, Language
from domain.knowledge import Knowledge, KnowledgeEntry
from domain.records import (
    DRAFT_SCHEMA,
    HANDOFF_SCHEMA,
    DraftKind,
    Platform,
    Urgency,
    VerdictAction,
    frame,
)
from tasks.insights.mood import mood
from tasks.insights.satisfaction import content
from tasks.moderation.language import french_or_english
from tasks.replies import drafting
from tasks.replies.concerns import concerns
from tasks.replies.follow_ups import with_context
from tasks.replies.handoff import handoff
from tasks.replies.matching import Matcher
from tasks.replies.questions import asks
from tasks.replies.sentences import match_comments, other_questions
from tasks.replies.telling import is_told, note

Row = dict[str, Any]
ANGRY_BELOW = -0.6  # mood: of the demo's questions without a concern 1 in 250 is as low, of its complaints 1 in 6


@dataclass(frozen=True)
class _Desk:
    """Everything that a decision rests on besides the comment."""

    knowledge: Knowledge
    charter: Charter
    community: Community
    now: datetime


def reply(
    comments: pl.DataFrame,
    verdicts: pl.DataFrame,
    knowledge: Knowledge,
    matcher: Matcher,
    charter: Charter,
    community: Community,
    now: datetime,
    already: Collection[str] = (),
    answering_ours: Collection[str] = (),
    regulars: Collection[str] = (),
    before: Mapping[str, str] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drafts (DRAFT_SCHEMA) and hand-offs (HANDOFF_SCHEMA) for comments (COMMENT_SCHEMA) that were judged.

    verdicts: VERDICT_SCHEMA; comments without one are not looked at. already: ids of comments that were answered.
    answering_ours: ids of the comments that answer what Vigie itself wrote, and so speak to us.
    regulars: ids of the members whom the community would miss; when one of them is angry with us, a person answers.
    before: comment id -> what its author asked last in the thread, with which a follow-up is read.
    Held and removed comments, deleted ones, the team's and our own get nothing; escalated ones go to a human.
    What one member says to another is read for concerns only: nobody likes a bot that breaks into a conversation.
    Who protests against an answer of ours was not helped and is handed over. A member who wants a person gets a note that
    says when to expect one; where Vigie may answer alone, so does everybody who is handed over (see `telling`).
    """
    desk = _Desk(knowledge, charter, community, now)
    batch = _worth_reading(comments, verdicts, charter, community, already)
    texts, langs = _questions(batch), batch["lang"].to_list()
    said_before = [(before or {}).get(one) for one in batch["id"]]
    matched = match_comments(matcher, texts.to_list(), langs)
    matched = with_context(matcher, texts.to_list(), said_before, matched)
    found = pl.concat(
        [
            batch,
            concerns(texts),
            matched,
            other_questions(matcher, texts.to_list(), langs, matched),
            pl.DataFrame(
                {"asks": asks(texts, batch["lang"]), "to_us": _addresses_us(batch, community, answering_ours)}
            ),
            _angry(texts, batch["lang"]),
            batch.select(
                regular=pl.col("author_id").is_in(list(regulars)).fill_null(False),
                to_ours=pl.col("id").is_in(list(answering_ours)),
            ),
        ],
        how="horizontal",
    )
    drafts: list[Row] = []
    handoffs: list[Row] = []
    for row in found.iter_rows(named=True):
        _decide(row, desk, drafts, handoffs)
    return frame(drafts, DRAFT_SCHEMA), frame(handoffs, HANDOFF_SCHEMA)


def answer_table(rows: pl.DataFrame, knowledge: Knowledge, matcher: Matcher) -> list[Row]:
    """One answer for each row, in order: id, entry_id (null: a human), confidence, draft, sources.

    rows: `id` and `text` or `question`; every row is taken as a question. The draft is the entry's answer as written,
    in the question's language where the entry has it, null for a human. Raises ValueError without these columns.
    """
    column = next((name for name in ("text", "question") if name in rows.columns), None)
    if column is None or "id" not in rows.columns:
        raise ValueError("expected the columns `id` and `text` (or `question`)")
    texts = rows[column].cast(pl.String).fill_null("")
    answers = []
    for row_id, text, match in zip(
        rows["id"], texts, matcher.match(texts.to_list()).iter_rows(named=True), strict=True
    ):
        entry = knowledge.entry(match["entry_id"], french_or_english(text)) if match["entry_id"] else None
        answers.append(
            {
                "id": row_id,
                "entry_id": match["entry_id"],
                "confidence": match["confidence"],
                "draft": entry.answer if entry else None,
                "sources": drafting.sources(entry) if entry else [],
            }
        )
    return answers


def _worth_reading(
    comments: pl.DataFrame, verdicts: pl.DataFrame, charter: Charter, community: Community, already: Collection[str]
) -> pl.DataFrame:
    """The comments that may get a draft or a hand-off, with their verdict's action."""
    judged = verdicts.unique("comment_id", keep="last").select(id="comment_id", verdict="action")
    ours = pl.any_horizontal(
        [
            pl.lit(False),
            *(
                pl.col("text").str.contains(sentence, literal=True)
                for sentence in charter.replies.disclosure.values()
                if sentence
            ),
        ]
    )
    return comments.join(judged, on="id", how="inner", maintain_order="left").filter(
        pl.col("verdict").is_in([VerdictAction.ALLOW, VerdictAction.ESCALATE]),
        ~pl.col("deleted").fill_null(False),
        pl.col("text").fill_null("").str.strip_chars().ne("") | pl.col("kind").eq("post"),
        ~_by_team(community),
        ~ours.fill_null(False),
        ~pl.col("id").is_in(list(already)),
    )


def _by_team(community: Community) -> pl.Expr:
    return _plain_name(pl.col("author_name")).is_in(_team(community)).fill_null(False)


def _team(community: Community) -> list[str]:
    return pl.Series(community.team, dtype=pl.String).to_frame("n").select(_plain_name(pl.col("n")))["n"].to_list()


def _plain_name(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().str.strip_chars().str.replace(r"^(?:/?u/|@)", "")


def _questions(batch: pl.DataFrame) -> pl.Series:
    """What each comment says: a post's title belongs to it."""
    titled = pl.col("kind").eq("post") & pl.col("thread_title").is_not_null()
    text = pl.col("text").fill_null("")
    said = pl.concat_str(["thread_title", text], separator="\n")
    return batch.select(said=pl.when(titled).then(said).otherwise(text))["said"]


def _angry(texts: pl.Series, langs: pl.Series) -> pl.DataFrame:
    """angry: whether a text sounds very negative, in a language whose moods are known."""
    score = mood(texts, langs)["score"]
    return pl.DataFrame({"score": score, "lang": langs}).select(
        angry=(pl.col("score") <= ANGRY_BELOW) & pl.col("lang").is_in(["fr", "en"]).fill_null(False)
    )


def _addresses_us(batch: pl.DataFrame, community: Community, answering_ours: Collection[str]) -> pl.Series:
    """Whether a comment speaks to everybody or to us, not to another member.

    It does when it opens a thread, answers the thread's opening, its own author, the team or us, or names the team or
    the community. The parent is looked for among the comments of the batch; an unknown parent counts as another member's.
    """
    parents = batch.select(parent_id="id", parent_author=pl.col("author_id"), parent_by_team=_by_team(community))
    names = [name for name in (*community.team, community.name) if name.strip()]
    named = pl.any_horizontal(
        [
            pl.lit(False),
            *(pl.col("text").str.to_lowercase().str.contains(name.lower(), literal=True) for name in names),
        ]
    )
    known = batch.join(parents, on="parent_id", how="left", maintain_order="left")
    return known.select(
        to_us=pl.col("parent_id").is_null()
        | pl.col("parent_id").eq(pl.col("thread_id"))
        | pl.col("source_id").str.contains(":mentions:", literal=True)
        | pl.col("id").is_in(list(answering_ours))
        | (pl.col("parent_author") == pl.col("author_id")).fill_null(False)
        | pl.col("parent_by_team").fill_null(False)
        | named.fill_null(False)
    )["to_us"]


def _decide(row: Row, desk: _Desk, drafts: list[Row], handoffs: list[Row]) -> None:
    if row["topic"]:
        made = _hand_over(row, desk, row["topic"], row["reason"], row["urgency"])
    elif row["verdict"] == VerdictAction.ESCALATE:
        made = _hand_over(row, desk, "escalated", "escalated", Urgency.HIGH)
    elif row["angry"] and row["regular"] and row["to_us"]:
        made = _hand_over(row, desk, "angry_regular", "conflict", Urgency.HIGH)
    elif row["to_ours"] and content(row["text"] or "") is False:
        made = _hand_over(row, desk, "not_helped", "no_answer", Urgency.HIGH)
    elif row["asks"] and row["to_us"]:
        made = _answer(row, desk)
    else:
        return
    handed, said = made
    handoffs += [handed] if handed else []
    drafts += said


def _answer(row: Row, desk: _Desk) -> tuple[Row | None, list[Row]]:
    """A draft where an entry is sure enough and fits the platform; else a human.

    Of several questions, each that an entry answers is answered; one that none answers goes to a human besides.
    """
    lang, platform = member_language(row, desk.community), Platform(row["platform"])
    topic, enough = "no_answer", desk.charter.replies.min_confidence
    sureness = max(row["confidence"] or 0.0, row["alone_confidence"] or 0.0)
    if row["entry_id"] and sureness >= enough:
        second = row["also"] if row["also"] and row["also_confidence"] >= enough else None
        entries = [desk.knowledge.entry(one, lang) for one in (row["entry_id"], second) if one]
        handed = None
        if row["left_open"] or (row["also"] and not second):
            handed = handoff(row, "other_question", "no_answer", Urgency.NORMAL, desk.now, desk.community)
        until = handed["due_at"].astimezone(desk.community.zone) if handed else None
        disclosure = desk.charter.replies.disclosure
        text = drafting.answer(entries, lang, platform, disclosure, row["author_name"], until)
        if text:
            return handed, [_draft(row, desk, text, lang, entries, sureness)]
        topic = "no_room"
    near = desk.knowledge.entry(row["best"], lang).question if row["entry_id"] else None
    return _hand_over(row, desk, topic, "no_answer", Urgency.NORMAL, near)


def _hand_over(
    row: Row, desk: _Desk, topic: str, reason: str, urgency: str, near: str | None = None
) -> tuple[Row | None, list[Row]]:
    """The hand-off, and the note by which the member hears of it, if any."""
    handed = handoff(row, topic, reason, urgency, desk.now, desk.community, near)
    if not is_told(reason, urgency, row["to_us"], row["platform"], desk.charter):
        return handed, []
    lang = member_language(row, desk.community)
    return handed, note(row, handed["due_at"], lang, desk.charter, desk.community)


def _draft(row: Row, desk: _Desk, text: str, lang: Language, entries: Sequence[KnowledgeEntry], sureness: float) -> Row:
    return {
        "comment_id": row["id"],
        "kind": str(DraftKind.ANSWER),
        "lang": lang,
        "text": text,
        "entry_id": entries[0].id,
        "sources": drafting.sources(*entries),
        "confidence": sureness,
        "autonomy": str(desk.charter.replies.autonomy_on(row["platform"])),
    }


def member_language(row: Row, community: Community) -> Language:
    """The comment's language where we write it, else what its words look like, else the community's first."""
    if row["lang"] in {"fr", "en"}:
        return cast(Language, row["lang"])
    guessed = french_or_english(row["text"] or "") if row["lang"] in {None, "und"} else "und"
    return next((lang for lang in community.languages if lang == guessed), community.languages[0])
