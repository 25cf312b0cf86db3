"""The tables of the store. A change here needs a migration in `migrations/versions`; a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A UTC instant: `timestamptz` in PostgreSQL, a naive UTC time in SQLite, always aware in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("watermark_at", Instant),
    Column("watermark_native_id", String),
    Column("last_run_at", Instant),
    Column("last_ok_at", Instant),
    Column("error", Text),
    Column("gap", Text),
)

comments = Table(
    "comments",
    metadata,
    Column("id", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("source_id", String, nullable=False),
    Column("native_id", String),
    Column("kind", String),
    Column("thread_id", String, index=True),
    Column("thread_title", Text),
    Column("parent_id", String, index=True),
    Column("author_id", String, index=True),
    Column("author_name", Text),
    Column("text", Text),
    Column("lang", String),
    Column("created_at", Instant, index=True),
    Column("edited_at", Instant),
    Column("deleted", Boolean, nullable=False, default=False),
    Column("score", BigInteger),
    Column("permalink", Text),
    Column("raw", Text),
    Column("text_hash", String, nullable=False),
    Column("state", String, nullable=False, index=True),  # new | checked | set_aside | ours
    Column("collected_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False, index=True),
    Column("refreshed_at", Instant),  # when the platform was last asked for it again
    Column("missing_since", Instant),  # when the platform first did not give it, while that was in doubt
)

charges = Table(  # what calls cost that a platform counts or bills
    "charges",
    metadata,
    Column("platform", String, primary_key=True),
    Column("day", Date, primary_key=True),  # in the platform's own zone
    Column("resource", String, primary_key=True),  # what was paid for; the same one costs once a day
    Column("amount", Float, nullable=False),  # quota units or USD
)

postponed = Table(  # threads whose replies a quota left unread
    "postponed",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("native_id", String, primary_key=True),
    Column("since", Instant, nullable=False),
)

files_read = Table(
    "files_read",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("digest", String, primary_key=True),  # of the file's bytes
    Column("name", Text, nullable=False),
    Column("read_at", Instant, nullable=False),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", String, primary_key=True),  # the comment's id, or a fingerprint of what could not be read
    Column("source_id", String, nullable=False),
    Column("raw", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("comment_id", String, nullable=False),
    Column("text_hash", String, nullable=False, index=True),  # of the text and what else its judgement rests on
    Column("comment_text_hash", String, nullable=False),  # of the comment when it was judged: an edit makes it differ
    Column("action", String, nullable=False),
    Column("norms", JSON, nullable=False),
    Column("scores", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("reason", Text),
    Column("autonomy", String, nullable=False),
    Column("charter_version", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column(
        "status", String, nullable=False, index=True
    ),  # none | waiting | applied | confirmed | overturned | escalated | superseded | replaced
    Column("created_at", Instant, nullable=False, index=True),
    Column("run_id", String, nullable=False),
    UniqueConstraint("comment_id", "text_hash", "charter_version", "model_version"),
)

model_questions = Table(
    "model_questions",
    metadata,
    Column("comment_id", String, primary_key=True),
    Column("run_id", String, primary_key=True),
    Column("step", String, primary_key=True),  # endpoint | llm | llm overnight
    Column("asked_at", Instant, nullable=False, index=True),
    Column("usd", Float, nullable=False),  # this comment's share of the call
)

model_batches = Table(
    "model_batches",
    metadata,
    Column("id", String, primary_key=True),  # the endpoint's
    Column("sent_at", Instant, nullable=False),
    Column("charter_version", String, nullable=False),
    Column("questions", JSON, nullable=False),  # key -> id in the question -> ids of the verdicts that it is about
    Column("over_at", Instant),  # null while its answers are awaited
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),  # comment id and kind
    Column("comment_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("lang", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("entry_id", String),
    Column("sources", JSON, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("autonomy", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("run_id", String, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("comment_id", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("urgency", String, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("summary", Text, nullable=False),
    Column("status", String, nullable=False, index=True),  # open | done
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("escalated_at", Instant),  # when its urgency was last raised because it was overdue
    Column("taken_by", Text),  # who of the team has it in hand; it stays open until it is done
    Column("run_id", String, nullable=False),
)

actions = Table(
    "actions",
    metadata,
    Column("key", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("comment_id", String, nullable=False, index=True),
    Column("target_native_id", String, nullable=False),
    Column("text", Text),
    Column("raw", Text, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("cause", String, nullable=False),  # verdict:ID or draft:ID
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("receipt_native_id", String),
    Column("receipt_permalink", Text),
    Column("created_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("done_at", Instant),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_kind", String, nullable=False),  # verdict | draft | handoff | action
    Column("item_id", String, nullable=False),
    Column("comment_id", String, nullable=False, index=True),
    Column("decision", String, nullable=False),  # approve | edit | reject | take_over | escalate
    Column("text", Text),
    Column("note", Text),
    Column("decided_by", String, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("run_id", String, nullable=False),
)

learned = Table(  # entries made of what people of the team answered
    "learned",
    metadata,
    Column("id", String, primary_key=True),  # the entry's id and its language
    Column("entry_id", String, nullable=False),
    Column("lang", String, nullable=False),
    Column("comment_id", String, nullable=False, index=True),  # the most typical question
    Column("question", Text, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Column("evidence", JSON, nullable=False),  # comment ids
    Column("members", Integer, nullable=False),
    Column("status", String, nullable=False, index=True),  # proposed | approved | published | rejected
    Column("created_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("run_id", String, nullable=False),
)

crises = Table(
    "crises",
    metadata,
    Column("id", String, primary_key=True),
    Column("label", Text, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("level", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
)

pauses = Table(  # of automated replies
    "pauses",
    metadata,
    Column("subject", String, primary_key=True),  # a crisis' id, or all
    Column("terms", JSON, nullable=False),
    Column("until", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("fingerprint", String, primary_key=True),  # of the id of a member who was erased
    Column("at", Instant, nullable=False),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("member_id", String, primary_key=True),
    Column("at", Instant, nullable=False),
)

recommendations = Table(
    "recommendations",
    metadata,
    Column("draft_id", String, primary_key=True),
    Column("item_id", String, nullable=False, index=True),
    Column("member_id", String, nullable=False, index=True),
    Column("at", Instant, nullable=False),
)

clicks = Table(
    "clicks",
    metadata,
    Column("item_id", String, primary_key=True),
    Column("day", String, primary_key=True),  # as the site's statistics name it
    Column("count", Integer, nullable=False),
)

norms = Table(
    "norms",
    metadata,
    Column("id", String, primary_key=True),
    Column("first_seen_at", Instant, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("id", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("replies", Integer, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("score", BigInteger, nullable=False),
    Column("held", Integer, nullable=False),
    Column("mood", Float),
    Column("segment", String, nullable=False),
    Column("interests", JSON, nullable=False),
)

signals = Table(
    "signals",
    metadata,
    Column("kind", String, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("level", Integer, nullable=False),
    Column("value", Float, nullable=False),
    Column("expected", Float, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),  # comment ids
)

topics = Table(
    "topics",
    metadata,
    Column("id", String, primary_key=True),
    Column("keys", JSON, nullable=False),  # what its comments say, with weights
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False, index=True),
)

topic_days = Table(
    "topic_days",
    metadata,
    Column("topic_id", String, primary_key=True),
    Column("day", Date, primary_key=True),  # of the community's time zone
    Column("comments", Integer, nullable=False),
    Column("negative", Integer),  # of them, those that sound negative; null where it was not counted
)

member_days = Table(  # what each member did on each local day, so that a report need not read a year of comments
    "member_days",
    metadata,
    Column("member_id", String, primary_key=True),
    Column("day", Date, primary_key=True, index=True),
    Column("platform", String, nullable=False),
    Column("name", Text),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("replies", Integer, nullable=False),
    Column("helpful", Integer, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("score", BigInteger, nullable=False),
    Column("held", Integer, nullable=False),
    Column("mood", Float, nullable=False),  # sum over the comments
    Column("negative", Integer, nullable=False),
    Column("positive", Integer, nullable=False),
)

member_answers = Table(  # who replied to whom, on each local day
    "member_answers",
    metadata,
    Column("member_id", String, primary_key=True),
    Column("to_member_id", String, primary_key=True),
    Column("day", Date, primary_key=True, index=True),
)

publications = Table(
    "publications",
    metadata,
    Column("kind", String, primary_key=True),  # digest | faq
    Column("lang", String, primary_key=True),
    Column("period_start", Instant, primary_key=True),
    Column("period_end", Instant, primary_key=True),
    Column("path", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String, primary_key=True),  # what, for which period, to whom
    Column("channel", String, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("status", String, nullable=False),  # sending | done | failed | uncertain
    Column("error", Text),
    Column("claimed_at", Instant, nullable=False),
    Column("sent_at", Instant),
)

unsubscribed = Table(
    "unsubscribed",
    metadata,
    Column("address", String, primary_key=True),  # in lower case
    Column("at", Instant, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("flow", String, nullable=False),
    Column("started_at", Instant, nullable=False, index=True),
    Column("finished_at", Instant),
    Column("summary", JSON, nullable=False),
)

Index("ix_verdicts_comment_id", verdicts.c.comment_id, verdicts.c.id)
