"""What X costs: each post, user and write is billed, the same resource once in a UTC day, within a monthly budget.

Prices of the pay-per-use plan since 2026, in USD, as its console shows them (docs.x.com, "Pricing").
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import RateLimited
from connectors.memory import Memory
from domain.language import say
from domain.records import Platform

POST_USD = 0.005
USER_USD = 0.010
WRITE_USD = 0.015
WRITE_WITH_LINK_USD = 0.20
WORST_POST_USD = POST_USD + USER_USD + POST_USD  # with its author and the post that it answers
POSTS_A_REQUEST = 100
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


class Ledger:
    """Charges what X answered, and says how much a request may still bring."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def read(self, answer: Mapping[str, Any]) -> None:
        """Charge the posts and users of an answer."""
        data, includes = answer.get("data"), answer.get("includes")
        found = list(data) if isinstance(data, list) else [data]
        for kind in ("tweets", "users"):
            more = includes.get(kind) if isinstance(includes, dict) else None
            found += more if isinstance(more, list) else []
        amounts: dict[str, float] = {}
        for one in found:
            if isinstance(one, dict) and "id" in one:
                is_user = "username" in one
                amounts[f"{'user' if is_user else 'post'}:{one['id']}"] = USER_USD if is_user else POST_USD
        self.memory.charge(Platform.X, datetime.now(UTC).date(), amounts)

    def wrote(self, native_id: str, text: str) -> None:
        """Charge a post that was written."""
        price = WRITE_WITH_LINK_USD if LINK.search(text) else WRITE_USD
        self.memory.charge(Platform.X, datetime.now(UTC).date(), {f"write:{native_id}": price})

    def spent(self) -> float:
        """USD of this calendar month, UTC."""
        today = datetime.now(UTC).date()
        return self.memory.spent(Platform.X, today.replace(day=1), today)

    def posts_within_budget(self, what: str, least: int = 1, *, keep_pace: bool = False) -> int:
        """How many posts the next request may bring, from `least` to 100.

        keep_pace: what can wait may only spend the share of the month that has passed.
        Raises RateLimited naming `what` when fewer than `least` can be paid.
        """
        budget = self.memory.x_usd_a_month
        if budget is None:
            return POSTS_A_REQUEST
        allowed = budget * _share_of_month() if keep_pace else budget
        affordable = int((allowed - self.spent()) / WORST_POST_USD + 1e-9)
        if affordable < least:
            raise RateLimited(_refusal(what, budget, keep_pace), _seconds_to_next_month())
        return min(affordable, POSTS_A_REQUEST)


def _refusal(what: str, budget: float, keep_pace: bool) -> str:
    if keep_pace:
        return say(
            fr="{what} : remis, pour que le budget X de {budget} USD par mois (community.yaml) tienne jusqu'à la fin du mois",
            en="{what}: put off, so that X's budget of {budget} USD a month (community.yaml) lasts to the end of the month",
            what=what,
            budget=f"{budget:g}",
        )
    return say(
        fr="{what} : pas lu, le budget X de {budget} USD par mois (`budget` dans community.yaml) est épuisé jusqu'au 1er",
        en="{what}: not read, X's budget of {budget} USD a month (`budget` in community.yaml) is used up until the 1st",
        what=what,
        budget=f"{budget:g}",
    )


def _share_of_month() -> float:
    now = datetime.now(UTC)
    return (now.day - 1 + now.hour / 24) / monthrange(now.year, now.month)[1]


def _seconds_to_next_month() -> float:
    now = datetime.now(UTC)
    first = (now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    return (first - now).total_seconds()
