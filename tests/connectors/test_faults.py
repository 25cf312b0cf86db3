"""A platform's bad days become the typed errors, through the real clients, without a secret and without a second post."""

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import contract, reddit, x, youtube
from connectors.contract import ConnectorError, Gone, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.youtube_quota import QUOTA_ZONE
from domain.records import Action, ActionKind, Platform, Source, SourceKind

TOKEN = {"access_token": "t0ken-of-the-test", "token_type": "bearer", "expires_in": 3600, "scope": "*"}
SECRETS = (
    "reddit-client_secret", "reddit-password", "youtube-api_key", "youtube-client_secret", "youtube-refresh_token",
    "x-bearer_token", "x-consumer_secret", "x-access_token", TOKEN["access_token"],
)  # fmt: skip
HTML = b"<!DOCTYPE html><title>Oops</title>"
SOURCES = {
    Platform.REDDIT: Source(Platform.REDDIT, SourceKind.SUBREDDIT, "test"),
    Platform.YOUTUBE: Source(Platform.YOUTUBE, SourceKind.VIDEO, "video"),
    Platform.X: Source(Platform.X, SourceKind.QUERY, "vigie"),
}
EVERYWHERE = pytest.mark.parametrize("platform", list(SOURCES))
BOTH_WAYS = pytest.mark.parametrize("way", ["pull", "reply"])


@dataclass
class Ailing:
    """A platform that gives `answers` in turn, the last one for ever, to all but the request for a token."""

    answers: list[Any]
    token: Any
    given: list[Any] = field(default_factory=list)

    def __call__(self, request: Any) -> Any:
        if request.path.endswith("token"):
            return self.token
        self.given.append(request)
        return self.answers[min(len(self.given), len(self.answers)) - 1]


@pytest.fixture
def ailing(
    serve: Any, answer: Any, reddit_account: Any, youtube_account: Any, x_account: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Any, Ailing]]:
    """`ailing(platform, *answers)` gives a connector to a platform that answers so, and what it was asked."""
    # prawcore reads again after a pause; its pauses are left out.
    monkeypatch.setattr("prawcore.sessions.FiniteRetryStrategy._sleep_seconds", lambda self: None)
    accounts = {Platform.REDDIT: reddit_account, Platform.YOUTUBE: youtube_account, Platform.X: x_account}

    def connect(platform: Platform, *answers: Any, token: Any = None) -> tuple[Any, Ailing]:
        server = Ailing(list(answers), token or answer(TOKEN))
        accounts[platform](serve(server).url)
        return contract.connect(platform), server

    return connect


def error_of(connector: Any, way: str) -> ConnectorError:
    """The error of a pull or a reply, after a look for secrets in all that would be logged."""
    platform = connector.platform
    with pytest.raises(ConnectorError) as caught:
        if way == "pull":
            list(connector.pull(SOURCES[platform], None))
        else:
            connector.act(Action("key", platform, ActionKind.REPLY, f"{platform}:t1_a", "t1_a", "Bonjour"))
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not [secret for secret in SECRETS if secret in shown]
    return caught.value


@EVERYWHERE
@BOTH_WAYS
def test_a_rate_limit_tells_how_long_to_wait(platform: Platform, way: str, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(platform, answer({}, 429, {"Retry-After": "7"}))
    error = error_of(connector, way)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 7


@EVERYWHERE
def test_a_rate_limit_without_a_word_leaves_the_pause_open(platform: Platform, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(platform, answer({"message": "slow down"}, 429))
    error = error_of(connector, "pull")
    assert isinstance(error, RateLimited)
    assert error.retry_after is None


def test_x_and_reddit_tell_the_pause_in_their_own_headers(ailing: Any, answer: Any) -> None:
    resets = str(int(time.time()) + 600)
    connector, _ = ailing(Platform.X, answer({}, 429, {"x-rate-limit-reset": resets}))
    error = error_of(connector, "pull")
    assert isinstance(error, RateLimited)
    assert 500 < (error.retry_after or 0) <= 601
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-used": "600", "x-ratelimit-reset": "42"}
    connector, _ = ailing(Platform.REDDIT, answer({}, 429, headers))
    error = error_of(connector, "pull")
    assert isinstance(error, RateLimited)
    assert error.retry_after == 42


@EVERYWHERE
@BOTH_WAYS
@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_credential_is_named(platform: Platform, way: str, status: int, ailing: Any, answer: Any) -> None:
    said = {"title": "Unsupported Authentication", "detail": "Your permission does not reach this"}
    connector, _ = ailing(platform, answer(said, status))
    error = error_of(connector, way)
    assert isinstance(error, Unauthorized)
    assert any(word in str(error) for word in ("VIGIE_", "scope", "Read and write"))


@EVERYWHERE
@BOTH_WAYS
@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_gone(platform: Platform, way: str, status: int, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(platform, answer({}, status))
    assert isinstance(error_of(connector, way), Gone)


@EVERYWHERE
@BOTH_WAYS
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_broken_server_is_unavailable(platform: Platform, way: str, status: int, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(platform, answer({}, status))
    assert isinstance(error_of(connector, way), Unavailable)


@EVERYWHERE
@pytest.mark.parametrize(
    ("status", "told"),
    [(503, "va mal (503)"), (404, "n’a pas cela"), (429, "demande moins de requêtes"), (401, "vérifiez")],
)
def test_a_french_team_reads_what_is_wrong_in_french(
    platform: Platform, status: int, told: str, ailing: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_LANGUAGE", "fr")
    connector, _ = ailing(platform, answer({}, status))
    said = str(error_of(connector, "pull"))
    assert told.split(" (", maxsplit=1)[0] in said
    assert " :" not in said, "no plain space before a colon"


@EVERYWHERE
@BOTH_WAYS
def test_a_page_of_html_is_unavailable(platform: Platform, way: str, ailing: Any, answer: Any) -> None:
    for status in (200, 503):
        connector, _ = ailing(platform, answer(HTML, status, {"Content-Type": "text/html"}))
        assert isinstance(error_of(connector, way), Unavailable)


@EVERYWHERE
@BOTH_WAYS
def test_truncated_json_is_unavailable(platform: Platform, way: str, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(platform, answer(b'{"kind": "Listing", "data": {"chil'))
    assert isinstance(error_of(connector, way), Unavailable)


@EVERYWHERE
@BOTH_WAYS
@pytest.mark.parametrize("body", [[], "words", 3, None, {"data": 3, "items": 3}, {"data": [[]], "items": {}}])
def test_an_unknown_shape_is_never_another_exception(
    platform: Platform, way: str, body: Any, ailing: Any, answer: Any
) -> None:
    connector, _ = ailing(platform, answer(body))
    if way == "pull" and platform is Platform.X and isinstance(body, dict) and isinstance(body["data"], list):
        (page,) = connector.pull(SOURCES[platform], None)
        assert [one.raw for one in page.unreadable] == ["[]"]
    else:
        assert isinstance(error_of(connector, way), Unavailable)


def an_answer_with(platform: Platform, strange: Any) -> Any:
    """A listing of the platform with two comments that it knows, and something new between them."""
    moment = "2026-11-01T10:00:00Z"
    if platform is Platform.REDDIT:
        good = [
            {"kind": "t1", "data": {"name": f"t1_{n}", "id": n, "author": "a", "body": "hello", "link_id": "t3_p",
             "parent_id": "t3_p", "created_utc": 1.7e9, "subreddit": "test"}} for n in "ab"
        ]  # fmt: skip
        return {"kind": "Listing", "data": {"children": [good[0], strange, good[1]], "after": None}}
    if platform is Platform.YOUTUBE:
        snippet = {"textOriginal": "hello", "publishedAt": moment}
        good = [{"id": n, "snippet": {"videoId": "v", "topLevelComment": {"id": n, "snippet": snippet}}} for n in "ab"]
        return {"items": [good[0], strange, good[1]]}
    good = [{"id": f"150000000000000000{n}", "text": "hello"} for n in range(2)]
    return {"data": [good[0], strange, good[1]], "meta": {"result_count": 3}}


@EVERYWHERE
@pytest.mark.parametrize(
    "strange", [{"kind": "t9", "data": {"novelty": 1}}, {"snippet": {"shape": "new"}}, "words", None]
)
def test_an_item_of_a_new_shape_is_kept_raw_and_the_others_arrive(
    platform: Platform, strange: Any, ailing: Any, answer: Any
) -> None:
    connector, _ = ailing(platform, answer(an_answer_with(platform, strange)))
    found = list(connector.pull(SOURCES[platform], None))
    assert {text for page in found for text in page.comments["text"]} == {"hello"}
    kept = {one.raw for page in found for one in page.unreadable}
    assert kept == {json.dumps(strange)}
    assert all(one.reason for page in found for one in page.unreadable)


@EVERYWHERE
@pytest.mark.parametrize("how", ["cut", "drop"])
def test_a_broken_connection_is_unavailable_and_a_write_is_not_sent_again(
    platform: Platform, how: str, ailing: Any, answer: Any
) -> None:
    connector, _ = ailing(platform, answer({"a": "long enough to be cut"}, **{how: True}))
    assert isinstance(error_of(connector, "pull"), Unavailable)
    connector, server = ailing(platform, answer({"a": "long enough to be cut"}, **{how: True}))
    assert isinstance(error_of(connector, "reply"), Unavailable)
    assert [request.method for request in server.given] == ["POST"]


@EVERYWHERE
@pytest.mark.parametrize("status", [500, 503])
def test_a_write_that_failed_half_way_is_not_sent_again(
    platform: Platform, status: int, ailing: Any, answer: Any
) -> None:
    connector, server = ailing(platform, answer({}, status))
    error_of(connector, "reply")
    assert [request.method for request in server.given] == ["POST"]


@EVERYWHERE
def test_an_endless_wait_ends(
    platform: Platform, serve: Any, answer: Any, ailing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (reddit, youtube, x):
        monkeypatch.setattr(module, "TIMEOUT_SECONDS", 1)
    connector, server = ailing(platform, answer({}))

    class Late(list):  # type: ignore[type-arg]
        def __getitem__(self, index: Any) -> Any:
            time.sleep(1.5)
            return answer({}, drop=True)

    server.answers = Late([None])
    assert isinstance(error_of(connector, "reply"), Unavailable)


@EVERYWHERE
def test_a_server_that_is_not_there_is_unavailable(
    platform: Platform, reddit_account: Any, youtube_account: Any, x_account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prawcore.sessions.FiniteRetryStrategy._sleep_seconds", lambda self: None)
    accounts = {Platform.REDDIT: reddit_account, Platform.YOUTUBE: youtube_account, Platform.X: x_account}
    accounts[platform]("http://127.0.0.1:9")
    connector = contract.connect(platform)
    assert isinstance(error_of(connector, "pull"), Unavailable)
    assert isinstance(error_of(connector, "reply"), Unavailable)


@EVERYWHERE
def test_no_log_holds_a_secret(platform: Platform, ailing: Any, answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    connector, _ = ailing(platform, answer({}, 429))
    error_of(connector, "pull")
    error_of(connector, "reply")
    assert caplog.records or platform is not Platform.REDDIT
    assert not [secret for secret in SECRETS if secret in caplog.text]


@EVERYWHERE
def test_missing_variables_are_named(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {
        Platform.REDDIT: ("CLIENT_ID", "CLIENT_SECRET"),
        Platform.YOUTUBE: ("API_KEY",),
        Platform.X: ("BEARER_TOKEN",),
    }
    for name in needed[platform]:
        monkeypatch.delenv(f"VIGIE_{platform.upper()}_{name}", raising=False)
    with pytest.raises(Unauthorized) as caught:
        contract.connect(platform)
    assert all(f"VIGIE_{platform.upper()}_{name}" in str(caught.value) for name in needed[platform])


def test_half_of_an_account_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_REDDIT_CLIENT_ID", "id")
    monkeypatch.setenv("VIGIE_REDDIT_CLIENT_SECRET", "secret")
    monkeypatch.setenv("VIGIE_REDDIT_USERNAME", "name")
    with pytest.raises(Unauthorized, match="VIGIE_REDDIT_PASSWORD"):
        reddit.connect()
    monkeypatch.setenv("VIGIE_X_BEARER_TOKEN", "bearer")
    monkeypatch.setenv("VIGIE_X_ACCESS_TOKEN", "token")
    with pytest.raises(Unauthorized, match="VIGIE_X_CONSUMER_KEY"):
        x.connect()
    monkeypatch.setenv("VIGIE_YOUTUBE_CLIENT_ID", "id")
    with pytest.raises(Unauthorized, match="VIGIE_YOUTUBE_REFRESH_TOKEN"):
        youtube.connect()


def test_read_only_credentials_have_no_identity_and_do_not_write(
    serve: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = serve(lambda request: answer(TOKEN)).url
    for name in ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET", "YOUTUBE_API_KEY", "X_BEARER_TOKEN"):
        monkeypatch.setenv(f"VIGIE_{name}", "given")
    for platform in SOURCES:
        monkeypatch.setenv(f"VIGIE_{platform.upper()}_URL", url)
        connector = contract.connect(platform)
        assert connector.identity() == ""
        with pytest.raises(Unauthorized, match=f"VIGIE_{platform.upper()}_"):
            connector.act(Action("key", platform, ActionKind.REPLY, "x:1", "1", "Bonjour"))


def test_reddit_asks_to_slow_down_inside_its_json(ailing: Any, answer: Any) -> None:
    said = "Looks like you've been doing that a lot. Take a break for 9 minutes before trying again."
    connector, _ = ailing(Platform.REDDIT, answer({"json": {"errors": [["RATELIMIT", said, "ratelimit"]]}}))
    error = error_of(connector, "reply")
    assert isinstance(error, RateLimited)
    assert error.retry_after == 540


@pytest.mark.parametrize(
    ("word", "expected"),
    [("DELETED_COMMENT", Gone), ("THREAD_LOCKED", Rejected), ("TOO_LONG", Rejected), ("USER_REQUIRED", Unauthorized)],
)
def test_reddit_refusals_keep_their_meaning(word: str, expected: type, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(Platform.REDDIT, answer({"json": {"errors": [[word, "that is so", "parent"]]}}))
    assert isinstance(error_of(connector, "reply"), expected)


def test_reddit_does_not_sign_in_with_a_wrong_password(ailing: Any, answer: Any) -> None:
    connector, _ = ailing(Platform.REDDIT, answer({}), token=answer({"error": "invalid_grant"}))
    error = error_of(connector, "pull")
    assert isinstance(error, Unauthorized)
    assert "VIGIE_REDDIT_PASSWORD" in str(error)


def test_a_subreddit_that_moved_to_search_does_not_exist(ailing: Any, answer: Any) -> None:
    connector, _ = ailing(
        Platform.REDDIT, answer(b"", 302, {"location": "https://www.reddit.com/subreddits/search?q=x"})
    )
    assert isinstance(error_of(connector, "pull"), Gone)


def test_a_missing_scope_of_reddit_is_named(ailing: Any, answer: Any) -> None:
    headers = {"www-authenticate": 'Bearer realm="reddit", error="insufficient_scope"'}
    connector, _ = ailing(Platform.REDDIT, answer({}, 403, headers))
    assert "`submit`" in str(error_of(connector, "reply"))


def google(reason: str, status: int = 403) -> dict[str, Any]:
    return {"error": {"code": status, "message": "no", "errors": [{"message": "no", "domain": "d", "reason": reason}]}}


@pytest.mark.parametrize(
    ("reason", "status", "expected"),
    [
        ("commentsDisabled", 403, Rejected),
        ("videoNotFound", 404, Gone),
        ("parentCommentNotFound", 400, Gone),
        ("insufficientPermissions", 403, Unauthorized),
        ("keyInvalid", 400, Unauthorized),
        ("userRateLimitExceeded", 403, RateLimited),
        ("backendError", 503, Unavailable),
        ("commentTextTooLong", 400, Rejected),
    ],
)
@BOTH_WAYS
def test_youtube_reasons_keep_their_meaning(
    reason: str, status: int, expected: type, way: str, ailing: Any, answer: Any
) -> None:
    connector, _ = ailing(Platform.YOUTUBE, answer(google(reason, status), status))
    assert isinstance(error_of(connector, way), expected)


@BOTH_WAYS
def test_the_quota_of_youtube_returns_at_midnight_in_california(way: str, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(Platform.YOUTUBE, answer(google("quotaExceeded"), 403))
    error = error_of(connector, way)
    assert isinstance(error, RateLimited)
    (limit,) = connector.limits()
    assert limit.resets_at is not None
    assert abs((limit.resets_at - datetime.now(UTC)).total_seconds() - (error.retry_after or 0)) < 60
    assert limit.resets_at.astimezone(QUOTA_ZONE).time().isoformat() == "00:00:00"


def test_youtube_counts_what_it_spends(ailing: Any, answer: Any) -> None:
    connector, _ = ailing(Platform.YOUTUBE, answer({"items": []}))
    list(connector.pull(SOURCES[Platform.YOUTUBE], None))
    assert connector.limits()[0].remaining == 9_997, "one page, and one of each queue that only the owner sees"
    error_of(connector, "reply")
    assert connector.limits()[0].remaining == 9_947


def test_an_expired_refresh_token_is_named(ailing: Any, answer: Any) -> None:
    refused = answer({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
    connector, _ = ailing(Platform.YOUTUBE, answer({}), token=refused)
    error = error_of(connector, "reply")
    assert isinstance(error, Unauthorized)
    assert "VIGIE_YOUTUBE_REFRESH_TOKEN" in str(error)


@pytest.mark.parametrize(
    ("status", "detail", "expected"),
    [
        (403, "You are not permitted to create a Tweet with duplicate content.", Rejected),
        (403, "You attempted to reply to a Tweet that is deleted or not visible to you.", Gone),
        (403, "Your client app is not configured with the appropriate oauth1 app permissions", Unauthorized),
        (402, "Your enrolled account does not have any credits", RateLimited),
        (400, "One or more parameters to your request was invalid.", Rejected),
    ],
)
def test_x_refusals_keep_their_meaning(status: int, detail: str, expected: type, ailing: Any, answer: Any) -> None:
    connector, _ = ailing(Platform.X, answer({"title": "no", "detail": detail}, status))
    assert isinstance(error_of(connector, "reply"), expected)


def test_an_unknown_account_of_x_is_gone(ailing: Any, answer: Any) -> None:
    connector, _ = ailing(Platform.X, answer({"errors": [{"title": "Not Found Error", "value": "nobody"}]}))
    with pytest.raises(Gone, match="@nobody"):
        list(connector.pull(Source(Platform.X, SourceKind.MENTIONS, "nobody"), None))


@EVERYWHERE
def test_a_reply_without_a_text_is_refused_before_it_is_sent(platform: Platform, ailing: Any, answer: Any) -> None:
    connector, server = ailing(platform, answer({}))
    with pytest.raises(Rejected, match="text"):
        connector.act(Action("key", platform, ActionKind.REPLY, "x:1", "1", None))
    assert server.given == []


def test_reddit_says_that_it_cannot_hold(ailing: Any, answer: Any) -> None:
    connector, _ = ailing(Platform.REDDIT, answer({}))
    with pytest.raises(Rejected, match="hold"):
        connector.act(Action("key", Platform.REDDIT, ActionKind.HOLD, "reddit:t1_a", "t1_a"))
