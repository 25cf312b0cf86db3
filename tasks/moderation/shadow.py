"""Shadow mode: a norm that is added to a charter in service only observes for its first days.

So the CM sees what it would do before it does anything; `shadow_days: 0` in the charter switches this off.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.charter import Charter
from domain.records import Autonomy


def in_shadow(charter: Charter, first_seen: Mapping[str, datetime], now: datetime) -> tuple[str, ...]:
    """The ids of the norms that only observe for now, in the charter's order.

    first_seen: when each norm of the charter was first in service. The norms of the first charter of all are not new:
    they are as the CM wrote them from the start.
    """
    if not first_seen:
        return ()
    beginning = min(first_seen.values())
    span = timedelta(days=charter.shadow_days)
    return tuple(
        norm.id
        for norm in charter.norms
        if first_seen.get(norm.id, now) > beginning and now < first_seen.get(norm.id, now) + span
    )


def with_shadow(charter: Charter, shadowed: tuple[str, ...]) -> Charter:
    """The charter in which these norms observe, and nothing more."""
    if not shadowed:
        return charter
    norms = [
        norm.model_copy(update={"autonomy": Autonomy.OBSERVE}) if norm.id in shadowed else norm
        for norm in charter.norms
    ]
    return charter.model_copy(update={"norms": norms})
