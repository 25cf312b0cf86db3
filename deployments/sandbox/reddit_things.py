"""Reddit's own JSON of comments, posts, listings and comment trees, with the fields of recorded traffic and newer ones."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from deployments.sandbox import ids
from deployments.sandbox.state import Community, Item

SITE = "https://www.reddit.com"
DELETED = "[deleted]"
TIME_OF_SERVER_S = 28_800  # `created` is in the server's zone, `created_utc` in UTC
DEPTH_CEILING = 10


def thing(community: Community, item: Item, *, listed: bool = True, replies: Any = "") -> dict[str, Any]:
    """`{"kind": "t1" or "t3", "data": ...}`. listed: with the fields that comments have only in listings."""
    if item.kind == "post":
        return {"kind": "t3", "data": _post(community, item)}
    return {"kind": "t1", "data": _comment(community, item, listed=listed, replies=replies)}


def listing(children: list[Any], after: str | None = None, before: str | None = None) -> dict[str, Any]:
    return {
        "kind": "Listing",
        "data": {"modhash": "", "children": children, "after": after, "before": before, "dist": len(children)},
    }


def slug(title: str) -> str:
    return re.sub(r"\W+", "_", title.lower()).strip("_")[:50] or "_"


def permalink(item: Item) -> str:
    path = f"/r/{item.source}/comments/{item.thread[3:]}/{slug(item.title or '')}/"
    return path if item.kind == "post" else f"{path}{item.native[3:]}/"


def markdown_as_html(text: str) -> str:
    paragraphs = (f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    return f'<div class="md">{chr(10).join(paragraphs)}\n</div>'


def _common(item: Item) -> dict[str, Any]:
    author = DELETED if item.deleted or item.author is None else item.author
    created = float(int(item.created_at.timestamp()))
    data = {
        "subreddit_id": ids.reddit_subreddit(item.source),
        "subreddit": item.source,
        "subreddit_name_prefixed": f"r/{item.source}",
        "id": item.native[3:],
        "name": item.native,
        "author": author,
        "author_flair_css_class": None,
        "author_flair_text": None,
        "permalink": permalink(item),
        "created": created + TIME_OF_SERVER_S,
        "created_utc": created,
        "edited": float(int(item.edited_at.timestamp())) if item.edited_at else False,
        "score": item.score,
        "ups": item.score,
        "downs": 0,
        "likes": None,
        "saved": False,
        "gilded": 0,
        "archived": False,
        "locked": item.locked,
        "stickied": item.stickied,
        "distinguished": item.distinguished,
        "banned_by": item.removed_by,
        "approved_by": item.approved_by,
        "removed": item.status == "removed",
        "removal_reason": None,
        "report_reasons": None,
        "user_reports": [],
        "mod_reports": item.mod_reports,
        "num_reports": len(item.mod_reports) or None,
    }
    if author != DELETED:
        data["author_fullname"] = ids.reddit_account(author)
    return data


def _comment(community: Community, item: Item, *, listed: bool, replies: Any) -> dict[str, Any]:
    text = DELETED if item.deleted else item.text
    post = community.items.get(("reddit", item.thread))
    by_poster = item.author is not None and post is not None and post.author == item.author
    data = _common(item) | {
        "link_id": item.thread,
        "parent_id": item.parent,
        "body": text,
        "body_html": markdown_as_html(text),
        "replies": replies,
        "controversiality": 0,
        "score_hidden": False,
        "is_submitter": by_poster,
    }
    if listed:
        data |= {
            "link_title": item.title or "",
            "link_author": (post.author if post else None) or DELETED,
            "link_url": f"{SITE}/r/{item.source}/comments/{item.thread[3:]}/{slug(item.title or '')}/",
            "over_18": False,
            "quarantine": False,
        }
    return data


def _post(community: Community, item: Item) -> dict[str, Any]:
    text = DELETED if item.deleted else item.text
    now = community.now()
    return _common(item) | {
        "title": item.title or "",
        "selftext": text,
        "selftext_html": f"<!-- SC_OFF -->{markdown_as_html(text)}<!-- SC_ON -->" if text else None,
        "is_self": True,
        "domain": f"self.{item.source}",
        "url": SITE + permalink(item),
        "num_comments": max(community.timeline("reddit", "thread", item.native).count(now) - 1, 0),
        "upvote_ratio": 1.0,
        "hide_score": False,
        "hidden": False,
        "clicked": False,
        "visited": False,
        "over_18": False,
        "quarantine": False,
        "contest_mode": False,
        "spoiler": False,
        "suggested_sort": None,
        "thumbnail": "self",
        "media": None,
        "media_embed": {},
        "secure_media": None,
        "secure_media_embed": {},
        "link_flair_css_class": None,
        "link_flair_text": None,
        "removed_by_category": _removed_by(item),
    }


def _removed_by(item: Item) -> str | None:
    if item.deleted:
        return "deleted"
    return "moderator" if item.status == "removed" else None


def tree(community: Community, parent: str, limit: int, depth: int = 0) -> list[dict[str, Any]]:
    """The answers to `parent`, best first, nested; what is beyond `limit` or too deep becomes `more`."""
    budget = [limit]
    return _branch(community, parent, budget, depth)


def _branch(community: Community, parent: str, budget: list[int], depth: int) -> list[dict[str, Any]]:
    now: datetime = community.now().astimezone(UTC)
    answers = list(community.timeline("reddit", "children", parent).oldest_first(now))
    answers = [item for item in answers if _shown(community, item, now)]
    answers.sort(key=lambda item: -item.score)
    if depth >= DEPTH_CEILING and answers:
        return [_more(community, parent, [], answers, depth)]
    shown: list[dict[str, Any]] = []
    for index, item in enumerate(answers):
        if budget[0] <= 0:
            return [*shown, _more(community, parent, answers[index:], answers[index:], depth)]
        budget[0] -= 1
        below = _branch(community, item.native, budget, depth + 1)
        shown.append(thing(community, item, listed=False, replies=listing(below) if below else ""))
        shown[-1]["data"]["depth"] = depth
    return shown


def _shown(community: Community, item: Item, now: datetime) -> bool:
    """A deleted comment stays in the tree only while it has answers."""
    return not item.deleted or community.timeline("reddit", "children", item.native).count(now) > 0


def _more(community: Community, parent: str, listed: list[Item], counted: list[Item], depth: int) -> dict[str, Any]:
    """A `more` object; without `listed` it is Reddit's "continue this thread"."""
    now = community.now()
    first = listed[0].native if listed else "t1__"
    below = sum(community.timeline("reddit", "children", item.native).count(now) for item in counted)
    return {
        "kind": "more",
        "data": {
            "count": len(counted) + below if listed else 0,
            "name": first,
            "id": first[3:],
            "parent_id": parent,
            "depth": depth,
            "children": [item.native[3:] for item in listed],
        },
    }


def things(community: Community, items: Iterable[Item]) -> list[dict[str, Any]]:
    return [thing(community, item) for item in items]
