"""Slack's stand-in: an incoming webhook that keeps what it is sent and answers as Slack does."""

import json

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from deployments.sandbox.state import Community

WEBHOOK_PATH = "/services/T00000000/B00000000/sandboxwebhook"


def routes(community: Community) -> list[Route]:
    """`POST` on the webhook's address."""

    async def receive(request: Request) -> PlainTextResponse:
        if request.url.path != WEBHOOK_PATH:
            return PlainTextResponse("no_service", 404)
        try:
            message = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        if not isinstance(message, dict):
            return PlainTextResponse("invalid_payload", 400)
        if not (message.get("text") or message.get("blocks") or message.get("attachments")):
            return PlainTextResponse("no_text", 400)
        if len(message.get("blocks") or []) > 50:
            return PlainTextResponse("invalid_blocks", 400)
        community.slack_messages.append(message)
        return PlainTextResponse("ok")

    return [Route("/services/{rest:path}", receive, methods=["POST"])]
