"""Topics in the store: what each is known by, and for each day how many comments it had and how many sounded negative."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Engine, select

from connectors.store import schema
from connectors.store.engine import chunks, upsert
from domain.insights import KnownTopic

CURVE_DAYS = 28  # of which a report shows


def known_topics(engine: Engine, first_day: date, remembered: timedelta) -> tuple[KnownTopic, ...]:
    """The topics that a report found lately before `first_day`, or from it on, with the days of their curves."""
    topics, days = schema.topics, schema.topic_days
    with engine.connect() as connection:
        rows = connection.execute(
            select(topics).where(topics.c.last_day >= first_day - remembered).order_by(topics.c.id)
        ).all()
        by_day: dict[str, dict[date, int]] = defaultdict(dict)
        negative: dict[str, dict[date, int]] = defaultdict(dict)
        for part in chunks([row.id for row in rows]):
            lately = days.c.topic_id.in_(part), days.c.day >= first_day - timedelta(days=CURVE_DAYS)
            for topic, day, comments, bad in connection.execute(select(days).where(*lately).order_by(days.c.day)):
                by_day[topic][day] = comments
                if bad is not None:
                    negative[topic][day] = bad
    return tuple(
        KnownTopic(row.id, row.keys, row.first_day, row.last_day, by_day[row.id], negative[row.id]) for row in rows
    )


def save_topics(engine: Engine, topics: Sequence[KnownTopic]) -> None:
    """Keep these topics and the days that they tell of; other days stay as they are. One transaction."""
    rows = [
        {"id": each.id, "keys": dict(each.keys), "first_day": each.first_day, "last_day": each.last_day}
        for each in topics
    ]
    days = [
        {"topic_id": each.id, "day": day, "comments": n, "negative": each.negative_by_day.get(day)}
        for each in topics
        for day, n in each.by_day.items()
    ]
    with engine.begin() as connection:
        upsert(connection, schema.topics, rows, ("keys", "first_day", "last_day"))
        upsert(connection, schema.topic_days, days, ("comments", "negative"))
