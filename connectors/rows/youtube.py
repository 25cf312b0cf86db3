"""Rows from YouTube's comment threads and replies."""

import html
import re
from collections.abc import Sequence
from typing import Any

import nh3

from connectors.paging import Item, Row, compact, instant
from domain.records import Platform, Source

PLATFORM = Platform.YOUTUBE.value
SITE = "https://www.youtube.com"
KEPT_FIELDS = ("videoId", "channelId", "parentId", "moderationStatus", "canRate", "viewerRating", "authorChannelUrl")
ALL_KEPT_FIELDS = (*KEPT_FIELDS, "canReply", "totalReplyCount", "isPublic")


def rows_of_thread(thread: Item, source: Source, titles: dict[str, str | None]) -> list[Row]:
    """Rows of COMMENT_SCHEMA: the top-level comment and the replies that are inlined.

    Raises KeyError, TypeError or ValueError where the object is not a `youtube#commentThread`.
    """
    snippet = thread["snippet"]
    top = snippet["topLevelComment"]
    video = snippet.get("videoId") or top["snippet"].get("videoId")
    home = video or snippet.get("channelId")
    raw = compact({**snippet, **top["snippet"]}, ALL_KEPT_FIELDS)
    first = _row(top, source, thread_id=f"youtube:{home}" if home else f"youtube:{top['id']}", video=video, raw=raw)
    first["thread_title"] = titles.get(video or "")
    return [first, *(row_of_reply(reply, first, source) for reply in _inlined(thread))]


def row_of_reply(reply: Item, top: Row, source: Source) -> Row:
    """A row of COMMENT_SCHEMA from a `youtube#comment` that answers the top-level comment of the row `top`.

    A listing by parent leaves the video out: it is the one of `top`.
    """
    thread = top["thread_id"]
    video = reply["snippet"].get("videoId") or _video_in(top["permalink"])
    raw = compact({**reply["snippet"], "videoId": video}, KEPT_FIELDS)
    row = _row(reply, source, thread_id=thread, video=video, raw=raw)
    return {**row, "parent_id": top["id"], "thread_title": top["thread_title"]}


def _row(comment: Item, source: Source, *, thread_id: str, video: str | None, raw: str) -> Row:
    snippet = comment["snippet"]
    author = (snippet.get("authorChannelId") or {}).get("value")
    written, last = snippet["publishedAt"], snippet.get("updatedAt")
    created = instant(written)
    updated = instant(last) if last and last != written else created
    return {
        "id": f"youtube:{comment['id']}",
        "platform": PLATFORM,
        "source_id": source.id,
        "native_id": comment["id"],
        "kind": "comment",
        "thread_id": thread_id,
        "parent_id": None,
        "author_id": f"youtube:{author}" if author else None,
        "author_name": snippet.get("authorDisplayName") or None,
        "text": _text(snippet),
        "created_at": created,
        "edited_at": updated if updated > created else None,
        "deleted": False,
        "score": snippet.get("likeCount"),
        "permalink": permalink_of(video, comment["id"]),
        "raw": raw,
    }


def _text(snippet: Item) -> str:
    """What the author wrote, or else what YouTube displays, without its HTML."""
    original = snippet.get("textOriginal")
    if original is not None:
        return str(original)
    return plain_text(snippet["textDisplay"])


def plain_text(displayed: str) -> str:
    """What YouTube displays, without its HTML."""
    lines = re.sub(r"<br\s*/?>", "\n", displayed)
    return html.unescape(nh3.clean(lines, tags=set()))


def permalink_of(video: str | None, comment: str) -> str | None:
    return f"{SITE}/watch?v={video}&lc={comment}" if video else None


def _video_in(permalink: str | None) -> str | None:
    found = re.search(r"[?&]v=([^&]+)", permalink or "")
    return found[1] if found else None


def video_of(thread: Any) -> str | None:
    snippet = thread.get("snippet") if isinstance(thread, dict) else None
    video = snippet.get("videoId") if isinstance(snippet, dict) else None
    return video if isinstance(video, str) else None


def _inlined(thread: Item) -> list[Item]:
    return list((thread.get("replies") or {}).get("comments") or [])


def totals_of(threads: Sequence[Any]) -> dict[str, int]:
    """How many replies YouTube counts in each thread, by the id of its first comment."""
    found: dict[str, int] = {}
    for thread in threads:
        snippet = thread.get("snippet") if isinstance(thread, dict) else None
        total = snippet.get("totalReplyCount") if isinstance(snippet, dict) else None
        if isinstance(total, int) and isinstance(thread.get("id"), str):
            found[thread["id"]] = total
    return found
