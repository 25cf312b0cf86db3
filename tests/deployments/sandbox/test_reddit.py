"""Reddit's stand-in, driven by praw."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import praw
import prawcore
import pytest
import requests
from praw.exceptions import RedditAPIException

from deployments.sandbox.server import Sandbox


def names(things: Any) -> list[str]:
    return [thing.name for thing in things]


def test_new_comments_come_newest_first_and_those_of_the_future_not_at_all(
    sandbox: Sandbox, reddit: praw.Reddit
) -> None:
    ids = sandbox.native_ids
    assert names(reddit.subreddit("Spotify").comments()) == [ids["c3"], ids["c2"], ids["c1"]]
    assert names(reddit.subreddit("spotify").new()) == [ids["p1"]]


def test_a_comment_of_the_future_is_served_once_its_time_has_come(
    sandbox: Sandbox, reddit: praw.Reddit, clock: Any
) -> None:
    clock.now += timedelta(hours=1)
    assert next(reddit.subreddit("spotify").comments(limit=1)).name == sandbox.native_ids["later"]


def test_a_deleted_author_is_none_and_the_text_is_as_typed(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    comment = reddit.comment(sandbox.native_ids["c2"][3:])
    assert (comment.author, comment.body, hasattr(comment, "author_fullname")) == (None, "مرحبا & <b>", False)


def test_ids_grow_with_time(sandbox: Sandbox) -> None:
    ids = [sandbox.native_ids[key][3:] for key in ("p1", "c1", "c2", "c3", "later")]
    assert ids == sorted(ids) and len({len(native) for native in ids}) == 1


def test_a_reply_can_be_read_back_everywhere(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    made = reddit.comment(sandbox.native_ids["c1"][3:]).reply("Essaie le mode hors ligne 🙂")
    again = reddit.comment(made.id)
    assert (again.body, again.parent_id, again.author) == (made.body, sandbox.native_ids["c1"], "vigie_bot")
    assert next(reddit.user.me().comments.new(limit=1)).id == made.id
    assert next(reddit.subreddit("spotify").comments(limit=1)).id == made.id
    assert [(one.kind, one.target, one.text, one.native_id) for one in sandbox.posted] == [
        ("reply", sandbox.native_ids["c1"], made.body, f"t1_{made.id}")
    ]


def test_the_tree_of_a_thread_nests_answers(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    submission = reddit.submission(sandbox.native_ids["p1"][3:])
    assert submission.num_comments == 3
    assert {top.name: names(top.replies) for top in submission.comments} == {
        sandbox.native_ids["c1"]: [sandbox.native_ids["c2"]],
        sandbox.native_ids["c3"]: [],
    }


def test_what_a_tree_leaves_out_is_found_through_more_comments(
    serve: Callable[..., Sandbox], row: Callable[..., Any], reddit_at: Callable[[Sandbox], praw.Reddit]
) -> None:
    wide = [row(f"w{n}", "spotify", 200 - n / 10, thread="p") for n in range(450)]
    deep = [row(f"d{n}", "spotify", 150 - n, thread="p", parent=f"d{n - 1}" if n else None) for n in range(14)]
    sandbox = serve([row("p", "spotify", 300, kind="post"), *wide, *deep])
    submission = reddit_at(sandbox).submission(sandbox.native_ids["p"][3:])
    submission.comment_limit = 100
    submission.comments.replace_more(limit=None)
    assert {comment.name for comment in submission.comments.list()} == set(sandbox.native_ids.values()) - {
        sandbox.native_ids["p"]
    }


def test_a_listing_ends_after_a_thousand_items(
    serve: Callable[..., Sandbox], row: Callable[..., Any], reddit_at: Callable[[Sandbox], praw.Reddit]
) -> None:
    rows = [row("p", "spotify", 5000, kind="post")]
    rows += [row(f"c{n}", "spotify", 4000 - n, thread="p") for n in range(1_250)]
    sandbox = serve(rows)
    found = names(reddit_at(sandbox).subreddit("spotify").comments(limit=None))
    assert found == [sandbox.native_ids[f"c{n}"] for n in range(1_249, 249, -1)]


def test_before_gives_what_is_newer_and_nothing_when_the_anchor_was_deleted(
    sandbox: Sandbox, reddit: praw.Reddit
) -> None:
    made = reddit.comment(sandbox.native_ids["c3"][3:]).reply("soon gone")
    listing = reddit.subreddit("spotify").comments
    assert names(listing(params={"before": sandbox.native_ids["c2"]})) == [f"t1_{made.id}", sandbox.native_ids["c3"]]
    made.delete()
    assert names(listing(params={"before": f"t1_{made.id}"})) == []


def test_a_removed_comment_leaves_the_listing_and_its_text_stays_with_moderators(
    sandbox: Sandbox, reddit: praw.Reddit
) -> None:
    comment = reddit.comment(sandbox.native_ids["c1"][3:])
    comment.mod.remove(reason_id="spam", mod_note="advert")
    assert comment.name not in names(reddit.subreddit("spotify").comments())
    as_moderator = reddit.comment(comment.id)
    assert (as_moderator.body, as_moderator.banned_by, as_moderator.removed) == ("text of c1", "vigie_bot", True)
    assert names(reddit.subreddit("spotify").mod.spam()) == [comment.name]
    comment.mod.approve()
    assert comment.name in names(reddit.subreddit("spotify").comments())
    assert [one.kind for one in sandbox.posted] == ["remove", "removal_reason", "approve"]


def test_a_report_fills_the_queues_until_a_moderator_approves(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    comment, subreddit = reddit.comment(sandbox.native_ids["c3"][3:]), reddit.subreddit("spotify")
    comment.report("rude")
    assert names(subreddit.mod.modqueue()) == names(subreddit.mod.reports(only="comments")) == [comment.name]
    assert next(subreddit.mod.reports()).mod_reports == [["rude", "vigie_bot"]]
    comment.mod.approve()
    assert names(subreddit.mod.modqueue()) == []


def test_locking_distinguishing_and_editing_are_kept(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    made = reddit.submission(sandbox.native_ids["p1"][3:]).reply("first")
    made.mod.lock()
    made.mod.distinguish(sticky=True)
    made.edit("second")
    again = reddit.comment(made.id)
    assert (again.locked, again.distinguished, again.stickied, again.body) == (True, "moderator", True, "second")
    assert isinstance(again.edited, float)


def test_replies_and_mentions_reach_the_inbox(
    serve: Callable[..., Sandbox], row: Callable[..., Any], reddit_at: Callable[[Sandbox], praw.Reddit]
) -> None:
    sandbox = serve([
        row("p", "spotify", 90, kind="post", author="vigie_bot"),
        row("answer", "spotify", 80, thread="p"),
        row("call", "spotify", 70, thread="p", parent="answer", text="ask u/vigie_bot"),
    ])  # fmt: skip
    inbox = reddit_at(sandbox).inbox
    assert names(inbox.all()) == [sandbox.native_ids["answer"]]
    assert names(inbox.mentions()) == [sandbox.native_ids["call"]]


def test_info_finds_several_things_at_once(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    wanted = [sandbox.native_ids["p1"], sandbox.native_ids["c2"]]
    assert names(reddit.info(fullnames=[*wanted, "t1_zzzzzzz"])) == wanted


def test_a_wrong_password_and_an_unknown_subreddit_are_refused_as_by_reddit(
    sandbox: Sandbox, reddit: praw.Reddit
) -> None:
    addresses = dict.fromkeys(("reddit_url", "oauth_url", "short_url"), sandbox.url)
    stranger = praw.Reddit(
        client_id=sandbox.environment["VIGIE_REDDIT_CLIENT_ID"],
        client_secret=sandbox.environment["VIGIE_REDDIT_CLIENT_SECRET"],
        username="vigie_bot", password="wrong", user_agent="test", check_for_updates=False, **addresses,
    )  # fmt: skip
    with pytest.raises(prawcore.exceptions.OAuthException, match="invalid_grant"):
        stranger.user.me()
    with pytest.raises(prawcore.exceptions.NotFound):
        list(reddit.subreddit("nowhere").comments())


def test_an_application_without_an_account_reads_but_may_not_write(sandbox: Sandbox) -> None:
    addresses = dict.fromkeys(("reddit_url", "oauth_url", "short_url"), sandbox.url)
    reader = praw.Reddit(
        client_id=sandbox.environment["VIGIE_REDDIT_CLIENT_ID"],
        client_secret=sandbox.environment["VIGIE_REDDIT_CLIENT_SECRET"],
        user_agent="test", check_for_updates=False, **addresses,
    )  # fmt: skip
    comment = next(reader.subreddit("spotify").comments())
    assert comment.num_reports is None
    with pytest.raises(RedditAPIException, match="USER_REQUIRED"):
        comment.reply("hello")


def test_a_reply_to_a_deleted_comment_or_without_text_is_refused(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    made = reddit.comment(sandbox.native_ids["c1"][3:]).reply("gone")
    made.delete()
    with pytest.raises(RedditAPIException, match="DELETED_COMMENT"):
        made.reply("too late")
    with pytest.raises(RedditAPIException, match="NO_TEXT"):
        reddit.comment(sandbox.native_ids["c1"][3:]).reply("  ")


def test_rate_limit_headers_tell_a_window_that_never_makes_the_client_wait(
    sandbox: Sandbox, reddit: praw.Reddit
) -> None:
    for _ in range(5):
        reddit.request(method="GET", path="r/spotify/comments")
        assert reddit._core._rate_limiter.next_request_timestamp_ns <= time.monotonic_ns()
    limits = reddit.auth.limits
    assert (limits["used"], limits["used"] + limits["remaining"]) == (5, 1_000)


def test_texts_have_html_entities_unless_raw_json_is_asked_for(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    reddit.user.me()
    token = {"Authorization": f"Bearer {reddit.auth._reddit._core._authorizer.access_token}"}
    got = requests.get(f"{sandbox.url}/api/info", params={"id": sandbox.native_ids["c2"]}, headers=token, timeout=10)
    assert got.json()["data"]["children"][0]["data"]["body"] == "مرحبا &amp; &lt;b&gt;"
