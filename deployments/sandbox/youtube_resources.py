"""YouTube's own JSON of comments, threads, videos and channels, with the fields of recorded traffic and newer ones."""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from deployments.sandbox import ids
from deployments.sandbox.state import Community, Item, Order

INLINED_REPLIES = 5
MARKUP = re.compile(r"&(amp|lt|gt|quot|#\d{1,6}|#x[0-9a-fA-F]{1,5});|<br ?/?>|</?[abi]\b[^>]*>")
LINE_BREAK = re.compile(r"<br ?/?>")
TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


def etag(resource: Any) -> str:
    return ids.opaque("etag", repr(resource), length=27)


def tagged(kind: str, native: str, parts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": f"youtube#{kind}", "etag": etag((native, parts)), "id": native} | parts


def instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def as_plain(text: str) -> str:
    """Text as its author typed it, also of an export that holds what YouTube displays (entities, `<br />`, links)."""
    if not MARKUP.search(text):
        return text
    return html.unescape(TAG.sub("", LINE_BREAK.sub("\n", text)))


def as_html(text: str) -> str:
    return text if MARKUP.search(text) else html.escape(text).replace("\n", "<br>")


def comment(item: Item, *, plain: bool, parts: set[str]) -> dict[str, Any]:
    """A `youtube#comment`; without `snippet` in `parts` only its id."""
    if "snippet" not in parts:
        return tagged("comment", item.native, {})
    is_reply = item.parent != item.thread
    snippet: dict[str, Any] = {
        "channelId": item.source,
        "videoId": item.thread,
        "textDisplay": as_plain(item.text) if plain else as_html(item.text),
        "textOriginal": as_plain(item.text),
        **_author(item),
        "canRate": True,
        "viewerRating": "none",
        "likeCount": max(item.score, 0),
        "publishedAt": instant(item.created_at),
        "updatedAt": instant(item.edited_at or item.created_at),
    }
    if is_reply:
        snippet["parentId"] = item.parent
    if item.status != "published":
        snippet["moderationStatus"] = item.status
    return tagged("comment", item.native, {"snippet": snippet})


def _author(item: Item) -> dict[str, Any]:
    if item.author is None:
        return {"authorDisplayName": "", "authorProfileImageUrl": "", "authorChannelUrl": ""}
    channel = ids.youtube_channel(item.author)
    return {
        "authorDisplayName": item.author,
        "authorProfileImageUrl": f"https://yt3.ggpht.com/ytc/{channel}=s48-c-k-c0x00ffffff-no-rj",
        "authorChannelUrl": f"http://www.youtube.com/channel/{channel}",
        "authorChannelId": {"value": channel},
    }


def published_replies(community: Community, item: Item, older_than: Order | None = None) -> Iterator[Item]:
    """Replies that everybody sees, newest first."""
    newest = community.timeline("youtube", "children", item.native).newest_first(community.now(), older_than)
    return (reply for reply in newest if reply.status == "published" and not reply.deleted)


def comment_thread(community: Community, item: Item, *, plain: bool, parts: set[str]) -> dict[str, Any]:
    """A `youtube#commentThread`: the top-level comment and at most five of its replies."""
    replies = list(published_replies(community, item))
    found: dict[str, Any] = {}
    if "snippet" in parts:
        found["snippet"] = {
            "channelId": item.source,
            "videoId": item.thread,
            "topLevelComment": comment(item, plain=plain, parts={"snippet"}),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": item.status == "published",
        }
    if "replies" in parts and replies:
        inlined = [comment(reply, plain=plain, parts={"snippet"}) for reply in islice(replies, INLINED_REPLIES)]
        found["replies"] = {"comments": inlined}
    return tagged("commentThread", item.native, found)


def video(community: Community, item: Item, parts: set[str]) -> dict[str, Any]:
    comments = community.timeline("youtube", "thread", item.native).count(community.now()) - 1
    found: dict[str, Any] = {
        "snippet": {
            "publishedAt": instant(item.created_at),
            "channelId": item.source,
            "title": item.title or "",
            "description": item.text,
            "thumbnails": _thumbnails(item.native),
            "channelTitle": item.author or item.source,
            "categoryId": "22",
            "liveBroadcastContent": "none",
            "localized": {"title": item.title or "", "description": item.text},
        },
        "contentDetails": {"duration": "PT5M", "dimension": "2d", "definition": "hd", "caption": "false"},
        "statistics": {"viewCount": "0", "likeCount": str(max(item.score, 0)), "favoriteCount": "0",
                       "commentCount": str(max(comments, 0))},
        "status": {"uploadStatus": "processed", "privacyStatus": "public", "license": "youtube", "embeddable": True},
    }  # fmt: skip
    return tagged("video", item.native, {name: value for name, value in found.items() if name in parts})


def channel(community: Community, name: str, parts: set[str]) -> dict[str, Any]:
    videos = community.timeline("youtube", "video", name.lower())
    newest = next(videos.newest_first(community.now()), None)
    title = (newest.author if newest else None) or name
    found: dict[str, Any] = {
        "snippet": {"title": title, "description": "", "customUrl": f"@{title.lower().replace(' ', '')}",
                    "publishedAt": "2010-01-01T00:00:00Z", "thumbnails": {}, "localized": {"title": title, "description": ""}},
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": uploads_of(name)}},
        "statistics": {"viewCount": "0", "subscriberCount": "1000", "hiddenSubscriberCount": False,
                       "videoCount": str(videos.count(community.now()))},
    }  # fmt: skip
    return tagged("channel", name, {part: value for part, value in found.items() if part in parts})


def uploads_of(channel_id: str) -> str:
    return "UU" + channel_id[2:]


def playlist_item(item: Item, position: int, parts: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "snippet": {
            "publishedAt": instant(item.created_at),
            "channelId": item.source,
            "title": item.title or "",
            "description": item.text,
            "thumbnails": _thumbnails(item.native),
            "channelTitle": item.author or item.source,
            "playlistId": uploads_of(item.source),
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": item.native},
        },
        "contentDetails": {"videoId": item.native, "videoPublishedAt": instant(item.created_at)},
        "status": {"privacyStatus": "public"},
    }
    native = ids.opaque("playlist item", item.native, length=40)
    return tagged("playlistItem", native, {name: value for name, value in found.items() if name in parts})


def _thumbnails(native: str) -> dict[str, Any]:
    return {"default": {"url": f"https://i.ytimg.com/vi/{native}/default.jpg", "width": 120, "height": 90}}
