"""The particular messages of each platform, through the real clients: long and withheld posts, crossposts, authors who left."""

import json
from typing import Any

import pytest

from connectors import reddit, x
from domain.records import Platform, Source, SourceKind

SUBREDDIT = Source(Platform.REDDIT, SourceKind.SUBREDDIT, "test")
QUERY = Source(Platform.X, SourceKind.QUERY, "vigie")
TOKEN = {"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"}


def post(native: str, **fields: Any) -> dict[str, Any]:
    return {"id": native, "text": "short", "created_at": "2026-11-01T10:00:00.000Z", **fields}


@pytest.fixture
def of_x(serve: Any, answer: Any, x_account: Any) -> Any:
    def rows(**body: Any) -> dict[str, dict[str, Any]]:
        x_account(serve(lambda _: answer({"meta": {}, **body})).url)
        return {row["native_id"]: row for page in x.connect().pull(QUERY, None) for row in page.comments.to_dicts()}

    return rows


@pytest.fixture
def of_reddit(serve: Any, answer: Any, reddit_account: Any) -> Any:
    def rows(*children: Any) -> dict[str, dict[str, Any]]:
        listing = {"kind": "Listing", "data": {"children": list(children), "after": None}}
        reddit_account(serve(lambda asked: answer(TOKEN if asked.path.endswith("access_token") else listing)).url)
        pages = reddit.connect().pull(SUBREDDIT, None)
        return {row["native_id"]: row for page in pages for row in page.comments.to_dicts()}

    return rows


def test_a_long_post_of_x_is_read_whole(of_x: Any) -> None:
    whole = "long &amp; winding " * 40
    rows = of_x(data=[post("1600000000000000001", note_tweet={"text": whole})])
    assert rows["1600000000000000001"]["text"] == whole.replace("&amp;", "&")


def test_where_x_withholds_a_post_is_kept(of_x: Any) -> None:
    withheld = {"copyright": False, "country_codes": ["FR"]}
    rows = of_x(data=[post("1600000000000000001", withheld=withheld)])
    assert json.loads(rows["1600000000000000001"]["raw"])["withheld"] == withheld


def test_x_tells_who_wrote_what_is_answered_and_a_missing_parent_costs_nothing_else(of_x: Any) -> None:
    def answering(native: str, parent: str) -> dict[str, Any]:
        return post(native, author_id="5", referenced_tweets=[{"type": "replied_to", "id": parent}])

    rows = of_x(
        data=[answering("1600000000000000003", "1"), answering("1600000000000000004", "2")],
        includes={"tweets": [post("1", author_id="6")], "users": [{"id": "5", "name": "A", "username": "a"}]},
        errors=[{"value": "2", "title": "Not Found Error", "resource_type": "tweet"}],
    )
    known, missing = rows["1600000000000000003"], rows["1600000000000000004"]
    assert (known["parent_id"], missing["parent_id"]) == ("x:1", "x:2")
    assert json.loads(known["raw"])["parent_author_id"] == "6"
    assert "parent_author_id" not in json.loads(missing["raw"])
    assert known["author_name"] == missing["author_name"] == "a"


def test_a_retweet_is_nobodys_comment(of_x: Any) -> None:
    rows = of_x(data=[post("1600000000000000003", referenced_tweets=[{"type": "retweeted", "id": "1"}])])
    assert rows == {}


def test_a_crosspost_tells_what_it_repeats(of_reddit: Any) -> None:
    thing = {"name": "t3_b", "id": "b", "author": "lea", "title": "Look", "selftext": "", "created_utc": 1.7e9,
             "subreddit": "test", "crosspost_parent": "t3_a"}  # fmt: skip
    rows = of_reddit({"kind": "t3", "data": thing})
    assert (rows["t3_b"]["text"], json.loads(rows["t3_b"]["raw"])["crosspost_parent"]) == ("Look", "t3_a")


@pytest.mark.parametrize(
    ("title", "text", "read"),
    [
        ("My Beam is dead", "", "My Beam is dead"),
        ("My Beam is dead", "Since 2.5.", "My Beam is dead\n\nSince 2.5."),
        ("My Beam is dead", "My Beam is dead. Since 2.5.", "My Beam is dead. Since 2.5."),
        ("My Beam", "My Beams are dead", "My Beam\n\nMy Beams are dead"),
    ],
)
def test_a_post_of_reddit_is_read_with_its_title_once(title: str, text: str, read: str, of_reddit: Any) -> None:
    thing = {"name": "t3_b", "id": "b", "author": "lea", "title": title, "selftext": text, "created_utc": 1.7e9,
             "subreddit": "test", "permalink": "/r/test/comments/b/x/"}  # fmt: skip
    row = of_reddit({"kind": "t3", "data": thing})["t3_b"]
    assert (row["text"], row["thread_title"]) == (read, title)


@pytest.mark.parametrize("author", [None, "[deleted]"])
def test_a_deleted_or_suspended_author_of_reddit_is_none_and_leaves_no_id(author: str | None, of_reddit: Any) -> None:
    thing = {"name": "t1_b", "id": "b", "author": author, "author_fullname": "t2_x", "body": "still there",
             "link_id": "t3_a", "parent_id": "t3_a", "created_utc": 1.7e9, "subreddit": "test"}  # fmt: skip
    row = of_reddit({"kind": "t1", "data": thing})["t1_b"]
    assert (row["author_id"], row["author_name"], row["text"], row["deleted"]) == (None, None, "still there", False)
