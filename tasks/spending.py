"""What X has cost this month, and what it will have cost at the month's end if it goes on as in the last days."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from connectors.store.memory import charged_by_day
from domain.insights import Spending
from domain.language import Language, typeset
from domain.records import Platform

PACE_DAYS = 7


def x_spending(engine: Engine, budget: float | None, now: datetime) -> Spending | None:
    """This UTC month on X, None when nothing was charged in it.

    The forecast goes on at the mean of the last seven days, today's share included.
    """
    today = now.astimezone(UTC).date()
    first, last = today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    days = charged_by_day(engine, Platform.X, min(first, today - timedelta(days=PACE_DAYS - 1)), today)
    spent = sum(amount for day, amount in days.items() if day >= first)
    if not spent:
        return None
    recent = {day: amount for day, amount in days.items() if day > today - timedelta(days=PACE_DAYS)}
    of_today = now.astimezone(UTC).hour / 24 + 1 / 48
    pace = sum(recent.values()) / ((today - min(recent)).days + of_today) if recent else 0.0
    left_days = (last - today).days + 1 - of_today
    runs_out = None
    if budget is not None and pace and spent + pace * left_days > budget:
        runs_out = today + timedelta(days=max(int((budget - spent) / pace), 0))
    return Spending(spent, spent + pace * left_days, budget, runs_out)


LINES: dict[Language, dict[str, str]] = {
    "fr": {
        "free": "X a coûté {spent} $ ce mois-ci ; à ce rythme, {forecast} $ à la fin du mois.",
        "within": "X a coûté {spent} $ ce mois-ci sur un budget de {budget} $ ; à ce rythme, {forecast} $ à la fin du mois.",
        "over": "X a coûté {spent} $ ce mois-ci sur un budget de {budget} $ : à ce rythme, il sera épuisé le {day}, et X ne "
        "sera plus lu jusqu'au 1er.",
    },
    "en": {
        "free": "X has cost ${spent} this month; at this pace, ${forecast} at the month's end.",
        "within": "X has cost ${spent} this month of a budget of ${budget}; at this pace, ${forecast} at the month's end.",
        "over": "X has cost ${spent} this month of a budget of ${budget}: at this pace it is used up on {day}, and X is not "
        "read until the 1st.",
    },
}


def spending_line(spending: Spending, language: Language) -> str:
    """A sentence for a CM: the run's page and the digest show it."""
    kind = "free" if spending.budget is None else "over" if spending.runs_out else "within"
    return typeset(LINES[language][kind], language).format(
        spent=_amount(spending.spent, language),
        forecast=_amount(spending.forecast, language),
        budget=_amount(spending.budget or 0, language),
        day=_day(spending.runs_out, language) if spending.runs_out else "",
    )


def _amount(usd: float, language: Language) -> str:
    return f"{usd:.2f}".replace(".", ",") if language == "fr" else f"{usd:.2f}"


def _day(day: date, language: Language) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"
