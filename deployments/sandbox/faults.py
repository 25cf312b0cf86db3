"""Faults on request: what a platform does on a bad day, for a number of requests, on some paths.

Those named `lost`, `cut`, `truncated`, `malformed` and `strange` happen after the request was carried out, as the worst
ones do; `strange` is JSON of a shape that nobody knows yet.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.sandbox.answers import answer

AFTER_THE_DEED = {"lost", "cut", "truncated", "malformed", "strange"}
NEW_SHAPE = {"apiVersion": "next", "result": {"edges": [{"node": {"content": "hello"}}]}}
KINDS = AFTER_THE_DEED | {"timeout"}
PREFIXES = {
    "reddit": ("/api/", "/r/", "/comments/", "/user/", "/message/"),
    "youtube": ("/youtube/", "/token"),
    "x": ("/2/",),
    "models": ("/v1/",),
    "slack": ("/services/",),
}


@dataclass
class Fault:
    """One kind of trouble. kind: a status from 400 to 599, or one of KINDS; times: how many requests it hits.

    timeout and lost wait `seconds` and then close the connection; path narrows it to paths that begin so.
    """

    platform: str
    kind: str
    times: int = 1
    path: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 30.0
    reason: str = ""  # YouTube's word for a 403, such as quotaExceeded or commentsDisabled
    method: str = ""  # only requests of this method

    def __post_init__(self) -> None:
        if self.platform not in PREFIXES:
            raise ValueError(f"no platform {self.platform!r}; known: {', '.join(PREFIXES)}")
        is_status = self.kind.isdigit() and 400 <= int(self.kind) <= 599
        if not is_status and self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; known: a status from 400 to 599, {', '.join(sorted(KINDS))}")

    def hits(self, method: str, path: str) -> bool:
        on_platform = path.startswith(PREFIXES[self.platform])
        return self.times > 0 and on_platform and path.startswith(self.path) and self.method in ("", method)


class Faults:
    """The faults that wait for a request."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.happened: list[Fault] = []

    def take(self, method: str, path: str) -> Fault | None:
        """The fault of this request, if one waits for it."""
        fault = next((fault for fault in self.waiting if fault.hits(method, path)), None)
        if fault is not None:
            fault.times -= 1
            self.happened.append(fault)
            self.waiting = [fault for fault in self.waiting if fault.times > 0]
        return fault


@dataclass(frozen=True)
class FaultLayer:
    """Lets faults happen to what `app` receives. It must be the outermost layer: others would mend what it breaks."""

    app: ASGIApp
    faults: Faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self.faults.take(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if fault is None:
            await self.app(scope, receive, send)
        elif fault.kind in KINDS:
            await self._break(fault, scope, receive, send)
        else:
            await _refusal(fault)(scope, receive, send)

    async def _break(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        start, body = await self._answered(scope, receive) if fault.kind in AFTER_THE_DEED else (None, b"")
        half = body[: len(body) // 2]
        if fault.kind == "malformed":
            await HTMLResponse("<!DOCTYPE html><title>Oops</title><p>We are over capacity")(scope, receive, send)
        elif fault.kind == "strange":
            await answer(NEW_SHAPE)(scope, receive, send)
        elif start is not None and fault.kind == "truncated":
            await Response(half, start["status"], media_type="application/json")(scope, receive, send)
        else:
            if fault.kind != "cut":
                await asyncio.sleep(fault.seconds)
            head = [(b"content-type", b"application/json"), (b"content-length", str(len(body) + 1).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": half, "more_body": True})
            raise ConnectionAbortedError("a fault of the sandbox: the connection is cut")

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[Message | None, bytes]:
        """What the platform would have said."""
        start: Message | None = None
        body = b""

        async def keep(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self.app(scope, receive, keep)
        return start, body


def _refusal(fault: Fault) -> Response:
    """The platform's own words for a status."""
    status = int(fault.kind)
    if fault.platform == "slack":
        return Response("rate_limited" if status == 429 else "rollup_error", status, fault.headers)
    return answer(_words(fault, status), status, fault.headers)


def _words(fault: Fault, status: int) -> dict[str, Any]:
    if fault.platform == "reddit":
        return {
            "message": {429: "Too Many Requests", 401: "Unauthorized", 403: "Forbidden"}.get(status, "Error"),
            "error": status,
        }
    if fault.platform == "youtube":
        reason = fault.reason or {403: "forbidden", 429: "rateLimitExceeded", 401: "authError"}.get(
            status, "backendError"
        )
        message = f"The request failed: {reason}."
        errors = [{"message": message, "domain": "youtube.quota" if "quota" in reason else "global", "reason": reason}]
        return {"error": {"code": status, "message": message, "errors": errors}}
    if fault.platform == "x":
        title = {429: "Too Many Requests", 401: "Unauthorized", 403: "Forbidden"}.get(status, "Service Unavailable")
        return {"title": title, "detail": title, "type": "about:blank", "status": status}
    kind = {429: "rate_limit_error", 401: "authentication_error"}.get(status, "server_error")
    return {"error": {"message": f"{kind} (a fault of the sandbox)", "type": kind, "param": None, "code": None}}


def fault_from_json(body: bytes) -> Fault:
    """A fault as `POST /sandbox/faults` takes it. Raises ValueError naming what is wrong."""
    values = json.loads(body)
    if not isinstance(values, dict):
        raise ValueError("a fault is a JSON object with platform and kind")
    unknown = values.keys() - Fault.__dataclass_fields__.keys()
    if unknown or not {"platform", "kind"} <= values.keys():
        raise ValueError(f"a fault has {', '.join(Fault.__dataclass_fields__)}; platform and kind are needed")
    return Fault(**values | {"kind": str(values["kind"])})
