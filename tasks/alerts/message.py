"""An alert as the team reads it: one subject, a few lines, what to do; as a mail and as a Slack message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from domain.language import Language, typeset
from tasks.publishing.escaping import mrkdwn
from tasks.publishing.quoting import safe_url, shorten
from tasks.publishing.wording import Wording

MOST_ITEMS = 10
QUOTE_GRAPHEMES = 160

PHRASES: dict[Language, dict[str, str]] = {
    "fr": {
        "urgent": "{community} : à traiter sans attendre ({count})",
        "overdue": "{community} : en retard ({count})",
        "crisis": "{community} : une crise monte, niveau {level} sur 3 : {label}",
        "due": "avant {due}",
        "was_due": "attendu {due}",
        "contact": "à prévenir : {name}, {reach}",
        "more": "… et {count} autres dans la revue.",
        "review": "Décider : lancez `review` dans Prefect.",
        "numbers": "{value} commentaires négatifs (habituellement {expected}), sur {platforms}, depuis {since}.",
        "terms": "On y lit : {terms}.",
        "pause": "Suspendre les réponses automatiques sur ce sujet : `vigie pause {key} --hours 24`, ou le déploiement `pause` dans Prefect.",
        "pause_link": "Suspendre en un clic : une page demande confirmation",
        "open": "ouvrir",
    },
    "en": {
        "urgent": "{community}: to be handled at once ({count})",
        "overdue": "{community}: overdue ({count})",
        "crisis": "{community}: a crisis is rising, level {level} of 3: {label}",
        "due": "before {due}",
        "was_due": "was due {due}",
        "contact": "to be told: {name}, {reach}",
        "more": "… and {count} more in the review.",
        "review": "Decide: run `review` in Prefect.",
        "numbers": "{value} negative comments (usually {expected}), on {platforms}, since {since}.",
        "terms": "They speak of: {terms}.",
        "pause": "Pause automated replies on this subject: `vigie pause {key} --hours 24`, or the deployment `pause` in Prefect.",
        "pause_link": "Pause in one click: a page asks to confirm",
        "open": "open",
    },
}


@dataclass(frozen=True)
class Line:
    """One thing to look at. link: to the platform, where there is one."""

    text: str
    link: str | None = None


@dataclass(frozen=True)
class Alert:
    """key: what this alert is about, so that it is told once. before, after: lines around the list. links: to act."""

    key: str
    title: str
    lines: tuple[Line, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    links: tuple[Line, ...] = ()


def handoff_alert(
    kind: str,
    rows: Sequence[dict[str, Any]],
    wording: Wording,
    community: str,
    contacts: dict[str, tuple[str, str]],
    key: str,
) -> Alert:
    """kind: urgent | overdue. rows: `summary` in the language of `wording`, `due_at`, `permalink`, `reason`, `norms`. contacts: reason or norm -> (name, reach)."""
    words = _phrases(wording.language)
    due = words["due" if kind == "urgent" else "was_due"]
    lines = []
    for row in rows[:MOST_ITEMS]:
        parts = [shorten(row["summary"], QUOTE_GRAPHEMES), due.format(due=wording.moment(row["due_at"]))]
        known = [about for about in (row["reason"], *(row["norms"] or [])) if about in contacts]
        if known:
            name, reach = contacts[known[0]]
            parts.append(words["contact"].format(name=name, reach=reach))
        lines.append(Line(" · ".join(parts), safe_url(row["permalink"])))
    after = [words["review"]]
    if len(rows) > MOST_ITEMS:
        after.insert(0, words["more"].format(count=wording.number(len(rows) - MOST_ITEMS)))
    title = words[kind].format(community=community, count=wording.number(len(rows)))
    return Alert(key, title, tuple(lines), after=tuple(after))


def crisis_alert(crisis: dict[str, Any], wording: Wording, community: str, key: str, pause_url: str = "") -> Alert:
    """crisis: `id`, `label`, `level`, `value`, `expected`, `platforms`, `terms`, `at`, `evidence` (text, permalink).

    pause_url: of the page that pauses replies on it; empty where there is none.
    """
    words = _phrases(wording.language)
    numbers = words["numbers"].format(
        value=wording.number(crisis["value"]),
        expected=wording.number(crisis["expected"], 1),
        platforms=wording.joined([wording.platform(one) for one in crisis["platforms"]]),
        since=wording.moment(crisis["at"]),
    )
    terms = words["terms"].format(terms=", ".join(crisis["terms"]))
    title = words["crisis"].format(community=community, level=crisis["level"], label=shorten(crisis["label"], 80))
    quotes = tuple(
        Line(wording.quoted(shorten(text, QUOTE_GRAPHEMES)), safe_url(link)) for text, link in crisis["evidence"]
    )
    link = (Line(words["pause_link"], pause_url),) if pause_url else ()
    after = (words["pause"].format(key=crisis["id"]), words["review"])
    return Alert(key, title, quotes, (numbers, terms), after, link)


def as_mail(alert: Alert, language: Language, sender: str, recipient: str) -> EmailMessage:
    """Plain text: it must be read on a watch."""
    mail = EmailMessage()
    mail["Subject"] = shorten(alert.title, 140)
    mail["From"], mail["To"] = sender, recipient
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Auto-Submitted"] = "auto-generated"
    mail["Importance"] = "high"
    lines = [f"- {line.text}" + (f"\n  {line.link}" if line.link else "") for line in alert.lines]
    links = [f"{line.text}\n{line.link}" for line in alert.links]
    mail.set_content("\n\n".join([*alert.before, "\n".join(lines), *links, *alert.after]) + "\n")
    mail["Content-Language"] = language
    return mail


def as_slack(alert: Alert, language: Language) -> tuple[list[dict[str, Any]], str]:
    """Blocks, and the text of the notification."""
    open_word = PHRASES[language]["open"]
    lines = [f"• {mrkdwn(line.text)}" + (f" <{line.link}|{open_word}>" if line.link else "") for line in alert.lines]
    links = [f"<{line.link}|{mrkdwn(line.text)}>" for line in alert.links]
    sections = [
        *map(mrkdwn, alert.before),
        "\n".join(lines),
        *links,
        *(text.replace("<", "&lt;") for text in alert.after),
    ]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": shorten(alert.title, 140)}},
        *(
            {"type": "section", "text": {"type": "mrkdwn", "text": text[:2900], "verbatim": True}}
            for text in sections
            if text
        ),
    ]
    return blocks, alert.title


def _phrases(language: Language) -> dict[str, str]:
    return {key: typeset(text, language) for key, text in PHRASES[language].items()}
