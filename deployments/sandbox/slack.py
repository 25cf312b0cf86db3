"""Slack's stand-in: an incoming webhook and a bot's `chat.postMessage`, which keep what they are sent and answer as Slack does."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from deployments.sandbox.state import Community

WEBHOOK_PATH = "/services/T00000000/B00000000/sandboxwebhook"
API_PATH = "/slack/api/"
BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 opens nothing but this stand-in


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

    async def post_message(request: Request) -> JSONResponse:
        if request.headers.get("authorization") != f"Bearer {BOT_TOKEN}":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        message = await request.json()
        if not str(message.get("channel", "")).startswith("#"):
            return JSONResponse({"ok": False, "error": "channel_not_found"})
        if len(message.get("blocks") or []) > 50:
            return JSONResponse({"ok": False, "error": "invalid_blocks"})
        community.slack_messages.append(message)
        return JSONResponse({"ok": True, "channel": "C0", "ts": f"1700000000.{len(community.slack_messages):06d}"})

    return [
        Route("/services/{rest:path}", receive, methods=["POST"]),
        Route(API_PATH + "chat.postMessage", post_message, methods=["POST"]),
    ]
