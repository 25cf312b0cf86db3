"""The nouns that every room of Vigie shares, as frozen records and as Polars frame schemas.

Identifiers are ours, `platform:native_id`, so that nothing collides between platforms. Instants are UTC.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import polars as pl


class Platform(StrEnum):
    """Where a community lives."""

    REDDIT = "reddit"
    YOUTUBE = "youtube"
    X = "x"
    FILE = "file"


class SourceKind(StrEnum):
    """What of a platform is watched."""

    SUBREDDIT = "subreddit"
    MODQUEUE = "modqueue"
    REPORTS = "reports"
    INBOX = "inbox"
    CHANNEL = "channel"
    VIDEO = "video"
    MENTIONS = "mentions"
    QUERY = "query"
    CONVERSATION = "conversation"
    FOLDER = "folder"


class VerdictAction(StrEnum):
    """What a verdict asks for, from nothing to a human's immediate attention."""

    ALLOW = "allow"
    HOLD = "hold"
    REMOVE = "remove"
    ESCALATE = "escalate"


class Autonomy(StrEnum):
    """How far Vigie may go alone: record only, propose to a human, or act."""

    OBSERVE = "observe"
    PROPOSE = "propose"
    ACT = "act"


class DecidedBy(StrEnum):
    """Which step of the cascade decided."""

    REUSE = "reuse"
    RULE = "rule"
    MODEL = "model"
    ENDPOINT = "endpoint"
    LLM = "llm"
    HUMAN = "human"


class DraftKind(StrEnum):
    """Why Vigie would write to a member."""

    ANSWER = "answer"
    WELCOME = "welcome"
    RECOMMENDATION = "recommendation"
    HANDOFF_NOTE = "handoff_note"


class DraftStatus(StrEnum):
    """Where a draft stands: only `approved` and `edited` drafts may reach the outbox."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"
    ESCALATED = "escalated"
    POSTED = "posted"
    SUPERSEDED = "superseded"  # the team answered first


class Urgency(StrEnum):
    """How soon a human must look."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class ActionKind(StrEnum):
    """What Vigie can do on a platform."""

    REPLY = "reply"
    REMOVE = "remove"
    APPROVE = "approve"  # also undoes REMOVE and HOLD
    HOLD = "hold"
    LOCK = "lock"
    UNLOCK = "unlock"
    REPORT = "report"  # `text` is the reason
    DISTINGUISH = "distinguish"  # mark our own message as the team's
    UNDISTINGUISH = "undistinguish"
    DELETE = "delete"  # our own message: undoes REPLY
    HIDE = "hide"  # a reply in our conversation on X
    UNHIDE = "unhide"


UNDONE_BY: dict[ActionKind, ActionKind] = {
    ActionKind.REMOVE: ActionKind.APPROVE,
    ActionKind.HOLD: ActionKind.APPROVE,
    ActionKind.LOCK: ActionKind.UNLOCK,
    ActionKind.UNLOCK: ActionKind.LOCK,
    ActionKind.HIDE: ActionKind.UNHIDE,
    ActionKind.UNHIDE: ActionKind.HIDE,
    ActionKind.DISTINGUISH: ActionKind.UNDISTINGUISH,
    ActionKind.UNDISTINGUISH: ActionKind.DISTINGUISH,
    ActionKind.REPLY: ActionKind.DELETE,
}


class ActionStatus(StrEnum):
    """The life of an action in the outbox.

    `waiting` needs a human; `ready` may be sent; `sending` was claimed by a run; `done` has a receipt;
    `failed` was refused by the platform; `uncertain` was interrupted, so that a human must look before a retry;
    `cancelled` was rejected by a human.
    """

    WAITING = "waiting"
    READY = "ready"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Source:
    """A subreddit, channel, video, account or query that the community watches."""

    platform: Platform
    kind: SourceKind
    name: str

    @cached_property
    def id(self) -> str:
        return f"{self.platform}:{self.kind}:{self.name}"


@dataclass(frozen=True)
class Watermark:
    """How far a source has been read: the newest instant and the platform's own id at that instant."""

    at: datetime
    native_id: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """A platform item that could not be read; it is set aside with its raw form, never dropped."""

    raw: str
    reason: str


@dataclass(frozen=True)
class Page:
    """One page of a pull.

    comments: frame of COMMENT_SCHEMA. watermark: what may be stored once this page is committed; None while later
    pages are still needed to leave no gap. gap: set when the platform could not go back far enough. gone: our ids of
    comments that were asked for again and that the platform no longer has: their text must be dropped.
    """

    comments: pl.DataFrame
    watermark: Watermark | None = None
    unreadable: tuple[Unreadable, ...] = ()
    gap: str | None = None
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """Something to do on a platform, once. `key` is its idempotency key."""

    key: str
    platform: Platform
    kind: ActionKind
    comment_id: str
    target_native_id: str
    text: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """The platform's proof that an action was done. note: what could not be done beside it, for a human."""

    native_id: str
    permalink: str | None
    done_at: datetime
    note: str = ""


@dataclass(frozen=True)
class Limit:
    """What remains of a quota: `remaining` of `total` (None: unknown) `unit`, until `resets_at`."""

    name: str
    remaining: float | None
    total: float | None
    unit: str
    resets_at: datetime | None = None


UTC_INSTANT = pl.Datetime("us", "UTC")

COMMENT_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),  # platform:native_id
    "platform": pl.String(),
    "source_id": pl.String(),
    "native_id": pl.String(),
    "kind": pl.String(),  # post | comment
    "thread_id": pl.String(),  # platform:native id of the post, video or conversation
    "thread_title": pl.String(),  # null where the platform has none
    "parent_id": pl.String(),  # null for the first message of a thread
    "author_id": pl.String(),  # platform:native id; null when deleted or suspended
    "author_name": pl.String(),  # as the platform shows it; null when deleted or suspended
    "text": pl.String(),  # plain text or the platform's Markdown, never HTML
    "lang": pl.String(),  # ISO 639-1, "und" when unknown; null until collect has detected it
    "created_at": UTC_INSTANT,
    "edited_at": UTC_INSTANT,  # null when never edited or unknown
    "deleted": pl.Boolean(),  # removed by the author or the platform: the text must not be kept
    "score": pl.Int64(),  # likes or up-votes minus down-votes, as the platform counts them
    "permalink": pl.String(),
    "raw": pl.String(),  # JSON object: the platform's own fields that an action needs
}

OVERNIGHT_MARK = "+night"  # at the end of a verdict's model_version: a language model was asked afterwards

VERDICT_SCHEMA: dict[str, pl.DataType] = {
    "comment_id": pl.String(),
    "text_hash": pl.String(),
    "action": pl.String(),  # VerdictAction
    "norms": pl.List(pl.String()),  # ids of the norms broken, gravest first; empty when allowed
    "scores": pl.String(),  # JSON object: norm -> 0..1
    "confidence": pl.Float64(),  # 0..1, that the action is right
    "decided_by": pl.String(),  # DecidedBy
    "evidence": pl.String(),  # JSON list of {"norm", "start", "end", "text"}: spans of the original text
    "reason": pl.String(),  # a sentence that the member can read, in their language
    "autonomy": pl.String(),  # Autonomy that applied
    "charter_version": pl.String(),
    "model_version": pl.String(),
}

DRAFT_SCHEMA: dict[str, pl.DataType] = {
    "comment_id": pl.String(),
    "kind": pl.String(),  # DraftKind
    "lang": pl.String(),
    "text": pl.String(),  # as it would be posted, disclosure included
    "entry_id": pl.String(),  # the knowledge entry; null for other kinds
    "sources": pl.List(pl.String()),  # links, or knowledge:ENTRY_ID
    "confidence": pl.Float64(),
    "autonomy": pl.String(),  # Autonomy that applies to this draft
}

HANDOFF_SCHEMA: dict[str, pl.DataType] = {
    "comment_id": pl.String(),
    "reason": pl.String(),  # no_answer | sensitive | conflict | wants_human | personal_data | escalated | appeal
    "urgency": pl.String(),  # Urgency
    "due_at": UTC_INSTANT,
    "summary": pl.String(),  # at most two lines for the CM
}

MEMBER_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),  # author_id
    "platform": pl.String(),
    "name": pl.String(),
    "first_seen": UTC_INSTANT,
    "last_seen": UTC_INSTANT,
    "comments": pl.Int64(),
    "replies": pl.Int64(),  # comments that answer somebody else
    "questions": pl.Int64(),
    "score": pl.Int64(),  # sum of the scores of their comments
    "held": pl.Int64(),  # comments held, removed or escalated
    "mood": pl.Float64(),  # mean of -1..1 over their comments
    "segment": pl.String(),  # newcomer | regular | expert | advocate | dissatisfied | leaving | occasional
    "interests": pl.List(pl.String()),
}


MEMBER_DAY_SCHEMA: dict[str, pl.DataType] = {
    "member_id": pl.String(),
    "day": pl.Date(),  # of the community's time zone
    "platform": pl.String(),
    "name": pl.String(),
    "first_seen": UTC_INSTANT,
    "last_seen": UTC_INSTANT,
    "comments": pl.Int64(),
    "replies": pl.Int64(),
    "helpful": pl.Int64(),  # replies to somebody who is known that ask nothing
    "questions": pl.Int64(),
    "score": pl.Int64(),
    "held": pl.Int64(),
    "mood": pl.Float64(),  # sum of -1..1 over the comments
    "negative": pl.Int64(),
    "positive": pl.Int64(),
}
MEMBER_ANSWER_SCHEMA: dict[str, pl.DataType] = {  # one row for each pair and day
    "member_id": pl.String(),
    "to_member_id": pl.String(),
    "day": pl.Date(),
}
MEMBER_TOTAL_SCHEMA: dict[str, pl.DataType] = {
    **{name: kind for name, kind in MEMBER_DAY_SCHEMA.items() if name != "day"},
    "days": pl.Int64(),  # on which they wrote
    "answered": pl.Int64(),  # different members to whom they replied
    "pause_days": pl.Float64(),  # median of the days between two on which they wrote; null for one day
}


def empty(schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """An empty frame of the given schema."""
    return pl.DataFrame(schema=dict(schema))


def frame(rows: list[dict[str, Any]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame of exactly the given schema; missing keys become nulls, unknown keys raise ValueError."""
    unknown = {key for row in rows for key in row} - schema.keys()
    if unknown:
        raise ValueError(f"columns that the schema does not know: {sorted(unknown)}")
    return pl.DataFrame(rows, schema=dict(schema))


def native_id(our_id: str) -> str:
    """The platform's own id in ours: `reddit:t1_abc` gives `t1_abc`."""
    return our_id.split(":", 1)[1]


def text_hash(text: str) -> str:
    """The fingerprint by which a judged text is recognised again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
