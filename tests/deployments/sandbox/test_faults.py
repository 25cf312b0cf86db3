"""Faults on request: the clients meet them as they would meet the real ones."""

from collections.abc import Callable
from typing import Any

import praw
import prawcore
import pytest
import requests
import tweepy
from googleapiclient.errors import HttpError
from slack_sdk.webhook import WebhookClient

from deployments.sandbox.faults import Fault
from deployments.sandbox.server import Sandbox


def test_a_429_of_reddit_tells_how_long_to_wait_and_passes(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    sandbox.inject(Fault("reddit", "429", path="/r/", headers={"retry-after": "7"}))
    with pytest.raises(prawcore.exceptions.TooManyRequests) as caught:
        list(reddit.subreddit("spotify").new())
    assert float(caught.value.retry_after) == 7
    assert len(list(reddit.subreddit("spotify").new())) == 1


def test_faults_hit_as_often_as_asked_and_only_their_platform(sandbox: Sandbox, x: tweepy.Client) -> None:
    sandbox.inject(Fault("x", "503", times=2))
    for _ in range(2):
        with pytest.raises(tweepy.TwitterServerError):
            x.search_recent_tweets("hello")
    assert x.search_recent_tweets("hello").meta["result_count"] == 1
    assert [fault.kind for fault in sandbox.faults.happened] == ["503", "503"]


def test_a_429_of_x_carries_its_reset(sandbox: Sandbox, x: tweepy.Client) -> None:
    sandbox.inject(Fault("x", "429", headers={"x-rate-limit-reset": "1900000000"}))
    with pytest.raises(tweepy.TooManyRequests) as caught:
        x.search_recent_tweets("hello")
    assert caught.value.reset_time == 1_900_000_000


def test_a_fault_of_youtube_has_googles_form_and_the_reason_asked_for(sandbox: Sandbox, youtube: Any) -> None:
    sandbox.inject(Fault("youtube", "403", reason="quotaExceeded", path="/youtube/v3/videos"))
    with pytest.raises(HttpError) as caught:
        youtube.videos().list(part="id", id="x").execute()
    assert caught.value.error_details[0]["reason"] == "quotaExceeded"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("malformed", requests.exceptions.JSONDecodeError),
        ("truncated", requests.exceptions.JSONDecodeError),
        ("cut", requests.exceptions.ConnectionError),
        ("lost", requests.exceptions.ConnectionError),
    ],
)
def test_after_a_broken_answer_the_deed_is_done(
    sandbox: Sandbox, x: tweepy.Client, kind: str, error: type[Exception]
) -> None:
    sandbox.inject(Fault("x", kind, method="POST", seconds=0))
    with pytest.raises((error, requests.exceptions.ChunkedEncodingError)):
        x.create_tweet(text="hello", in_reply_to_tweet_id=sandbox.native_ids["x1"]).data.__class__()
    assert [one.text for one in sandbox.posted] == ["hello"]


def test_after_a_timeout_nothing_was_done(sandbox: Sandbox) -> None:
    sandbox.inject(Fault("x", "timeout", seconds=20))
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(f"{sandbox.url}/2/tweets", json={"text": "hello"}, timeout=0.3)
    assert sandbox.posted == []


def test_slack_answers_a_fault_in_its_own_words(sandbox: Sandbox) -> None:
    sandbox.inject(Fault("slack", "429", headers={"retry-after": "1"}))
    client = WebhookClient(sandbox.environment["VIGIE_SLACK_WEBHOOK_URL"])
    refused = client.send(text="hello")
    assert (refused.status_code, refused.body) == (429, "rate_limited")
    assert client.send(text="hello").body == "ok"


def test_another_process_injects_and_clears_faults_over_http(sandbox: Sandbox, x: tweepy.Client) -> None:
    address = f"{sandbox.url}/sandbox/faults"
    told = requests.post(address, json={"platform": "x", "kind": 500, "times": 3, "path": "/2/tweets"}, timeout=10)
    assert told.json() == {"waiting": 1}
    with pytest.raises(tweepy.TwitterServerError):
        x.search_recent_tweets("hello")
    assert requests.delete(address, timeout=10).json() == {"waiting": 0}
    assert x.search_recent_tweets("hello").data


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"platform": "x"}, "platform and kind are needed"),
        ({"platform": "tiktok", "kind": "500"}, "known: reddit, youtube, x"),
        ({"platform": "x", "kind": "200"}, "a status from 400 to 599"),
        ({"platform": "x", "kind": "500", "often": 2}, "platform and kind are needed"),
        ([], "a JSON object"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_the_reason(sandbox: Sandbox, body: Any, said: str) -> None:
    told = requests.post(f"{sandbox.url}/sandbox/faults", json=body, timeout=10)
    assert told.status_code == 400 and said in told.json()["error"]


def test_a_sandbox_stops_while_a_request_hangs(serve: Callable[..., Sandbox], small_community: list[Any]) -> None:
    sandbox = serve(small_community)
    sandbox.inject(Fault("x", "timeout", seconds=600))
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{sandbox.url}/2/users/me", timeout=0.2)
