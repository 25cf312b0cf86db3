"""Hand-offs to another tool's webhook (LivePerson, Dialogflow, a help desk): one JSON object each, by https."""

from collections.abc import Mapping
from typing import Any

import requests

from connectors.contract import RateLimited, Rejected, Unauthorized, Unavailable
from domain.settings import DeliveryCredentials

TIMEOUT_SECONDS = 15


def post(body: Mapping[str, Any]) -> None:
    """Post `body` to VIGIE_HANDOFF_WEBHOOK_URL, with VIGIE_HANDOFF_WEBHOOK_TOKEN as bearer where it is set.

    Raises Unauthorized, Rejected, RateLimited or Unavailable; after Unavailable it may have arrived.
    """
    given = DeliveryCredentials()
    token = given.handoff_webhook_token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        response = requests.post(
            given.handoff_webhook_url.get_secret_value(), json=body, headers=headers, timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )  # fmt: skip
    except requests.RequestException as error:
        problem = Unavailable(f"the webhook of hand-offs could not be reached: {type(error).__name__}")
    else:
        if response.ok and not response.is_redirect:
            return
        problem = _typed(response)
    raise problem


def _typed(response: requests.Response) -> Any:
    status = response.status_code
    if status in (401, 403):
        return Unauthorized(f"the webhook of hand-offs refused VIGIE_HANDOFF_WEBHOOK_TOKEN (status {status})")
    if status == 429:
        pause = response.headers.get("Retry-After", "")
        return RateLimited("the webhook of hand-offs answered 429", float(pause) if pause.isdigit() else None)
    if status >= 500 or status == 408:
        return Unavailable(f"the webhook of hand-offs is not well: status {status}")
    return Rejected(f"the webhook of hand-offs refused: status {status}")
