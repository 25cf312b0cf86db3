"""The sandbox's own pages: what it holds, for people (`/`) and programs (`/sandbox/state`), and the faults to inject."""

from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from deployments.sandbox.answers import answer
from deployments.sandbox.faults import Faults, fault_from_json
from deployments.sandbox.mail import mail_text
from deployments.sandbox.state import Community, Written

SHOWN_ROWS = 50
SHOWN_CHARACTERS = 200
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%}td,th{text-align:start;padding:.35rem .6rem;border-bottom:1px solid #ddd;
vertical-align:top;overflow-wrap:break-word}th,td:first-child{white-space:nowrap}h2{margin-top:2rem}code{background:#f3f3f3;padding:0 .2rem}"""


def routes(community: Community, faults: Faults) -> list[Route]:
    """`/`, `/sandbox/state` and `/sandbox/faults`."""

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(readable(community))

    async def state(request: Request) -> Response:
        return answer(as_json(community))

    async def inject(request: Request) -> Response:
        try:
            faults.waiting.append(fault_from_json(await request.body()))
        except (ValueError, TypeError) as error:
            return answer({"error": str(error)}, 400)
        return answer({"waiting": len(faults.waiting)})

    async def clear(request: Request) -> Response:
        faults.waiting.clear()
        return answer({"waiting": 0})

    return [
        Route("/", page),
        Route("/sandbox/state", state),
        Route("/sandbox/faults", inject, methods=["POST"]),
        Route("/sandbox/faults", clear, methods=["DELETE"]),
    ]


def as_json(community: Community) -> dict[str, Any]:
    """Everything that clients wrote, oldest first, and how many rows each source holds."""
    removals = ("remove", "hold", "hide", "delete")
    return {
        "now": community.now().isoformat(),
        "holds": holds(community),
        "posted": [_written(one) for one in community.written if one.kind in ("reply", "post")],
        "removals": [_written(one) for one in community.written if one.kind in removals],
        "written": [_written(one) for one in community.written],
        "slack_messages": community.slack_messages,
        "mails": [
            {"from": mail["from"], "to": mail["to"], "subject": mail["subject"], "text": mail_text(mail)}
            for mail in community.mails
        ],
    }


def holds(community: Community) -> list[dict[str, Any]]:
    now = community.now()
    return [
        {"platform": platform, "source": source, "kind": kind, "rows": count}
        for platform, sources in community.sources.items()
        for source in sources
        for kind in ("post", "video", "comment")
        if (count := community.timeline(platform, kind, source.lower()).count(now))
    ]


def readable(community: Community) -> str:
    """The page of a newcomer."""
    written = [_shown(community, one) for one in community.written[-SHOWN_ROWS:][::-1]]
    mails = [{"to": mail["to"], "subject": mail["subject"]} for mail in community.mails]
    slack = [{"text": message.get("text", "")} for message in community.slack_messages]
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Vigie sandbox</title><style>{STYLE}</style>'
        "<h1>Vigie sandbox</h1><p>Local stand-ins of Reddit, YouTube, X, a model, Slack and a mail server. Nothing here "
        "leaves this machine. The same as JSON: <a href='/sandbox/state'><code>/sandbox/state</code></a>.</p>"
        f"<h2>What it holds</h2>{_table(holds(community))}"
        f"<h2>What Vigie wrote</h2>{_table(written)}"
        f"<h2>Slack messages</h2>{_table(slack[-SHOWN_ROWS:][::-1])}<h2>Mails</h2>{_table(mails[-SHOWN_ROWS:][::-1])}</html>"
    )


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>Nothing yet.</p>"
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td dir='auto'>{escape(str('' if value is None else value))}</td>" for value in row.values())
        for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _shown(community: Community, one: Written) -> dict[str, Any]:
    """A row of the page: what was done to which message."""
    target = community.items.get((one.platform, one.target))
    return {
        "when": f"{one.at:%Y-%m-%d %H:%M} UTC",
        "platform": one.platform,
        "what": one.kind,
        "to": (target.text or target.title or "")[:SHOWN_CHARACTERS] if target else one.target,
        "text": one.text,
    }


def _written(one: Written) -> dict[str, Any]:
    return {
        "platform": one.platform, "kind": one.kind, "target": one.target, "text": one.text,
        "at": one.at.isoformat(), "native_id": one.native_id,
    }  # fmt: skip
