"""`vigie explain`, `undo` and `export`: what was decided on a comment, taking it back, and the record of a period."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.files import write_jsonl, write_text
from connectors.store import outbox, record
from connectors.store.comments import by_ids
from domain.documents import MendableError
from domain.language import say
from domain.records import native_id
from tasks.moderation.dsa import calls, dsa_statements
from tasks.moderation.statement import statement_of_reasons
from tasks.workspace import Workspace, open_workspace


class NothingKnown(MendableError):
    """The comment is not in the store."""


class NothingToExport(MendableError):
    """The period is empty."""


def explain(comment_id: str) -> str:
    """How each verdict on a comment came about, with the statement of reasons. Raises NothingKnown."""
    workspace = open_workspace()
    found = by_ids(workspace.store, [comment_id]).to_dicts()
    if not found:
        message = say(
            fr="la base ne connaît pas {id} ; un identifiant s'écrit plateforme:identifiant, par exemple reddit:t1_abc",
            en="the store does not know {id}; an id is written platform:id, for example reddit:t1_abc",
            id=comment_id,
        )
        raise NothingKnown(message)
    comment = found[0]
    parts = [f"{comment['id']} · {comment['author_name'] or '—'} · {comment['permalink'] or native_id(comment['id'])}"]
    parts += [_verdict(row, comment, workspace) for row in record.verdicts_of(workspace.store, comment_id)]
    if len(parts) == 1:
        parts.append(say(fr="Pas encore jugé.", en="Not judged yet."))
    parts += [_question(row, workspace) for row in record.questions_about(workspace.store, comment_id)]
    return "\n\n".join(parts)


def _verdict(row: dict[str, Any], comment: dict[str, Any], workspace: Workspace) -> str:
    local = row["created_at"].astimezone(workspace.community.zone)
    scores = ", ".join(f"{norm} {score:.2f}" for norm, score in sorted(row["scores"].items(), key=lambda s: -s[1]))
    lines = [
        f"{local:%Y-%m-%d %H:%M} · {row['action']} · {row['status']} · {row['decided_by']} · {row['confidence']:.2f}",
        scores,
        statement_of_reasons(
            row, comment["created_at"], comment["lang"], workspace.charter, workspace.community.timezone
        ),
    ]
    return "\n".join(line for line in lines if line)


def _question(row: dict[str, Any], workspace: Workspace) -> str:
    local = row["asked_at"].astimezone(workspace.community.zone)
    asked = {
        "endpoint": say(fr="API de modération consultée", en="moderation endpoint asked"),
        "llm": say(fr="modèle de langue consulté", en="language model asked"),
        "llm overnight": say(fr="modèle de langue consulté de nuit", en="language model asked overnight"),
    }[row["step"]]
    return f"{local:%Y-%m-%d %H:%M} · {asked} · {row['usd']:.6f} USD"


def undo(comment_id: str) -> str:
    """Ask for the undoing of everything that was done on a comment. Raises NothingKnown when nothing can be undone."""
    workspace = open_workspace()
    kinds = outbox.undo(workspace.store, comment_id, datetime.now(UTC))
    if not kinds:
        message = say(
            fr="rien n'a été fait sur {id} qui puisse être annulé ; `vigie explain {id}` dit ce qui a été décidé",
            en="nothing was done on {id} that can be undone; `vigie explain {id}` tells what was decided",
            id=comment_id,
        )
        raise NothingKnown(message)
    return say(
        fr="sera annulé à la prochaine patrouille (`vigie run patrol`) : {kinds}",
        en="will be undone at the next patrol (`vigie run patrol`): {kinds}",
        kinds=", ".join(kinds),
    )


def export_log(first: date, last: date, out: Path) -> str:
    """Every decision of the days [first, last], oldest first, one JSON object a line."""
    workspace = open_workspace()
    start, end = _days(first, last, workspace.community.zone)
    rows = [{**row, "at": row["at"].isoformat()} for row in record.decision_log(workspace.store, start, end)]
    count = write_jsonl(out, rows)
    return say(fr="décisions : {count} → {out}", en="{count} decisions: {out}", count=count, out=out)


def export_dsa(first: date, last: date, out: Path) -> str:
    """The restrictions of the days [first, last] for the DSA Transparency Database: a file for each call to its API."""
    workspace = open_workspace()
    zone, language = workspace.community.zone, workspace.language
    start, end = _days(first, last, zone)
    statements = dsa_statements(record.restrictions(workspace.store, start, end), workspace.charter, language, zone)
    bodies = list(calls(statements))
    for number, body in enumerate(bodies, start=1):
        write_text(out / f"statements-{number:03}.json", json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    return say(
        fr="exposés des motifs : {count}, fichiers : {files} → {out}",
        en="{count} statements of reasons in {files} files: {out}",
        count=len(statements),
        files=len(bodies),
        out=out,
    )


def period(first: date | None, last: date | None) -> tuple[date, date]:
    """The days that were asked for; without any, the whole of last month. Raises NothingToExport."""
    today = datetime.now(UTC).date()
    end_of_last_month = today.replace(day=1) - timedelta(days=1)
    if first is None:
        first = (last or end_of_last_month).replace(day=1)
        last = last or end_of_last_month
    last = last or today
    if last < first:
        message = say(
            fr="le dernier jour, {last}, est avant le premier, {first}",
            en="the last day, {last}, is before the first, {first}",
            first=first,
            last=last,
        )
        raise NothingToExport(message)
    return first, last


def _days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first day's midnight to the one after the last day, in the community's time zone."""
    midnight = time(0, tzinfo=zone)
    return datetime.combine(first, midnight), datetime.combine(last + timedelta(days=1), midnight)
