"""Human decisions as examples, on SQLite and on PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import Engine, update

from connectors.store import review, schema
from connectors.store.labels import human_labels
from connectors.store.verdicts import save_verdicts
from domain.review import Choice, Decision


def test_what_humans_confirmed_and_overturned_is_told_and_edited_texts_are_left_out(
    engine: Engine, community: pl.DataFrame, verdicts: Any, now: datetime
):
    made = verdicts(community, action="hold", norms=["spam"], autonomy="propose", reason="Publicité.")
    save_verdicts(engine, made, now, "run")
    items = review.waiting(engine, 10)
    choices = [Choice.APPROVE, Choice.REJECT, Choice.REJECT]
    for at, (item, choice) in enumerate(zip(items, choices, strict=False)):
        review.record(engine, Decision(item, choice, by="Ana"), now + timedelta(minutes=at), "review")
    with engine.begin() as connection:
        edited = schema.comments.c.id == items[2].comment["id"]
        connection.execute(update(schema.comments).where(edited).values(text_hash="another"))
    rows = human_labels(engine).to_dicts()
    assert [row["broken"] for row in rows] == [True, False]
    assert [row["text"] for row in rows] == [items[0].comment["text"], items[1].comment["text"]]
    assert all(row["norms"] == ["spam"] for row in rows)
