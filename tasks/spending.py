"""What X has cost this month, and what it will have cost at the month's end if it goes on as in the last days."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from connectors.store.memory import charged_by_day
from domain.insights import Spending
from domain.language import Language, typeset
from domain.records import Platform

PACE_DAYS = 7
_REMEMBERED_DAYS = 31


def x_spending(engine: Engine, budget: float | None, now: datetime) -> Spending | None:
    """This UTC month on X, None when nothing was charged in it.

    The forecast goes on at the mean of the last seven days, today's share included. The day on which X was first read
    says nothing of the pace, since what had been written before is read on it: until the day after, no forecast.
    """
    today = now.astimezone(UTC).date()
    first, last = today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    days = charged_by_day(engine, Platform.X, today - timedelta(days=_REMEMBERED_DAYS), today)
    spent = sum(amount for day, amount in days.items() if day >= first)
    if not spent:
        return None
    if min(days) == today:
        return Spending(spent, None, budget, None)
    counted_from = max(min(days) + timedelta(days=1), today - timedelta(days=PACE_DAYS - 1))
    of_today = now.astimezone(UTC).hour / 24 + 1 / 48
    recent = sum(amount for day, amount in days.items() if day >= counted_from)
    pace = recent / ((today - counted_from).days + of_today)
    left_days = (last - today).days + 1 - of_today
    runs_out = None
    if budget is not None and pace and spent + pace * left_days > budget:
        runs_out = today + timedelta(days=max(int((budget - spent) / pace), 0))
    return Spending(spent, spent + pace * left_days, budget, runs_out)


LINES: dict[Language, dict[str, str]] = {
    "fr": {
        "first": "X a coûté {spent} $ ce mois-ci ; il est lu depuis aujourd'hui, trop peu pour une prévision.",
        "free": "X a coûté {spent} $ ce mois-ci ; à ce rythme, {forecast} $ à la fin du mois.",
        "within": "X a coûté {spent} $ ce mois-ci sur un budget de {budget} $ ; à ce rythme, {forecast} $ à la fin du mois.",
        "over": "X a coûté {spent} $ ce mois-ci sur un budget de {budget} $ : à ce rythme, il sera épuisé le {day}, et X ne "
        "sera plus lu jusqu'au 1er.",
    },
    "en": {
        "first": "X has cost ${spent} this month; it is read since today, too little for a forecast.",
        "free": "X has cost ${spent} this month; at this pace, ${forecast} at the month's end.",
        "within": "X has cost ${spent} this month of a budget of ${budget}; at this pace, ${forecast} at the month's end.",
        "over": "X has cost ${spent} this month of a budget of ${budget}: at this pace it is used up on {day}, and X is not "
        "read until the 1st.",
    },
}


def spending_line(spending: Spending, language: Language) -> str:
    """A sentence for a CM: the run's page and the digest show it."""
    if spending.forecast is None:
        kind = "first"
    else:
        kind = "free" if spending.budget is None else "over" if spending.runs_out else "within"
    return typeset(LINES[language][kind], language).format(
        spent=_amount(spending.spent, language),
        forecast=_amount(spending.forecast or 0, language),
        budget=_amount(spending.budget or 0, language),
        day=_day(spending.runs_out, language) if spending.runs_out else "",
    )


def _amount(usd: float, language: Language) -> str:
    return f"{usd:.2f}".replace(".", ",") if language == "fr" else f"{usd:.2f}"


def _day(day: date, language: Language) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"
