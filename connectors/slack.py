"""Slack through slack-sdk: one Block Kit message to the incoming webhook of the environment, or a thread by its bot."""

import logging
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient, WebhookResponse

from connectors.contract import ConnectorError, RateLimited, Rejected, Unanswered, Unauthorized, Unavailable
from domain.language import say
from domain.settings import DeliveryCredentials

TIMEOUT_SECONDS = 15
TOKEN_ERRORS = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope")
CHANNEL_ERRORS = ("channel_not_found", "not_in_channel", "is_archived")

logging.getLogger("slack_sdk.webhook.client").setLevel(logging.INFO)  # at DEBUG it writes the webhook


def post(blocks: list[dict[str, Any]], text: str) -> None:
    """Post `blocks`, with `text` for notifications and screen readers.

    Raises Unauthorized, Rejected, RateLimited or Unavailable; after Unanswered the message may have been posted.
    """
    url = DeliveryCredentials().slack_webhook_url.get_secret_value()
    if not url:
        raise Unauthorized(
            say(
                fr="Slack a besoin de VIGIE_SLACK_WEBHOOK_URL : ajoutez un webhook entrant à votre application Slack",
                en="Slack needs VIGIE_SLACK_WEBHOOK_URL: add an incoming webhook to your Slack application",
            )
        )
    # slack-sdk's own retry would send a message again that may have arrived.
    client = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
    try:
        response = client.send(text=text, blocks=blocks)
    except (OSError, HTTPException) as error:
        problem: ConnectorError = _unreached(error)
    except (SlackClientError, ValueError, TypeError) as error:
        problem = Rejected(f"slack-sdk refused the message: {type(error).__name__}")
    else:
        if response.status_code == 200:
            return
        problem = _typed(response)
    raise problem


def post_thread(channel: str, messages: Sequence[tuple[list[dict[str, Any]], str]]) -> str | None:
    """Post the first message to `channel` by the bot of VIGIE_SLACK_BOT_TOKEN, and the others as its thread.

    Gives what kept the thread from following whole, None when all went. Raises the errors of `post` where the first
    message did not go; after Unanswered it may have been posted.
    """
    given = DeliveryCredentials()
    token = given.slack_bot_token.get_secret_value()
    client = WebClient(token, given.slack_url or WebClient.BASE_URL, timeout=TIMEOUT_SECONDS, retry_handlers=[])
    (blocks, text), *details = messages
    thread = _said(client, channel, blocks, text)
    try:
        for blocks, text in details:
            _said(client, channel, blocks, text, thread)
    except ConnectorError as error:
        return f"{type(error).__name__}: {error}"
    return None


def _said(client: WebClient, channel: str, blocks: list[dict[str, Any]], text: str, thread: str | None = None) -> str:
    """Posts one message; gives the timestamp by which Slack knows it."""
    try:
        answer = client.chat_postMessage(
            channel=channel, blocks=blocks, text=text, thread_ts=thread, unfurl_links=False
        )
        return str(answer["ts"])
    except SlackApiError as error:
        problem = _refused(error)
    except (OSError, HTTPException) as error:
        problem = _unreached(error)
    except (SlackClientError, ValueError, TypeError, KeyError) as error:
        problem = Rejected(f"slack-sdk refused the message: {type(error).__name__}")
    raise problem


def _unreached(error: OSError | HTTPException) -> Unavailable:
    """urllib's URLError is a request that never left; any other error came after it."""
    kind = Unavailable if isinstance(error, URLError) else Unanswered
    return kind(f"Slack could not be reached: {type(error).__name__}")


def _refused(error: SlackApiError) -> ConnectorError:
    """The typed error of an answer of Slack's Web API; its word is such as `not_in_channel` or `invalid_auth`."""
    status, said = int(error.response.status_code), str(error.response.get("error") or "")[:100]
    if status == 429:
        pause = (error.response.headers or {}).get("Retry-After", "")
        return RateLimited("Slack answered 429, too many messages", float(pause) if str(pause).isdigit() else None)
    if said in TOKEN_ERRORS:
        return Unauthorized(f"Slack refused VIGIE_SLACK_BOT_TOKEN ({said}): give it chat:write and install it again")
    if said in CHANNEL_ERRORS:
        return Rejected(f"Slack knows no such channel for the bot ({said}): invite it, and check `address`")
    if status >= 500:
        return Unavailable(f"Slack is not well: status {status}")
    return Rejected(f"Slack refused the message ({said}, status {status})")


def _typed(response: WebhookResponse) -> ConnectorError:
    """The typed error of an answer; its body is a word such as `invalid_blocks`, `no_service` or `channel_not_found`."""
    status, said = response.status_code, response.body[:100]
    if status == 429:
        return RateLimited("Slack answered 429, too many messages", _pause(response))
    if status in (401, 403, 404):
        return Unauthorized(f"Slack refused VIGIE_SLACK_WEBHOOK_URL ({said}, status {status}): make a new webhook")
    if status in (200, 408) or status >= 500:
        return Unavailable(f"Slack is not well: status {status}")
    return Rejected(f"Slack refused the message ({said}, status {status})")


def _pause(response: WebhookResponse) -> float | None:
    headers = {name.lower(): value for name, value in response.headers.items()}
    value = headers.get("retry-after", "")
    try:
        return float(value[0] if isinstance(value, list) else value)
    except ValueError:
        return None
