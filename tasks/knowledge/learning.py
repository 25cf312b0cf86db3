"""Makes knowledge entries of what people of the team answered more than once, for a human to approve.

Questions are grouped by their subjects, whatever the platform, and across French and English by a shared subject and
answers that give the same facts: links and numbers, which no language changes. Of the answers that were given, the one
is proposed that has most in common with the others; nothing is written that nobody wrote.
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
from tasks.insights.subjects import subjects
from tasks.knowledge.writing import slug, with_own_ids
from tasks.members.erasure import Traces, is_clean
from tasks.replies.concerns import masked

MOST_VARIANTS = 6
LEAST_MEMBERS = 2
SHORTEST_ANSWER_CHARS = 20
LEAST_FACTS = 2  # that two answers share; one number alone may be chance, one link alone the home page
_LINK = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
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
    groups = alike(answers, list(range(answers.height)))
    for rows in _across_languages(answers, groups):
        group = answers[rows]
        if group["author_id"].n_unique() >= LEAST_MEMBERS:
            found += _in_each_language(group)
    found.sort(key=lambda one: (-one.members, one.entry.id, one.entry.lang))
    named = with_own_ids([one.entry for one in found], taken)
    return [Learned(entry, one.evidence, one.members) for entry, one in zip(named, found, strict=True)]


def _across_languages(answers: pl.DataFrame, groups: list[list[int]]) -> list[list[int]]:
    """The groups, with those of another language that got the same answer; also rows that are alone in their own."""
    together = {row for group in groups for row in group}
    alone = [[row] for row in range(answers.height) if row not in together]
    langs = answers["lang"].to_list()
    facts = [_facts(answer) for answer in answers["answer"]]
    about = [set(subjects(sentence_that_asks(text))) for text in answers["text"]]
    joined: list[list[int]] = []
    for group in [*groups, *alone]:
        same = next((other for other in joined if _same_answer(group, other, langs, facts, about)), None)
        if same is None:
            joined.append(list(group))
        else:
            same += group
    return [group for group in joined if len(group) > 1]


def _same_answer(
    one: list[int], other: list[int], langs: list[str], facts: list[frozenset[str]], about: list[set[str]]
) -> bool:
    said = {langs[row] for row in one} | {langs[row] for row in other}
    given = {facts[row] for row in one} & {facts[row] for row in other}
    shared = set().union(*(about[row] for row in one)) & set().union(*(about[row] for row in other))
    return len(said) > 1 and bool(shared) and any(len(each) >= LEAST_FACTS for each in given)


def _facts(answer: str) -> frozenset[str]:
    """The links and numbers of an answer, as both languages write them."""
    links = {link.rstrip(".,;:!?)") for link in _LINK.findall(answer)}
    numbers = {number.replace(",", ".") for number in _NUMBER.findall(_LINK.sub(" ", answer))}
    return frozenset(links | numbers)


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
