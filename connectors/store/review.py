"""What waits for a human, and what becomes of it once decided; every decision is kept for good."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, update

from connectors.store import schema
from connectors.store.engine import rows_by_id, upsert
from connectors.store.outbox import undoing
from connectors.store.replies import reply_action
from connectors.store.verdicts import outbox_row, verdict_action
from domain.insights import Waiting
from domain.records import COMMENT_SCHEMA, ActionStatus, Urgency
from domain.review import Choice, Decision, ItemKind, ReviewItem, problem_with

ESCALATED_DUE_HOURS = 1
TAKEN_DUE_HOURS = 24
PASSED_ON = (Choice.ESCALATE, Choice.TAKE_OVER)
URGENCY_ORDER = [Urgency.CRITICAL, Urgency.HIGH, Urgency.NORMAL, Urgency.LOW]


def waiting(engine: Engine, limit: int) -> list[ReviewItem]:
    """What waits, the most urgent and the first due at the head; what somebody has in hand comes after its equals."""
    with engine.connect() as connection:
        rows = [
            *_rows(connection, schema.verdicts, schema.verdicts.c.status == "waiting"),
            *_rows(connection, schema.drafts, schema.drafts.c.status == "proposed"),
            *_rows(connection, schema.handoffs, schema.handoffs.c.status == "open"),
            *_rows(connection, schema.actions, schema.actions.c.status == ActionStatus.UNCERTAIN),
            *_rows(connection, schema.learned, schema.learned.c.status == "proposed"),
        ]
        items = [_item(table_name, row) for table_name, row in rows]
        items.sort(key=_order)
        return _with_parents(connection, items[:limit])


def count_waiting(engine: Engine, now: datetime) -> Waiting:
    """How much waits, without reading it."""
    verdicts, drafts, handoffs = schema.verdicts, schema.drafts, schema.handoffs
    is_open = handoffs.c.status == "open"
    queries = {
        "verdicts": select(func.count()).where(verdicts.c.status == "waiting"),
        "drafts": select(func.count()).where(drafts.c.status == "proposed"),
        "handoffs": select(func.count()).where(is_open),
        "overdue": select(func.count()).where(is_open, handoffs.c.due_at < now),
        "entries": select(func.count()).where(schema.learned.c.status == "proposed"),
        "next_due_at": select(func.min(handoffs.c.due_at)).where(is_open, handoffs.c.due_at >= now),
    }
    with engine.connect() as connection:
        found: dict[str, Any] = {name: connection.execute(query).scalar() for name, query in queries.items()}
    return Waiting(**found)


def new_entries(engine: Engine, limit: int) -> list[ReviewItem]:
    """The learned entries that wait, oldest first."""
    with engine.connect() as connection:
        items = [
            _item(name, row) for name, row in _rows(connection, schema.learned, schema.learned.c.status == "proposed")
        ]
    return sorted(items, key=_order)[:limit]


def done_alone(engine: Engine, since: datetime, limit: int) -> list[ReviewItem]:
    """Verdicts that Vigie applied by itself since then, newest first, for a human to confirm or undo."""
    condition = (schema.verdicts.c.status == "applied") & (schema.verdicts.c.created_at >= since)
    with engine.connect() as connection:
        items = [_item(name, row) for name, row in _rows(connection, schema.verdicts, condition)]
        items.sort(key=lambda item: item.created_at, reverse=True)
        return _with_parents(connection, items[:limit])


def _rows(connection: Connection, table: Table, condition: Any) -> list[tuple[str, dict[str, Any]]]:
    comments = schema.comments
    named = [comments.c[name].label(f"of_{name}") for name in COMMENT_SCHEMA]
    query = select(table, *named).join(comments, comments.c.id == table.c.comment_id).where(condition)
    return [(table.name, dict(row)) for row in connection.execute(query).mappings()]


def _item(table_name: str, row: dict[str, Any]) -> ReviewItem:
    comment = {name: row[f"of_{name}"] for name in COMMENT_SCHEMA}
    if table_name == "verdicts":
        return ReviewItem(
            ItemKind.VERDICT,
            str(row["id"]),
            comment,
            None,
            proposal=row["action"],
            why=row["reason"] or "",
            confidence=row["confidence"],
            created_at=row["created_at"],
            urgency=Urgency.CRITICAL if row["action"] == "escalate" else Urgency.NORMAL,
            details={"norms": row["norms"], "decided_by": row["decided_by"], "evidence": json.loads(row["evidence"])},
        )
    if table_name == "drafts":
        return ReviewItem(
            ItemKind.DRAFT,
            row["id"],
            comment,
            None,
            proposal=row["text"],
            why="",
            confidence=row["confidence"],
            created_at=row["created_at"],
            details={"sources": row["sources"], "entry_id": row["entry_id"]},
        )
    if table_name == "handoffs":
        return ReviewItem(
            ItemKind.HANDOFF,
            row["comment_id"],
            comment,
            None,
            proposal=row["reason"],
            why=row["summary"],
            confidence=None,
            created_at=row["created_at"],
            due_at=row["due_at"],
            urgency=row["urgency"],
            details={"taken_by": row["taken_by"]},
        )
    if table_name == "learned":
        return ReviewItem(
            ItemKind.KNOWLEDGE,
            row["id"],
            comment,
            None,
            proposal=row["answer"],
            why="",
            confidence=None,
            created_at=row["created_at"],
            urgency=Urgency.LOW,
            details={"question": row["question"], "asked": len(row["evidence"]), "members": row["members"]},
        )
    return ReviewItem(
        ItemKind.ACTION,
        row["key"],
        comment,
        None,
        proposal=row["kind"],
        why=row["error"] or "",
        confidence=None,
        created_at=row["created_at"],
        urgency=Urgency.HIGH,
        details={"text": row["text"]},
    )


def _order(item: ReviewItem) -> tuple[int, bool, datetime, str]:
    taken = bool(item.details.get("taken_by"))
    return URGENCY_ORDER.index(Urgency(item.urgency)), taken, item.due_at or item.created_at, item.id


def _with_parents(connection: Connection, items: list[ReviewItem]) -> list[ReviewItem]:
    parents = [item.comment["parent_id"] for item in items if item.comment["parent_id"]]
    found = rows_by_id(connection, schema.comments, parents, "text")
    texts = {key: row["text"] for key, row in found.items()}
    return [replace(item, parent_text=texts.get(item.comment["parent_id"])) for item in items]


def record(engine: Engine, decision: Decision, now: datetime, run_id: str) -> bool:
    """Keep a decision and carry it into the store, in one transaction.

    False when the item was decided elsewhere in the meantime: then nothing changes. Raises ValueError for a decision
    that cannot be carried out (see `domain.review.problem_with`).
    """
    item = decision.item
    problem = problem_with(decision)
    if problem:
        raise ValueError(f"{problem}: {item.kind} {item.id}")
    with engine.begin() as connection:
        if not _APPLY[item.kind](connection, decision, now, run_id):
            return False
        connection.execute(
            insert(schema.decisions).values(
                item_kind=item.kind,
                item_id=item.id,
                comment_id=item.comment["id"],
                decision=decision.choice,
                text=decision.text or None,
                note=decision.note or None,
                decided_by=decision.by,
                decided_at=now,
                run_id=run_id,
            )
        )
    return True


def _on_verdict(connection: Connection, decision: Decision, now: datetime, run_id: str) -> bool:
    table, item = schema.verdicts, decision.item
    verdict_id = int(item.id)
    new_status = {"approve": "confirmed", "edit": "overturned", "reject": "overturned"}
    was = connection.execute(select(table.c.status).where(table.c.id == verdict_id)).scalar()
    if was not in {"waiting", "applied"}:
        return False
    still = (table.c.id == verdict_id) & (table.c.status == was)  # of two people who decide at once, the first wins
    if (
        connection.execute(
            update(table).where(still).values(status=new_status.get(decision.choice, "escalated"))
        ).rowcount
        != 1
    ):
        return False
    if decision.choice in PASSED_ON:
        _hand_off(connection, decision, now, run_id)
    if decision.choice is Choice.APPROVE and was == "waiting" and item.proposal in {"hold", "remove"}:
        _apply_verdict(connection, verdict_id, item.proposal, decision, now)
    if decision.choice in {Choice.EDIT, Choice.REJECT}:
        action = decision.text.strip() if decision.choice is Choice.EDIT else "allow"
        human_id = _human_verdict(connection, verdict_id, action, decision, now, run_id)
        begun = _cancel(connection, verdict_id)
        if action in {"hold", "remove"}:
            _apply_verdict(connection, human_id, action, decision, now)
        else:
            _undo(connection, begun, now)
    return True


def _human_verdict(
    connection: Connection, verdict_id: int, action: str, decision: Decision, now: datetime, run_id: str
) -> int:
    table = schema.verdicts
    old = dict(connection.execute(select(table).where(table.c.id == verdict_id)).mappings().one())
    del old["id"]
    values = {
        **old,
        "action": action,
        "norms": old["norms"] if action != "allow" else [],
        "decided_by": "human",
        "confidence": 1.0,
        "model_version": f"human:{verdict_id}",
        "status": "confirmed",
        "reason": old["reason"] if action != "allow" else None,
        "created_at": now,
        "run_id": run_id,
    }
    new_id: int = connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    return new_id


def _apply_verdict(connection: Connection, verdict_id: int, action: str, decision: Decision, now: datetime) -> None:
    todo = verdict_action(verdict_id, action, decision.item.comment["id"], dict(decision.item.comment))
    upsert(connection, schema.actions, [outbox_row(todo, ActionStatus.READY, f"verdict:{verdict_id}", now)])


def _cancel(connection: Connection, verdict_id: int) -> list[dict[str, Any]]:
    """Cancel what the verdict has not done yet. Gives the rows of `actions` that a platform may have carried out."""
    table = schema.actions
    of_verdict = table.c.cause == f"verdict:{verdict_id}"
    never_done = (ActionStatus.CANCELLED, ActionStatus.FAILED)
    asked = (table.c.attempts > 0) & table.c.status.not_in(never_done)
    begun = [dict(row) for row in connection.execute(select(table).where(of_verdict, asked)).mappings()]
    open_statuses = (ActionStatus.READY, ActionStatus.WAITING, ActionStatus.UNCERTAIN)
    connection.execute(
        update(table)
        .where(of_verdict, table.c.status.in_(open_statuses))
        .values(status=ActionStatus.CANCELLED, error="overturned by a human")
    )
    return begun


def _undo(connection: Connection, begun: list[dict[str, Any]], now: datetime) -> None:
    """Take back on the platform what was done there."""
    rows = [made for row in begun if (made := undoing(row, now))]
    upsert(connection, schema.actions, rows)


def _on_draft(connection: Connection, decision: Decision, now: datetime, run_id: str) -> bool:
    table, item = schema.drafts, decision.item
    status = {"approve": "approved", "edit": "edited", "reject": "rejected"}.get(decision.choice, "escalated")
    text = decision.text.strip() if decision.choice is Choice.EDIT else item.proposal
    taken = connection.execute(
        update(table)
        .where(table.c.id == item.id, table.c.status == "proposed")
        .values(status=status, text=text, decided_at=now)
    )
    if taken.rowcount != 1:
        return False
    if decision.choice in {Choice.APPROVE, Choice.EDIT}:
        action = reply_action(item.id, item.comment["id"], text, dict(item.comment))
        upsert(connection, schema.actions, [outbox_row(action, ActionStatus.READY, f"draft:{item.id}", now)])
    if decision.choice in PASSED_ON:
        _hand_off(connection, decision, now, run_id)
    return True


def _on_handoff(connection: Connection, decision: Decision, now: datetime, run_id: str) -> bool:
    table, item = schema.handoffs, decision.item
    is_open = (table.c.comment_id == item.id) & (table.c.status == "open")
    if decision.choice is Choice.TAKE_OVER:
        return connection.execute(update(table).where(is_open).values(taken_by=decision.by)).rowcount == 1
    if decision.choice is Choice.ESCALATE:
        due = now + timedelta(hours=ESCALATED_DUE_HOURS)
        return (
            connection.execute(update(table).where(is_open).values(urgency=Urgency.CRITICAL, due_at=due)).rowcount == 1
        )
    if connection.execute(update(table).where(is_open).values(status="done", done_at=now)).rowcount != 1:
        return False
    if decision.choice is Choice.EDIT:
        action = reply_action(f"handoff:{item.id}", item.comment["id"], decision.text.strip(), dict(item.comment))
        upsert(connection, schema.actions, [outbox_row(action, ActionStatus.READY, f"handoff:{item.id}", now)])
    return True


def _on_action(connection: Connection, decision: Decision, now: datetime, run_id: str) -> bool:
    table, item = schema.actions, decision.item
    status = ActionStatus.READY if decision.choice is Choice.APPROVE else ActionStatus.CANCELLED
    uncertain = (table.c.key == item.id) & (table.c.status == ActionStatus.UNCERTAIN)
    if connection.execute(update(table).where(uncertain).values(status=status, claimed_at=None)).rowcount != 1:
        return False
    if decision.choice in PASSED_ON:
        _hand_off(connection, decision, now, run_id)
    return True


def _on_learned(connection: Connection, decision: Decision, now: datetime, run_id: str) -> bool:
    table, item = schema.learned, decision.item
    answer = decision.text.strip() if decision.choice is Choice.EDIT else item.proposal
    status = "rejected" if decision.choice is Choice.REJECT else "approved"
    proposed = (table.c.id == item.id) & (table.c.status == "proposed")
    values = {"status": status, "answer": answer, "decided_at": now}
    return connection.execute(update(table).where(proposed).values(**values)).rowcount == 1


def _hand_off(connection: Connection, decision: Decision, now: datetime, run_id: str) -> None:
    taken = decision.choice is Choice.TAKE_OVER
    row = {
        "comment_id": decision.item.comment["id"],
        "reason": "escalated",
        "urgency": Urgency.NORMAL if taken else Urgency.CRITICAL,
        "due_at": now + timedelta(hours=TAKEN_DUE_HOURS if taken else ESCALATED_DUE_HOURS),
        "summary": decision.note or decision.item.why or decision.item.proposal,
        "status": "open",
        "created_at": now,
        "done_at": None,
        "taken_by": decision.by if taken else None,
        "run_id": run_id,
    }
    upsert(
        connection, schema.handoffs, [row], ("reason", "urgency", "due_at", "summary", "status", "done_at", "taken_by")
    )


_APPLY = {
    ItemKind.VERDICT: _on_verdict,
    ItemKind.DRAFT: _on_draft,
    ItemKind.HANDOFF: _on_handoff,
    ItemKind.ACTION: _on_action,
    ItemKind.KNOWLEDGE: _on_learned,
}
