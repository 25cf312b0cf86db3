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
