"""X's own JSON of posts, users, expansions and partial errors: only the fields that a request asks for."""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from deployments.sandbox import ids
from deployments.sandbox.answers import answer
from deployments.sandbox.state import MENTION, Community, Item

PROBLEM = "https://api.twitter.com/2/problems/"


def found_post(community: Community, native: str) -> Item | None:
    """A post that is there and was not deleted."""
    item = community.find("x", native)
    return item if item is not None and not item.deleted else None


def post_of(community: Community, item: Item, values: dict[str, str]) -> dict[str, Any]:
    asked = set(values.get("tweet.fields", "").split(","))
    if "author_id" in values.get("expansions", ""):
        asked.add("author_id")
    if "referenced_tweets.id" in values.get("expansions", ""):
        asked.add("referenced_tweets")
    post: dict[str, Any] = {"edit_history_tweet_ids": [item.native], "id": item.native, "text": item.text}
    return post | {
        name: value for name, value in _optional(community, item).items() if name in asked and value is not None
    }


def _optional(community: Community, item: Item) -> dict[str, Any]:
    parent = community.items.get(("x", item.parent or ""))
    mentions = [
        {"start": found.start(), "end": found.end(), "username": found[1], "id": ids.x_account(found[1])}
        for found in MENTION.finditer(item.text)
    ]
    return {
        "author_id": ids.x_account(item.author) if item.author else None,
        "conversation_id": item.thread,
        "created_at": stamp(item.created_at),
        "in_reply_to_user_id": ids.x_account(parent.author) if parent and parent.author else None,
        "referenced_tweets": [{"type": "replied_to", "id": item.parent}] if item.parent else None,
        "public_metrics": {
            "retweet_count": 0,
            "reply_count": community.timeline("x", "children", item.native).count(community.now()),
            "like_count": max(item.score, 0),
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": 0,
        },
        "entities": {"mentions": mentions} if mentions else None,
        "lang": "und",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_controls": None,
    }


def expanded(community: Community, page: list[Item], values: dict[str, str]) -> dict[str, Any]:
    asked = set(values.get("expansions", "").split(","))
    includes: dict[str, Any] = {}
    errors: list[Any] = []
    if "author_id" in asked:
        names = dict.fromkeys(item.author for item in page if item.author)
        includes["users"] = [user_of(name, values) for name in names]
    if "referenced_tweets.id" in asked:
        parents = dict.fromkeys(item.parent for item in page if item.parent)
        found = {native: found_post(community, native) for native in parents}
        includes["tweets"] = [post_of(community, item, values) for item in found.values() if item]
        errors = [missing("tweet", "referenced_tweets.id", native) for native, item in found.items() if not item]
    kept = {name: value for name, value in includes.items() if value}
    return ({"includes": kept} if kept else {}) | ({"errors": errors} if errors else {})


def user_of(name: str, values: dict[str, str]) -> dict[str, Any]:
    asked = set(values.get("user.fields", "").split(","))
    more: dict[str, Any] = {
        "created_at": "2015-01-01T00:00:00.000Z", "description": "", "protected": False, "verified": False,
        "public_metrics": {"followers_count": 1, "following_count": 1, "tweet_count": 1, "listed_count": 0},
    }  # fmt: skip
    given = {"id": ids.x_account(name), "name": name, "username": name}
    return given | {key: value for key, value in more.items() if key in asked}


def missing(kind: str, parameter: str, value: str) -> dict[str, Any]:
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEM + "resource-not-found",
    }


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def partial(found: list[Any], missing: list[Any], expanded: dict[str, Any] | None = None) -> Response:
    body: dict[str, Any] = {"data": found} if found else {}
    body |= expanded or {}
    errors = body.get("errors", []) + missing
    return answer(body | ({"errors": errors} if errors else {}))
