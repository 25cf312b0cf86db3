"""What members did day by day, kept so that a night's cost depends on what is new and not on a year of comments."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import Engine, and_, delete, distinct, func, insert, select

from connectors.store import schema
from connectors.store.comments import read
from connectors.store.engine import chunks
from domain.records import MEMBER_TOTAL_SCHEMA

SUMMED = ("comments", "replies", "helpful", "questions", "score", "held", "mood", "negative", "positive")


def changed_days(engine: Engine, since: datetime | None, zone: ZoneInfo) -> list[date]:
    """The local days whose comments or their verdicts changed since then; without `since`, all days with comments."""
    comments, verdicts = schema.comments, schema.verdicts
    hour = func.strftime("%Y-%m-%d %H", comments.c.created_at)
    if engine.dialect.name == "postgresql":
        hour = func.to_char(func.timezone("UTC", comments.c.created_at), "YYYY-MM-DD HH24")
    query = select(distinct(hour)).where(comments.c.created_at.is_not(None))
    with engine.connect() as connection:
        if since is None:
            hours = set(connection.execute(query).scalars())
        else:
            judged = query.join(verdicts, verdicts.c.comment_id == comments.c.id).where(verdicts.c.created_at >= since)
            hours = set(connection.execute(query.where(comments.c.updated_at >= since)).scalars())
            hours |= set(connection.execute(judged).scalars())
    instants = (datetime.fromisoformat(f"{each}:00:00+00:00") for each in hours)
    return sorted({each.astimezone(zone).date() for each in instants})


def parents_of(engine: Engine, parent_ids: Sequence[str]) -> pl.DataFrame:
    """parent_id, parent_author of these comments, as far as they are known."""
    columns = {"parent_id": pl.String(), "parent_author": pl.String()}
    table = schema.comments
    with engine.connect() as connection:
        query = select(table.c.id, table.c.author_id)
        parts = [read(connection, query.where(table.c.id.in_(part)), columns) for part in chunks(parent_ids)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=columns)


def save_day(engine: Engine, day: date, members: pl.DataFrame, answers: pl.DataFrame) -> None:
    """Replace what is known of a day, in one transaction."""
    with engine.begin() as connection:
        for table, rows in ((schema.member_days, members), (schema.member_answers, answers)):
            connection.execute(delete(table).where(table.c.day == day))
            if rows.height:
                connection.execute(insert(table), rows.to_dicts())


def has_days(engine: Engine) -> bool:
    """Whether any day was ever counted."""
    with engine.connect() as connection:
        return connection.execute(select(schema.member_days.c.day).limit(1)).first() is not None


def member_totals(engine: Engine, first: date, before: date, seen_since: date) -> pl.DataFrame:
    """MEMBER_TOTAL_SCHEMA over the days of [first, before), of the members who wrote on one of them from `seen_since` on."""
    table, answers = schema.member_days, schema.member_answers
    lately = select(table.c.member_id).where(table.c.day >= seen_since, table.c.day < before).distinct()
    inside = and_(table.c.day >= first, table.c.day < before, table.c.member_id.in_(lately))
    summed = select(
        table.c.member_id,
        func.max(table.c.platform),
        func.min(table.c.first_seen),
        func.max(table.c.last_seen),
        *(func.sum(table.c[name]) for name in SUMMED),
        func.count(),
    ).where(inside)
    columns = {
        name: MEMBER_TOTAL_SCHEMA[name] for name in ("member_id", "platform", "first_seen", "last_seen", *SUMMED)
    }
    answered = (
        select(answers.c.member_id, func.count(distinct(answers.c.to_member_id)))
        .where(answers.c.day >= first, answers.c.day < before, answers.c.member_id.in_(lately))
        .group_by(answers.c.member_id)
    )
    with engine.connect() as connection:
        counted = read(connection, summed.group_by(table.c.member_id), {**columns, "days": pl.Int64()})
        to_whom = read(connection, answered, {"member_id": pl.String(), "answered": pl.Int64()})
        days = read(
            connection,
            select(table.c.member_id, table.c.day).where(inside),
            {"member_id": pl.String(), "day": pl.Date()},
        )
        names = read(
            connection,
            select(table.c.member_id, table.c.day, table.c.name).where(
                table.c.day >= seen_since, table.c.day < before, table.c.name.is_not(None)
            ),
            {"member_id": pl.String(), "day": pl.Date(), "name": pl.String()},
        )
    pauses = (
        days.sort("member_id", "day")
        .group_by("member_id")
        .agg(pause_days=pl.col("day").diff().dt.total_days().median())
    )
    named = names.sort("day").group_by("member_id").agg(pl.col("name").last())
    joined = counted.join(pauses, on="member_id").join(named, on="member_id", how="left")
    filled = joined.join(to_whom, on="member_id", how="left").with_columns(pl.col("answered").fill_null(0))
    return filled.select(list(MEMBER_TOTAL_SCHEMA)).cast(pl.Schema(MEMBER_TOTAL_SCHEMA))
