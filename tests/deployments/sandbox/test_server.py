"""The sandbox as a whole: its environment, its own pages, Slack, mail, and a life of its own in the foreground."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import polars as pl
import praw
import pytest
import requests
from slack_sdk.webhook import WebhookClient

from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import Sandbox, running_sandbox
from domain.settings import (
    DeliveryCredentials,
    ModelCredentials,
    RedditCredentials,
    XCredentials,
    YouTubeCredentials,
)

REPOSITORY = Path(__file__).parents[3]
IN_THE_FOREGROUND = """
import sys
import polars as pl
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import serve_sandbox
serve_sandbox(pl.DataFrame(schema=SEED_SCHEMA), port=0, smtp_port=0, on_start=lambda s: print(s.url, flush=True))
print("stopped in order")
"""


def mail(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "vigie@localhost", "cm@example.org", subject
    message.set_content("Bonjour à tous\n")
    message.add_alternative("<p>Bonjour à tous</p>", subtype="html")
    return message


def send(sandbox: Sandbox, message: EmailMessage) -> None:
    host, _, port = sandbox.smtp_url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), timeout=10) as server:
        server.send_message(message)


def test_the_environment_fills_every_credential_but_the_models_name(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    for settings in (RedditCredentials(), YouTubeCredentials(), XCredentials(), DeliveryCredentials()):
        assert [name for name, value in settings if not value and not name.startswith("handoff_webhook")] == []
    model = ModelCredentials()
    assert (model.name, model.url) == ("", f"{sandbox.url}/v1")


def test_slack_messages_and_mails_are_kept(sandbox: Sandbox) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Alerte*"}}]
    assert (
        WebhookClient(sandbox.environment["VIGIE_SLACK_WEBHOOK_URL"]).send(text="é", blocks=blocks).status_code == 200
    )
    send(sandbox, mail("Le résumé du jour 📰"))
    assert sandbox.slack_messages == [{"text": "é", "blocks": blocks}]
    kept = sandbox.mails[0]
    assert (kept["subject"], kept["to"]) == ("Le résumé du jour 📰", "cm@example.org")
    html = kept.get_body(preferencelist=("html",))
    assert html is not None and html.get_content().strip() == "<p>Bonjour à tous</p>"


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("", b"{", (400, "invalid_payload")),
        ("", b"{}", (400, "no_text")),
        ("x", b'{"text": "hello"}', (404, "no_service")),
    ],
)
def test_slack_refuses_what_it_would_refuse(sandbox: Sandbox, path: str, body: bytes, expected: Any) -> None:
    told = requests.post(sandbox.environment["VIGIE_SLACK_WEBHOOK_URL"] + path, data=body, timeout=10)
    assert (told.status_code, told.text) == expected


def test_the_state_can_be_read_by_another_process(sandbox: Sandbox, reddit: praw.Reddit) -> None:
    comment = reddit.comment(sandbox.native_ids["c1"][3:])
    comment.reply("hello")
    comment.mod.remove()
    send(sandbox, mail("Résumé"))
    state = requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()
    assert [(one["platform"], one["kind"], one["text"]) for one in state["posted"]] == [("reddit", "reply", "hello")]
    assert [(one["kind"], one["target"]) for one in state["removals"]] == [("remove", comment.name)]
    assert state["mails"] == [
        {"from": "vigie@localhost", "to": "cm@example.org", "subject": "Résumé", "text": "Bonjour à tous\n"}
    ]
    assert {"platform": "reddit", "source": "spotify", "kind": "comment", "rows": 4} in state["holds"]


def test_the_first_page_lists_what_is_there_and_escapes_what_members_wrote(
    sandbox: Sandbox, reddit: praw.Reddit
) -> None:
    reddit.comment(sandbox.native_ids["c1"][3:]).reply("<script>alert(1)</script>")
    page = requests.get(sandbox.url, timeout=10).text
    assert "spotify" in page and "&lt;script&gt;" in page and "<script>" not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"platform": "tiktok"}, "platform and kind"),
        ({"key": None}, "no `key`"),
        ({"key": "x2"}, "'x2' is there twice"),
    ],
)
def test_a_seed_that_makes_no_sense_is_refused(row: Callable[..., Any], change: dict[str, Any], said: str) -> None:
    rows = [row("x1", "Brand") | change, row("x2", "Brand")]
    with pytest.raises(ValueError, match=said), running_sandbox(pl.DataFrame(rows, schema=SEED_SCHEMA)):
        pass


def test_an_empty_community_is_served(
    serve: Callable[..., Sandbox], reddit_at: Callable[..., Any], x_at: Callable[..., Any]
) -> None:
    sandbox = serve([])
    assert x_at(sandbox).search_recent_tweets("hello").meta == {"result_count": 0}
    assert reddit_at(sandbox).user.me().name == "vigie_bot"
    assert requests.get(f"{sandbox.url}/sandbox/state", timeout=10).json()["holds"] == []


def test_the_same_seed_gives_the_same_ids(serve: Callable[..., Sandbox], small_community: list[Any]) -> None:
    assert serve(small_community).native_ids == serve(small_community).native_ids


def test_huge_and_odd_texts_pass_unharmed(
    serve: Callable[..., Sandbox], row: Callable[..., Any], reddit_at: Callable[..., Any]
) -> None:
    odd = {"huge": "é" * 300_000, "rtl": "\u202eabc עברית", "zero": "a\u0000b\u200d👩‍👩‍👧"}
    rows = [row("p", "spotify", kind="post")]
    rows += [row(key, "spotify", 50, thread="p", text=text) for key, text in odd.items()]
    sandbox = serve(rows)
    served = {comment.name: comment.body for comment in reddit_at(sandbox).subreddit("spotify").comments()}
    assert served == {sandbox.native_ids[key]: text for key, text in odd.items()}


def test_a_taken_port_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), running_sandbox(pl.DataFrame(schema=SEED_SCHEMA), port=port):
            pass


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_it_serves_until_it_is_told_to_stop(ending: signal.Signals) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", IN_THE_FOREGROUND], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout is not None
    url = child.stdout.readline().strip()
    deadline = time.monotonic() + 30
    while True:
        try:
            assert requests.get(f"{url}/sandbox/state", timeout=10).json()["posted"] == []
            break
        except requests.exceptions.ConnectionError:
            assert time.monotonic() < deadline
    child.send_signal(ending)
    rest, _ = child.communicate(timeout=30)
    assert (child.returncode, rest) == (0, "stopped in order\n")
