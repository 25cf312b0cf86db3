"""Slack through slack-sdk: one Block Kit message to the incoming webhook of the environment."""

import logging
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient, WebhookResponse

from connectors.contract import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from domain.settings import DeliveryCredentials

TIMEOUT_SECONDS = 15

logging.getLogger("slack_sdk.webhook.client").setLevel(logging.INFO)  # at DEBUG it writes the webhook


def post(blocks: list[dict[str, Any]], text: str) -> None:
    """Post `blocks`, with `text` for notifications and screen readers.

    Raises Unauthorized, Rejected, RateLimited or Unavailable; after Unavailable the message may have been posted.
    """
    url = DeliveryCredentials().slack_webhook_url.get_secret_value()
    if not url:
        raise Unauthorized("Slack needs VIGIE_SLACK_WEBHOOK_URL: add an incoming webhook to your Slack application")
    # slack-sdk's own retry would send a message again that may have arrived.
    client = WebhookClient(url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
    try:
        response = client.send(text=text, blocks=blocks)
    except (OSError, HTTPException) as error:
        problem: ConnectorError = Unavailable(f"Slack could not be reached: {type(error).__name__}")
    except (SlackClientError, ValueError, TypeError) as error:
        problem = Rejected(f"slack-sdk refused the message: {type(error).__name__}")
    else:
        if response.status_code == 200:
            return
        problem = _typed(response)
    raise problem


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
