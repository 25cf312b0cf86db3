"""Rows from Reddit's comments (`t1`) and submissions (`t3`)."""

import re
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from connectors.paging import Item, Row, compact
from domain.records import Platform, Source

PLATFORM = Platform.REDDIT.value
SITE = "https://www.reddit.com"
GONE_TEXTS = {"[deleted]", "[removed]", "[removed by reddit]", "[ removed by reddit ]"}
# Other values (`moderator`, `automod_filtered`, `reddit`) leave the text with the moderators, who may approve it.
GONE_CATEGORIES = {"deleted", "author", "anti_evil_ops", "content_takedown", "copyright_takedown"}
KEPT_FIELDS = (
    "subreddit", "subreddit_id", "url", "is_self", "crosspost_parent", "link_flair_text", "author_flair_text",
    "distinguished", "stickied", "locked", "archived", "over_18", "is_submitter", "num_comments", "num_reports",
    "user_reports", "mod_reports", "removed_by_category", "banned_by", "approved_by", "controversiality", "ups", "downs",
)  # fmt: skip


def row_of(thing: Item, source: Source) -> Row:
    """A row of COMMENT_SCHEMA from a `t1` (comment) or `t3` (submission) object.

    Raises KeyError, TypeError or ValueError where the object is not one of these.
    """
    kind, data = thing["kind"], thing["data"]
    if kind not in ("t1", "t3"):
        raise ValueError(f"an object of the kind {kind!r}")
    is_post = kind == "t3"
    author = data.get("author")
    author = None if author in (None, "[deleted]") else author
    text = data.get("selftext") or "" if is_post else data["body"]
    deleted = text.strip().lower() in GONE_TEXTS or data.get("removed_by_category") in GONE_CATEGORIES
    if is_post:
        text = with_title(data["title"], text)
    return {
        "id": f"reddit:{data['name']}",
        "platform": PLATFORM,
        "source_id": source.id,
        "native_id": data["name"],
        "kind": "post" if is_post else "comment",
        "thread_id": f"reddit:{data['name'] if is_post else _thread_of(data)}",
        "thread_title": (None if deleted else data["title"]) if is_post else data.get("link_title"),
        "parent_id": None if is_post else f"reddit:{data['parent_id']}",
        "author_id": f"reddit:{data.get('author_fullname') or author}" if author else None,
        "author_name": author,
        "text": "" if deleted else text,
        "created_at": datetime.fromtimestamp(data["created_utc"], UTC),
        "edited_at": _edited_at(data.get("edited")),
        "deleted": deleted,
        "score": data.get("score"),
        "permalink": permalink_of(data, data["name"]),
        "raw": compact(data, KEPT_FIELDS),
    }


def with_title(title: str | None, text: str | None) -> str | None:
    """A post as it is read: its title, then its text, which often begins with the title and then is all of it."""
    if not title or not text:
        return text or title
    repeats = text.startswith(title) and not text[len(title) : len(title) + 1].isalnum()
    return text if repeats else f"{title}\n\n{text}"


def _edited_at(edited: object) -> datetime | None:
    """Reddit says false, an epoch in seconds or, of very old comments, only true."""
    if isinstance(edited, bool) or not isinstance(edited, int | float):
        return None
    return datetime.fromtimestamp(edited, UTC)


def permalink_of(data: Item, name: str) -> str | None:
    """The absolute address: as Reddit tells it, or built from the ids in older and in inbox answers."""
    told = data.get("permalink") or str(data.get("context") or "").split("?")[0]
    if told:
        return urljoin(SITE, str(told))
    if name.startswith("t1_") and data.get("link_id"):
        return f"{SITE}/r/{data['subreddit']}/comments/{data['link_id'].removeprefix('t3_')}/_/{data['id']}/"
    return None


def _thread_of(comment: Item) -> str:
    """The submission of a comment; the inbox tells it only by the address of the comment in its context."""
    if comment.get("link_id"):
        return str(comment["link_id"])
    found = re.search(r"/comments/(\w+)", str(comment.get("context") or ""))
    return f"t3_{found[1]}" if found else str(comment["link_id"])


def unfolded(things: Sequence[Any]) -> tuple[list[Item], list[Item]]:
    """The comments of a tree of replies, and the data of the `more` objects in it."""
    found: list[Item] = []
    folded: list[Item] = []
    waiting = deque(things)
    while waiting:
        thing = waiting.popleft()
        data = thing.get("data") if isinstance(thing, dict) else None
        if not isinstance(data, dict):
            found.append(thing)  # `read` tells what is wrong with it
        elif thing.get("kind") == "more":
            folded.append(data)
        else:
            found.append(thing)
            if isinstance(replies := data.get("replies"), dict):
                waiting.extend(replies["data"]["children"])
    return found, folded
