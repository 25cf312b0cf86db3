"""Adds something of the catalogue to a reply, only where it fits both the question and the member.

It fits the question when one of its topics is in it, and the member when another is among their interests, or when the
question holds two. Of what fits, the best match wins, then what members clicked most and were content with (each a mean
shrunk towards a prior).
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from domain.catalogue import Catalogue, Item
from domain.charter import Charter
from domain.community import Language
from domain.records import Autonomy, DraftKind, Platform
from tasks.insights.satisfaction import follow_ups
from tasks.insights.words import clauses, key
from tasks.replies.x_length import MAX_WEIGHT, weighted_length

PRIOR_CLICKS, PRIOR_SHOWN = 1.0, 10.0  # what one believes of an item that nobody has been shown
PRIOR_REACTIONS = 2.0  # thanks, and as many protests, that one imagines before the first of them
ENOUGH_TOPICS = 2
TAGS = "utm_source=vigie&utm_medium=reply&utm_campaign={item}"

LINES: dict[Language, str] = {"fr": "À voir aussi\u00a0: {title} {url}", "en": "You may also like: {title} {url}"}
REASONS: dict[Language, dict[str, str]] = {
    "fr": {"question": "dans la question\u00a0: {words}", "interest": "parmi ses intérêts\u00a0: {words}"},
    "en": {"question": "in the question: {words}", "interest": "among their interests: {words}"},
}


@dataclass(frozen=True)
class History:
    """What is known of earlier recommendations.

    recently: members who got one within `every_days`. shown, clicked: how often each item was. thanked, protested: members
    who then thanked or protested, by item. opted_out: members who want none.
    """

    recently: frozenset[str] = frozenset()
    shown: Mapping[str, int] = field(default_factory=dict)
    clicked: Mapping[str, int] = field(default_factory=dict)
    opted_out: frozenset[str] = frozenset()
    thanked: Mapping[str, int] = field(default_factory=dict)
    protested: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Fit:
    """An item and the topics by which it fits."""

    item: Item
    in_question: tuple[str, ...]
    of_interest: tuple[str, ...]


def recommend(
    drafts: pl.DataFrame,
    comments: pl.DataFrame,
    interests: Mapping[str, Collection[str]],
    catalogue: Catalogue,
    history: History,
    charter: Charter,
    language: Language,
    today: date,
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The drafts (DRAFT_SCHEMA) with recommendations, and comment id -> the item that its draft got.

    comments: COMMENT_SCHEMA of the drafts. interests: member id -> words. language: the CM's, in which the reason is
    written among the draft's sources. A member gets at most one in a batch; what would not fit the platform stays out.
    """
    asked = {row["id"]: row for row in comments.select("id", "text", "author_id", "platform").iter_rows(named=True)}
    served, given, rows = set(history.recently | history.opted_out), dict[str, str](), []
    items = [item for item in catalogue.items if not item.is_past(today)]
    for draft in drafts.iter_rows(named=True):
        row, comment = draft, asked.get(draft["comment_id"])
        author = comment["author_id"] if comment else None
        if comment and author and author not in served and _may(row, charter):
            fit = best_fit(items, comment["text"] or "", interests.get(author, ()), history, row["text"])
            text = fit and with_recommendation(row["text"], fit.item, row["lang"], comment["platform"], charter)
            if fit and text:
                served.add(author)
                given[row["comment_id"]] = fit.item.id
                row = draft | {"text": text, "sources": [*draft["sources"], reason(fit, language)]}
        rows.append(row)
    return pl.DataFrame(rows, schema=drafts.schema), given


def _may(draft: Mapping[str, str], charter: Charter) -> bool:
    """Only answers, and only as far as the CM lets recommendations go."""
    allowed = charter.replies.recommendations.autonomy
    if draft["kind"] != DraftKind.ANSWER or allowed == Autonomy.OBSERVE:
        return False
    return allowed == Autonomy.ACT or draft["autonomy"] != Autonomy.ACT


def best_fit(
    items: Collection[Item], question: str, interests: Collection[str], history: History, reply: str = ""
) -> Fit | None:
    """The item that fits best; None where none does. An item that the reply already links to is left out."""
    words = {key(word) for clause in clauses(question) for word in clause} - {""}
    liked = {key(word) for interest in interests for word in interest.split()} - {""}
    fits = []
    for item in items:
        topics = {key(topic): topic for topic in item.topics if key(topic)}
        asked = tuple(topics[one] for one in topics if one in words)
        cared = tuple(topics[one] for one in topics if one in liked and one not in words)
        if asked and (len(asked) >= ENOUGH_TOPICS or cared) and str(item.url) not in reply:
            fits.append(Fit(item, asked, cared))
    return max(
        fits, key=lambda fit: (len(fit.in_question), len(fit.of_interest), _liking(fit.item, history)), default=None
    )


def _liking(item: Item, history: History) -> float:
    clicked, shown = history.clicked.get(item.id, 0), history.shown.get(item.id, 0)
    thanked, protested = history.thanked.get(item.id, 0), history.protested.get(item.id, 0)
    clicks = (clicked + PRIOR_CLICKS) / (max(shown, clicked) + PRIOR_SHOWN)
    return clicks * (thanked + PRIOR_REACTIONS) / (thanked + protested + 2 * PRIOR_REACTIONS)


def reactions(posted: pl.DataFrame, comments: pl.DataFrame) -> tuple[dict[str, int], dict[str, int]]:
    """Item -> members who thanked, and item -> members who protested, after a reply that recommended it.

    posted: item_id, comment_id, done_at. comments: COMMENT_SCHEMA, what these members wrote in their threads.
    """
    told = follow_ups(posted, comments).join(posted.select("item_id", "comment_id"), on="comment_id")
    thanked, protested = (told.filter(pl.col("content") == value)["item_id"].to_list() for value in (True, False))
    return dict(Counter(thanked)), dict(Counter(protested))


def with_recommendation(text: str, item: Item, lang: Language, platform: str, charter: Charter) -> str | None:
    """The reply with one more line, before the words by which a bot makes itself known; None where it would be too long."""
    title = item.title.get(lang) or next(iter(item.title.values()), item.id)
    line = LINES[lang].format(title=title, url=tagged(item))
    signature = charter.replies.disclosure.get(lang, "")
    at = text.rfind(signature) if signature else -1
    at = text.rfind("\n\n", 0, at) if at > 0 else -1
    new = f"{text[:at]}\n\n{line}{text[at:]}" if at > 0 else f"{text}\n\n{line}"
    return None if platform == Platform.X and weighted_length(new) > MAX_WEIGHT else new


def tagged(item: Item) -> str:
    """The item's address with the tags by which the site's statistics tell that Vigie sent somebody."""
    address, _, fragment = str(item.url).partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{TAGS.format(item=item.id)}" + (f"#{fragment}" if fragment else "")


def reason(fit: Fit, language: Language) -> str:
    """Why the CM sees this recommendation, as one of the draft's sources."""
    phrases = REASONS[language]
    parts = [phrases["question"].format(words=", ".join(fit.in_question))]
    if fit.of_interest:
        parts.append(phrases["interest"].format(words=", ".join(fit.of_interest)))
    return f"catalogue:{fit.item.id} ({'; '.join(parts)})"
