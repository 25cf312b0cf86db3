"""Rows from X's posts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import unescape

from connectors.paging import Item, Row, compact, instant
from domain.records import Platform, Source

PLATFORM = Platform.X.value
SITE = "https://x.com"
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
SNOWFLAKE_TIME_SHIFT_BITS = 22
FIRST_SNOWFLAKE = 29_700_859_247  # ids before November 2010 do not tell their time
KEPT_FIELDS = (
    "edit_history_tweet_ids", "entities", "in_reply_to_user_id", "possibly_sensitive", "public_metrics",
    "referenced_tweets", "reply_settings", "withheld",
)  # fmt: skip
NO_LANGUAGE = {"und", "zxx", "qme", "qam", "qct", "qht", "qst", "art"}
OLD_LANGUAGE_CODES = {"in": "id", "iw": "he", "ji": "yi"}


def rows_of(post: Item, source: Source, users: Mapping[str, Item], posts: Mapping[str, Item]) -> list[Row]:
    """No row for a retweet, else one row of COMMENT_SCHEMA. users, posts: what the answer includes, by id.

    Fields that X leaves out (it sends only `id` and `text` unless asked) are null, or told by the id itself.
    Raises KeyError, TypeError or ValueError where the object is not a post.
    """
    references = {one["type"]: one["id"] for one in post.get("referenced_tweets") or []}
    if "retweeted" in references:
        return []
    native, author_id = post["id"], post.get("author_id")
    author = users.get(author_id or "", {})
    name = author.get("username")
    parent = references.get("replied_to")
    created = instant(post["created_at"]) if post.get("created_at") else _time_of(native)
    versions = post.get("edit_history_tweet_ids") or []
    row = {
        "id": f"x:{native}",
        "platform": PLATFORM,
        "source_id": source.id,
        "native_id": native,
        "kind": "comment",
        "thread_id": f"x:{post.get('conversation_id') or native}",
        "thread_title": None,
        "parent_id": f"x:{parent}" if parent else None,
        "author_id": f"x:{author_id}" if author_id else None,
        "author_name": name,
        # X escapes these three characters, and only these, in the text that it sends.
        "text": unescape((post.get("note_tweet") or {}).get("text") or post["text"]),
        "lang": _language(post.get("lang")),
        "created_at": created,
        "edited_at": created if len(versions) > 1 else None,
        "deleted": False,
        "score": (post.get("public_metrics") or {}).get("like_count"),
        "permalink": f"{SITE}/{name or 'i'}/status/{native}",
        "raw": compact(_with_parent_author(post, posts.get(parent or "")), (*KEPT_FIELDS, "parent_author_id")),
    }
    return [row]


def _with_parent_author(post: Item, parent: Item | None) -> Item:
    return {**post, "parent_author_id": parent["author_id"]} if parent and "author_id" in parent else post


def _language(code: str | None) -> str | None:
    if not code or code in NO_LANGUAGE:
        return None
    code = code.split("-")[0].lower()
    return OLD_LANGUAGE_CODES.get(code, code)


def _time_of(native: str) -> datetime:
    """The instant that is part of a post's id since November 2010."""
    number = int(native)
    if number < FIRST_SNOWFLAKE:
        raise ValueError("neither `created_at` nor an id that tells the time")
    return datetime.fromtimestamp(((number >> SNOWFLAKE_TIME_SHIFT_BITS) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)
