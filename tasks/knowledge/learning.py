"""Makes knowledge entries of what people of the team answered more than once, for a human to approve.

Questions are grouped by their subjects, which French and English share, whatever the platform. Of the answers that
were given, the one is proposed that has most in common with the others; nothing is written that nobody wrote.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from domain.knowledge import KnowledgeEntry, Learned
from tasks.insights.asking import asks, sentence_that_asks
from tasks.insights.questions import alike, most_typical
from tasks.knowledge.writing import slug, with_own_ids
from tasks.members.erasure import Traces, is_clean
from tasks.replies.concerns import masked

MOST_VARIANTS = 6
LEAST_MEMBERS = 2
SHORTEST_ANSWER_CHARS = 20
# Courtesies and promises to come back: right as they are, but no answer to the next one who asks.
_HOLDING = (
    r"(?i)^\W*(?:thank|thx|merci|sorry|désolé|oups|oops|welcome|bienvenue)"
    r"|get back to you|reply (?:to you )?(?:today|tomorrow|soon)|look(?:ing)? into|pass(?:ing)? (?:it|this) on|checking with"
    r"|reviens vers|vous répond(?:s|rons|rai)|transmets|transmettons|on regarde|nous regardons|en message privé|by private message|\bdm\b"
)
_ADDRESSED = re.compile(
    r"^(?:(?:@[\w.-]+|/?u/[\w-]+)[\s,:]*)*(?:(?:hi|hello|hey|bonjour|bonsoir|salut)\b(?: @?[\w.-]+)?[\s,!.:]+)?",
    re.IGNORECASE,
)


def learned(answered: pl.DataFrame, taken: Collection[tuple[str, str]]) -> list[Learned]:
    """Entries in each language in which an answer was given, the questions of most members first.

    answered: id, author_id, lang, text, answer. taken: (id, language) of the entries that exist.
    """
    answers = answered.with_columns(
        answer=pl.col("answer").map_elements(_said, pl.String), lang=pl.col("lang").fill_null("")
    ).filter(
        pl.col("answer").str.len_chars() >= SHORTEST_ANSWER_CHARS,
        ~pl.col("answer").str.contains(_HOLDING),
        pl.col("author_id").is_not_null(),
        asks(answered["text"]),
    )
    found: list[Learned] = []
    for rows in alike(answers, list(range(answers.height))):
        group = answers[rows]
        if group["author_id"].n_unique() >= LEAST_MEMBERS:
            found += _in_each_language(group)
    found.sort(key=lambda one: (-one.members, one.entry.id, one.entry.lang))
    named = with_own_ids([one.entry for one in found], taken)
    return [Learned(entry, one.evidence, one.members) for entry, one in zip(named, found, strict=True)]


def _in_each_language(group: pl.DataFrame) -> Iterator[Learned]:
    """One entry for each language, under one id: that of the most typical question of all."""
    leader = sentence_that_asks(group["text"][most_typical(group["text"].to_list())[0]])
    for lang in ("fr", "en"):
        own = group.filter(pl.col("lang") == lang)
        if own.is_empty() or not slug(leader):
            continue
        own = own[most_typical(own["text"].to_list())]
        questions = list(dict.fromkeys(masked(sentence_that_asks(text)) for text in own["text"]))
        entry = KnowledgeEntry(
            slug(leader),
            lang,
            questions[0],
            _most_common(own["answer"].to_list()),
            tuple(questions[1 : MOST_VARIANTS + 1]),
            status="draft",
            origin="learned",
        )
        yield Learned(entry, tuple(own["id"]), group["author_id"].n_unique())


def without_traces(entries: Sequence[KnowledgeEntry], found: Traces) -> list[KnowledgeEntry]:
    """The entries without the questions of a member who is forgotten; one whose every question was theirs goes."""
    kept = []
    for entry in entries:
        questions = [one for one in (entry.question, *entry.variants) if is_clean(one, found)]
        if questions:
            kept.append(replace(entry, question=questions[0], variants=tuple(questions[1:])))
    return kept


def _said(answer: str) -> str:
    """The answer without whom it addresses, and without the personal data in it."""
    return "\n".join(masked(line) for line in _ADDRESSED.sub("", answer.strip()).splitlines()).strip()


def _most_common(answers: list[str]) -> str:
    shared = cdist(answers, answers, scorer=Indel.normalized_similarity, workers=1).sum(axis=1)
    return answers[int(np.argmax(shared))]
