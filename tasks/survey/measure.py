"""Draws the map of journeys from a history: contact points, questions, hours without a human, who could answer what."""

import re
from collections import Counter
from collections.abc import Collection

import polars as pl

from domain.community import WorkingHours
from domain.insights import Example, Period, ReportData
from domain.survey import ContactPoint, Shares, Survey, SurveyedQuestion, Witness
from tasks.insights.activity import by_hour
from tasks.insights.annotate import annotate
from tasks.insights.asking import sentence_that_asks
from tasks.insights.evidence import examples
from tasks.insights.kpis import norms
from tasks.insights.questions import most_typical, same_questions
from tasks.insights.words import fold
from tasks.replies.concerns import concerns, masked
from tasks.survey.answers import answering, answers, last_team_answer, witness
from tasks.survey.presence import presence

MAX_QUESTIONS = 20
MAX_VARIANTS = 8
MAX_EXAMPLES = 2


def survey(
    data: ReportData,
    period: Period,
    community: str,
    language: str,
    team: Collection[str] = (),
    working_hours: WorkingHours | None = None,
    dated: bool = True,
) -> Survey:
    """The map of the period.

    data.drafts need only say which entry answers which comment. team: names of the team's own accounts; without them
    only members' answers are seen. dated: False where the instants of an export stand for none.
    """
    annotated = annotate(data.comments, data.verdicts, team).filter(
        pl.col("created_at") >= period.start, pl.col("created_at") < period.end
    )
    voices = annotated.filter(~pl.col("spam"), ~pl.col("team"), pl.col("text").is_not_null())
    voices = voices.with_columns(concerns(voices["text"]).select(concern="topic"))
    found = answers(annotated, data.actions)
    seen = witness(found)
    requests = voices.filter(pl.col("asks") | pl.col("concern").is_not_null())
    groups = same_questions(voices, data.drafts)
    questions = _questions(voices, groups, found, seen, annotated, language, dated)
    return Survey(
        community=community,
        period=period,
        dated=dated,
        comments=annotated.height,
        members=annotated.filter(~pl.col("team"))["author_id"].drop_nulls().n_unique(),
        witness=seen,
        answering=answering(requests, found, seen, dated),
        peers=answering(requests, found, "members", dated),
        points=_points(voices, requests, found, seen, dated),
        questions=questions,
        shares=_shares(voices, requests, groups, data.drafts),
        norms=norms(data.verdicts, period),
        concern_examples=_concern_examples(requests),
        presence=presence(annotated, requests, found, seen, period, working_hours) if dated else None,
        requests_by_hour=by_hour(requests, period.timezone) if dated else None,
    )


def _points(
    voices: pl.DataFrame, requests: pl.DataFrame, found: pl.DataFrame, seen: Witness, dated: bool
) -> tuple[ContactPoint, ...]:
    """Every source, most messages first."""
    points = []
    for (source,), own in voices.group_by(["source_id"], maintain_order=True):
        asked = requests.filter(pl.col("source_id") == source)
        points.append(
            ContactPoint(
                platform=str(own["platform"][0]),
                name=str(source).split(":", 2)[-1],
                comments=own.height,
                members=own["author_id"].drop_nulls().n_unique(),
                answering=answering(asked, found, seen, dated),
                negative=float((own["mood"] == "negative").sum()) / own.height,
            )
        )
    return tuple(sorted(points, key=lambda point: (-point.comments, point.platform, point.name)))


def _questions(
    voices: pl.DataFrame,
    groups: list[tuple[str | None, list[int]]],
    found: pl.DataFrame,
    seen: Witness,
    annotated: pl.DataFrame,
    language: str,
    dated: bool,
) -> tuple[SurveyedQuestion, ...]:
    """Those that several members asked, most asked first."""
    texts = dict(annotated.filter("team", pl.col("text").is_not_null()).select("id", "text").iter_rows())
    made = []
    for entry_id, rows in groups:
        own = voices[rows]
        members = own["author_id"].drop_nulls().n_unique()
        if members == 1:
            continue
        order = most_typical(own["text"].to_list())
        shown = [at for at in order if own["shown"][at]] or order
        first = next((at for at in shown if own["lang"][at] == language), shown[0])
        asked = [masked(sentence_that_asks(own["text"][at])) for at in shown]
        text = masked(sentence_that_asks(own["text"][first]))
        same_language = [asked[k] for k, at in enumerate(shown) if own["lang"][at] == own["lang"][first]]
        made.append(
            SurveyedQuestion(
                text=text,
                lang=own["lang"][first] or "und",
                members=members,
                answering=answering(own, found, seen, dated),
                entry_id=entry_id,
                concern=_concern_of_most(own),
                variants=_different([text, *same_language])[1 : MAX_VARIANTS + 1],
                answer=masked_lines(last_team_answer(own["id"].to_list(), found, texts)),
                platforms=dict(Counter(own["platform"].to_list()).most_common()),
                examples=examples(own, order, MAX_EXAMPLES),
            )
        )
    return tuple(sorted(made, key=lambda q: (-q.answering.asked, -q.members, q.text))[:MAX_QUESTIONS])


def _different(texts: list[str]) -> tuple[str, ...]:
    """The texts in their order, those that differ by accents, capitals or punctuation alone once."""
    first: dict[tuple[str, ...], str] = {}
    for text in texts:
        first.setdefault(tuple(re.findall(r"\w+", fold(text))), text)
    return tuple(first.values())


def masked_lines(text: str) -> str:
    """The text line by line, without the personal data that it shows."""
    return "\n".join(masked(line) for line in text.splitlines()).strip()


def _concern_of_most(own: pl.DataFrame) -> str:
    """The concern that at least half of the messages touch on; empty for none."""
    topics = Counter(own["concern"].drop_nulls().to_list()).most_common(1)
    return topics[0][0] if topics and sum(own["concern"].is_not_null()) * 2 >= own.height else ""


def _shares(
    voices: pl.DataFrame,
    requests: pl.DataFrame,
    groups: list[tuple[str | None, list[int]]],
    drafts: pl.DataFrame,
) -> Shares:
    """Each request once: a concern comes before an entry, an entry before a question that comes again."""
    ids = voices["id"]
    known = set(drafts.filter(pl.col("kind") == "answer").drop_nulls("entry_id")["comment_id"].to_list())
    recurring = {ids[row] for entry, rows in groups if entry is None for row in rows}
    plain = requests.filter(pl.col("concern").is_null())["id"].to_list()
    topics = Counter(requests["concern"].drop_nulls().to_list())
    return Shares(
        known=sum(each in known for each in plain),
        recurring=sum(each in recurring for each in plain),
        rare=sum(each not in known and each not in recurring for each in plain),
        concerns=dict(topics.most_common()),
    )


def _concern_examples(requests: pl.DataFrame) -> dict[str, tuple[Example, ...]]:
    """The newest example of each concern."""
    found: dict[str, tuple[Example, ...]] = {}
    for (topic,), own in requests.drop_nulls("concern").group_by(["concern"], maintain_order=True):
        found[str(topic)] = examples(own, range(own.height - 1, -1, -1), 1)
    return found
