"""Slack messages arrive once, and what Slack answers becomes a typed error without the webhook's address."""

import json
import traceback
from typing import Any

import pytest

from connectors import slack
from connectors.contract import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Été* 🎉"}}]
PATH = "/services/T000/B000/s3cret"


@pytest.fixture
def webhook(serve: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(answer: Any) -> Any:
        loopback = serve(lambda request: answer)
        monkeypatch.setenv("VIGIE_SLACK_WEBHOOK_URL", loopback.url + PATH)
        return loopback

    return start


def test_a_message_arrives_as_it_is(webhook: Any, answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    loopback = webhook(answer(b"ok"))
    slack.post(BLOCKS, "Été")
    assert "s3cret" not in caplog.text
    (request,) = loopback.requests
    assert (request.method, request.path) == ("POST", PATH)
    assert json.loads(request.body) == {"text": "Été", "blocks": BLOCKS}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b"invalid_blocks", Rejected),
        (403, b"invalid_token", Unauthorized),
        (404, b"no_service", Unauthorized),
        (410, b"channel_is_archived", Rejected),
        (500, b"rollup_error", Unavailable),
    ],
)
def test_refusals_keep_their_meaning(status: int, body: bytes, expected: type, webhook: Any, answer: Any) -> None:
    loopback = webhook(answer(body, status))
    with pytest.raises(ConnectorError) as caught:
        slack.post(BLOCKS, "Été")
    assert type(caught.value) is expected
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    assert len(loopback.requests) == 1


def test_a_rate_limit_tells_how_long_to_wait(webhook: Any, answer: Any) -> None:
    webhook(answer(b"rate_limited", 429, {"Retry-After": "30"}))
    with pytest.raises(RateLimited) as caught:
        slack.post(BLOCKS, "Été")
    assert caught.value.retry_after == 30


@pytest.mark.parametrize("how", ["cut", "drop"])
def test_a_cut_connection_does_not_post_twice(how: str, webhook: Any, answer: Any) -> None:
    loopback = webhook(answer(b"ok, and more", **{how: True}))
    with pytest.raises(Unavailable):
        slack.post(BLOCKS, "Été")
    assert len(loopback.requests) == 1


def test_without_a_webhook_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGIE_SLACK_WEBHOOK_URL", raising=False)
    with pytest.raises(Unauthorized, match="VIGIE_SLACK_WEBHOOK_URL"):
        slack.post(BLOCKS, "Été")


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SLACK_WEBHOOK_URL", "s3cret")
    with pytest.raises(ConnectorError) as caught:
        slack.post(BLOCKS, "Été")
    assert "s3cret" not in str(caught.value)


@pytest.fixture
def bot(serve: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(*answers: Any) -> Any:
        waiting = iter(answers)
        loopback = serve(lambda request: next(waiting))
        monkeypatch.setenv("VIGIE_SLACK_BOT_TOKEN", "xoxb-s3cret")
        monkeypatch.setenv("VIGIE_SLACK_URL", loopback.url + "/slack/api/")
        return loopback

    return start


def said(body: dict[str, Any], answer: Any, status: int = 200, headers: Any = None) -> Any:
    return answer(json.dumps(body).encode(), status, {"Content-Type": "application/json", **(headers or {})})


def test_the_details_follow_in_the_thread_of_the_first_message(bot: Any, answer: Any) -> None:
    loopback = bot(*(said({"ok": True, "ts": f"17.{n}"}, answer) for n in range(3)))
    assert slack.post_thread("#team", [(BLOCKS, "one"), (BLOCKS, "two"), (BLOCKS, "three")]) is None
    sent = [json.loads(request.body) for request in loopback.requests]
    assert [each.get("thread_ts") for each in sent] == [None, "17.0", "17.0"]
    assert [each["text"] for each in sent] == ["one", "two", "three"]
    assert {each["channel"] for each in sent} == {"#team"}


@pytest.mark.parametrize(
    ("status", "word", "expected"),
    [
        (200, "invalid_auth", Unauthorized),
        (200, "not_in_channel", Rejected),
        (200, "invalid_blocks", Rejected),
        (500, "", Unavailable),
    ],
)
def test_what_slack_refuses_the_bot_keeps_its_meaning(
    status: int, word: str, expected: type, bot: Any, answer: Any
) -> None:
    bot(said({"ok": False, "error": word}, answer, status))
    with pytest.raises(ConnectorError) as caught:
        slack.post_thread("#team", [(BLOCKS, "one")])
    assert type(caught.value) is expected
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_thread_that_breaks_off_is_told_and_its_first_message_is_not_sent_again(bot: Any, answer: Any) -> None:
    loopback = bot(
        said({"ok": True, "ts": "17.0"}, answer),
        said({"ok": False, "error": "ratelimited"}, answer, 429, {"Retry-After": "9"}),
    )
    told = slack.post_thread("#team", [(BLOCKS, "one"), (BLOCKS, "two"), (BLOCKS, "three")])
    assert told is not None and told.startswith("RateLimited")
    assert len(loopback.requests) == 2
