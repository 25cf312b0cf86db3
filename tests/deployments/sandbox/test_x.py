"""X's stand-in, driven by tweepy."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import tweepy

from deployments.sandbox.server import Sandbox


def ids(response: Any) -> list[str]:
    return [str(post.id) for post in response.data or []]


def mentions(x: tweepy.Client, **wanted: Any) -> Any:
    return x.get_users_mentions(x.get_me().data.id, **({"max_results": 100} | wanted))


def test_mentions_come_newest_first_and_only_with_the_fields_asked_for(sandbox: Sandbox, x: tweepy.Client) -> None:
    found = mentions(x)
    assert ids(found) == [sandbox.native_ids[key] for key in ("x3", "x2", "x1")]
    assert found.data[0].data.keys() == {"id", "text", "edit_history_tweet_ids"}
    assert found.meta == {
        "newest_id": sandbox.native_ids["x3"], "oldest_id": sandbox.native_ids["x1"], "result_count": 3,
    }  # fmt: skip
    more = mentions(x, tweet_fields=["created_at", "conversation_id", "public_metrics"], expansions=["author_id"])
    assert more.data[1].data.keys() - found.data[1].data.keys() == {
        "created_at", "conversation_id", "public_metrics", "author_id",
    }  # fmt: skip
    assert {user.username for user in more.includes["users"]} == {"eve", "fay"}


def test_ids_carry_their_time_so_that_since_id_works(sandbox: Sandbox, x: tweepy.Client) -> None:
    newest = int(sandbox.native_ids["x3"])
    assert (newest >> 22) + 1_288_834_974_657 == sandbox.community.items["x", str(newest)].created_at.timestamp() * 1000
    assert ids(mentions(x, since_id=sandbox.native_ids["x1"])) == [sandbox.native_ids["x3"], sandbox.native_ids["x2"]]
    assert mentions(x, since_id=newest).meta == {"result_count": 0}


def test_a_reply_can_be_read_back_in_its_conversation(sandbox: Sandbox, x: tweepy.Client) -> None:
    made = x.create_tweet(text="On regarde ça 🙂", in_reply_to_tweet_id=sandbox.native_ids["x2"]).data["id"]
    read = x.get_tweet(made, tweet_fields=["conversation_id", "referenced_tweets"], expansions=["author_id"])
    assert (read.data.text, str(read.data.conversation_id)) == ("On regarde ça 🙂", sandbox.native_ids["x1"])
    assert [str(one.id) for one in read.data.referenced_tweets] == [sandbox.native_ids["x2"]]
    assert read.includes["users"][0].username == "Brand"
    found = x.search_recent_tweets(f"conversation_id:{sandbox.native_ids['x1']}")
    assert ids(found) == [made, sandbox.native_ids["x2"], sandbox.native_ids["x1"]]
    assert made not in ids(mentions(x))
    assert [(one.kind, one.target, one.native_id) for one in sandbox.posted] == [
        ("reply", sandbox.native_ids["x2"], made)
    ]


def test_more_than_a_thousand_posts_are_paged_and_mentions_end_at_eight_hundred(
    serve: Callable[..., Sandbox], row: Callable[..., Any], x_at: Callable[[Sandbox], tweepy.Client]
) -> None:
    sandbox = serve([row(f"m{n}", "Brand", 2_000 - n, text=f"@Brand {n}") for n in range(1_250)])
    x = x_at(sandbox)
    expected = [sandbox.native_ids[f"m{n}"] for n in range(1_249, -1, -1)]
    pages = tweepy.Paginator(x.search_recent_tweets, "@Brand -is:retweet", max_results=100)
    assert [native for page in pages for native in ids(page)] == expected
    pages = tweepy.Paginator(x.get_users_mentions, x.get_me().data.id, max_results=100)
    assert [native for page in pages for native in ids(page)] == expected[:800]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("from:eve", ["x3", "x1"]),
        ("to:eve", ["x2"]),
        ("@brand -from:eve", ["x2"]),
        ("waiting OR hello", ["x3", "x1"]),
        ('"me too" is:reply', ["x2"]),
        ("@Brand (hello OR waiting) -is:retweet", ["x3", "x1"]),
        ("brandy", []),
    ],
)
def test_search_understands_the_operators_in_use(
    sandbox: Sandbox, x: tweepy.Client, query: str, keys: list[str]
) -> None:
    assert ids(x.search_recent_tweets(query)) == [sandbox.native_ids[key] for key in keys]


def test_search_reaches_back_seven_days_unless_told_otherwise(
    serve: Callable[..., Sandbox], row: Callable[..., Any], x_at: Callable[[Sandbox], tweepy.Client]
) -> None:
    week = 7 * 24 * 60
    rows = [row("old", "Brand", week + 60), row("new", "Brand", week - 60)]
    for options, keys in (({}, ["new"]), ({"x_search_window": None}, ["new", "old"])):
        sandbox = serve(rows, **options)
        assert ids(x_at(sandbox).search_recent_tweets("text")) == [sandbox.native_ids[key] for key in keys]
    only_old = serve(rows[:1])
    assert ids(x_at(only_old).search_recent_tweets("text")) == [only_old.native_ids["old"]]


def test_a_start_time_before_the_window_is_an_invalid_request(sandbox: Sandbox, x: tweepy.Client, clock: Any) -> None:
    with pytest.raises(tweepy.BadRequest, match="start_time"):
        x.search_recent_tweets("hello", start_time=clock.now - timedelta(days=8))
    recent = x.search_recent_tweets("@Brand", start_time=clock.now - timedelta(minutes=250))
    assert ids(recent) == [sandbox.native_ids["x3"], sandbox.native_ids["x2"]]


def test_missing_posts_are_partial_errors(sandbox: Sandbox, x: tweepy.Client) -> None:
    found = x.get_tweets([sandbox.native_ids["x1"], "1234"])
    assert ids(found) == [sandbox.native_ids["x1"]]
    assert [(one["title"], one["value"], one["resource_type"]) for one in found.errors] == [
        ("Not Found Error", "1234", "tweet")
    ]
    assert x.get_user(username="nobody_here").data is None


def test_a_parent_that_was_deleted_is_told_as_a_partial_error(
    serve: Callable[..., Sandbox], row: Callable[..., Any], x_at: Callable[[Sandbox], tweepy.Client]
) -> None:
    rows = [row("mine", "Brand", 60, author="Brand", text="News"),
            row("answer", "Brand", 50, thread="mine", parent="mine", text="@Brand nice")]  # fmt: skip
    sandbox = serve(rows)
    x = x_at(sandbox)
    x.delete_tweet(sandbox.native_ids["mine"])
    found = mentions(x, expansions=["referenced_tweets.id"])
    assert (ids(found), found.includes) == ([sandbox.native_ids["answer"]], {})
    assert found.errors[0]["parameter"] == "referenced_tweets.id"


def test_posts_can_be_deleted_by_their_author_and_replies_hidden(sandbox: Sandbox, x: tweepy.Client) -> None:
    made = x.create_tweet(text="hello all").data["id"]
    assert x.delete_tweet(made).data == {"deleted": True}
    assert x.get_tweet(made).data is None
    with pytest.raises(tweepy.Forbidden):
        x.delete_tweet(sandbox.native_ids["x1"])
    assert x.hide_reply(sandbox.native_ids["x2"]).data == {"hidden": True}
    assert x.unhide_reply(sandbox.native_ids["x2"]).data == {"hidden": False}
    assert [one.kind for one in sandbox.posted] == ["post", "delete", "hide", "unhide"]


def test_a_deleted_account_has_no_author_id(
    serve: Callable[..., Sandbox], row: Callable[..., Any], x_at: Callable[[Sandbox], tweepy.Client]
) -> None:
    x = x_at(serve([row("gone", "Brand", author=None)]))
    found = mentions(x, expansions=["author_id"])
    assert (found.data[0].author_id, found.includes) == (None, {})


def test_writing_needs_the_account_and_wrong_tokens_are_refused(
    sandbox: Sandbox, x: tweepy.Client, x_at: Callable[[Sandbox], tweepy.Client]
) -> None:
    x.access_token = "wrong"
    with pytest.raises(tweepy.Unauthorized):
        x.create_tweet(text="hello")
    with pytest.raises(tweepy.Forbidden, match="Application-Only"):
        x_at(sandbox).create_tweet(text="hello", user_auth=False)
    x.bearer_token = "wrong"
    with pytest.raises(tweepy.Unauthorized):
        x.search_recent_tweets("hello")
    assert sandbox.posted == []


def test_too_long_posts_and_replies_to_what_is_gone_are_refused(x: tweepy.Client) -> None:
    with pytest.raises(tweepy.Forbidden, match="too long"):
        x.create_tweet(text="a" * 281)
    with pytest.raises(tweepy.Forbidden, match="deleted or not visible"):
        x.create_tweet(text="hello", in_reply_to_tweet_id="1234")


def test_counts_add_up(sandbox: Sandbox, x: tweepy.Client) -> None:
    found = x.get_recent_tweets_count("@Brand")
    assert found.meta["total_tweet_count"] == sum(hour["tweet_count"] for hour in found.data) == 3
