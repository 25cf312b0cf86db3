"""The Batch API of the model's stand-in: a file of questions goes in, a file of answers comes out, as with OpenAI.

A batch is done when it is asked about for the second time, so that a client must be able to wait.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.sandbox import ids
from deployments.sandbox.answers import answer

Handler = Callable[[Request], Awaitable[Response]]
ENDPOINTS = {"/v1/chat/completions": "chat/completions"}
CREATED_AT = 1_700_000_000


@dataclass
class Batches:
    """What was uploaded and handed in."""

    handlers: Mapping[str, Handler]
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, content: bytes) -> str:
        name = f"file-{len(self.files) + 1:024d}"
        self.files[name] = content
        return name

    async def upload(self, request: Request) -> Response:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        parts: Any = message_from_bytes(head + await request.body()).get_payload()
        content = next((part.get_payload(decode=True) for part in parts if _name(part) == "file"), None)
        if not isinstance(content, bytes):
            return _refused("'file' is a required property")
        name = self.keep(content)
        told = {"id": name, "object": "file", "bytes": len(content), "created_at": CREATED_AT, "status": "processed"}
        return answer(told | {"filename": "questions.jsonl", "purpose": "batch"})

    async def content(self, request: Request) -> Response:
        name = request.path_params["name"]
        return Response(self.files[name]) if name in self.files else _missing(f"No such File object: {name}")

    async def create(self, request: Request) -> Response:
        body = await request.json()
        if body.get("input_file_id") not in self.files or body.get("endpoint") not in ENDPOINTS:
            return _refused("'input_file_id' must be a file with purpose 'batch' and 'endpoint' one that is supported")
        name = f"batch_{ids.opaque('batch', str(len(self.batches)), length=24)}"
        self.batches[name] = {
            "id": name,
            "object": "batch",
            "endpoint": body["endpoint"],
            "input_file_id": body["input_file_id"],
            "completion_window": body["completion_window"],
            "created_at": CREATED_AT,
            "status": "validating",
            "output_file_id": None,
        }
        return answer(self.batches[name])

    async def retrieve(self, request: Request) -> Response:
        batch = self.batches.get(request.path_params["name"])
        if batch is None:
            return _missing("No such Batch object")
        if batch["status"] == "validating":
            batch["status"] = "in_progress"
        elif batch["status"] == "in_progress":
            lines = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
            done = [await self._line(request, line) for line in lines]
            content = "\n".join(json.dumps(one, ensure_ascii=False) for one in done)
            batch.update(status="completed", output_file_id=self.keep(content.encode()))
        return answer(batch)

    async def _line(self, request: Request, line: dict[str, Any]) -> dict[str, Any]:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": json.dumps(line["body"]).encode(), "more_body": False}

        inner = Request({**request.scope, "path_params": {}}, receive)
        said = await self.handlers[ENDPOINTS[line["url"]]](inner)
        response = {"status_code": said.status_code, "request_id": "sandbox", "body": json.loads(bytes(said.body))}
        return {
            "id": f"batch_req_{line['custom_id']}",
            "custom_id": line["custom_id"],
            "response": response,
            "error": None,
        }


def batch_routes(keyed: Callable[[Handler], Handler], handlers: Mapping[str, Handler]) -> list[Route]:
    """`/v1/files` and `/v1/batches` of one sandbox."""
    kept = Batches(handlers)
    return [
        Route("/v1/files", keyed(kept.upload), methods=["POST"]),
        Route("/v1/files/{name}/content", keyed(kept.content)),
        Route("/v1/batches", keyed(kept.create), methods=["POST"]),
        Route("/v1/batches/{name}", keyed(kept.retrieve)),
    ]


def _name(part: Any) -> str | None:
    found = part.get_param("name", header="content-disposition")
    return found if isinstance(found, str) else None


def _refused(message: str) -> Response:
    return answer({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}, 400)


def _missing(message: str) -> Response:
    return answer({"error": {"message": message, "type": "invalid_request_error", "param": "id", "code": None}}, 404)
