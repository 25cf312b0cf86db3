"""Finds what in a knowledge base does not hold: doubles, contradictions, stale entries, dead links, answers too long.

Each finding names the file and the line of the entry, and the mend. Two entries are compared by their questions and
variants; whether they contradict each other is told by the numbers of their answers, those of dates included.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from domain.charter import Replies
from domain.documents import Problem
from domain.knowledge import KnowledgeEntry
from domain.language import Language, say, spoken
from domain.records import Platform
from tasks.moderation.normalise import fold
from tasks.publishing.wording import Wording
from tasks.replies import drafting

SAME_WORDS = 0.9  # from this similarity on (Indel, 0..1), two questions are the same in other words
STALE_AFTER = timedelta(days=365)
LONGEST_NAME = "x" * 20  # of a member, for the length of a reply
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_LINK = re.compile(r"https?://\S+")
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|h\b(?:\s?\d{2})?)|\b\d{1,2}:\d{2}\b", re.IGNORECASE
)  # told otherwise
_YEAR = re.compile(r"\b20\d\d\b")


def findings(
    entries: Sequence[KnowledgeEntry],
    today: date,
    platforms: Collection[Platform],
    replies: Replies,
    dead_links: Mapping[str, str],
) -> list[Problem]:
    """Everything found, by file and line. Retired entries are left alone.

    platforms: those that are watched. dead_links: address -> what is wrong with it.
    """
    kept = [entry for entry in entries if entry.status != "retired"]
    found = [
        *_doubles(kept),
        *_contradictions(kept),
        *_stale(kept, today),
        *_dead(kept, dead_links),
        *_too_long(kept, platforms, replies),
    ]
    return sorted(set(found), key=lambda problem: (problem.file, problem.line, problem.message))


def _doubles(entries: Sequence[KnowledgeEntry]) -> Iterator[Problem]:
    """The same question in two entries of one language: members get one answer or the other by chance."""
    for one, other, words in _alike(entries):
        message = say(
            fr="`{id}` et `{other}` ({place}) répondent à la même question : « {words} »",
            en="`{id}` and `{other}` ({place}) answer the same question: “{words}”",
            id=other.id,
            other=one.id,
            place=f"{one.file}:{one.line}",
            words=words,
        )
        mend = say(
            fr="réunissez-les, ou gardez la phrase dans une seule", en="join them, or keep the words in one only"
        )
        yield Problem(other.file, other.line, message, mend)


def _alike(entries: Sequence[KnowledgeEntry]) -> Iterator[tuple[KnowledgeEntry, KnowledgeEntry, str]]:
    """Pairs of entries of one language with a question in common, and that question."""
    for lang in sorted({entry.lang for entry in entries}):
        asked = [
            (entry, words) for entry in entries if entry.lang == lang for words in (entry.question, *entry.variants)
        ]
        folded = [" ".join(re.findall(r"\w+", fold(words))) for _, words in asked]
        close = cdist(folded, folded, scorer=Indel.normalized_similarity, score_cutoff=SAME_WORDS, workers=1)
        seen = set()
        for first, second in np.argwhere(np.triu(close, 1) >= SAME_WORDS):
            (one, _), (other, words) = asked[first], asked[second]
            same_numbers = _NUMBER.findall(folded[first]) == _NUMBER.findall(
                folded[second]
            )  # not: version 2, version 3
            if one.id != other.id and (one.id, other.id) not in seen and same_numbers:
                seen.add((one.id, other.id))
                yield one, other, words


def _contradictions(entries: Sequence[KnowledgeEntry]) -> Iterator[Problem]:
    """An entry whose languages, or two doubles, name other numbers: one of the two is wrong."""
    by_id: dict[str, list[KnowledgeEntry]] = {}
    for entry in entries:
        by_id.setdefault(entry.id, []).append(entry)
    pairs = [pair for same in by_id.values() for pair in combinations(same, 2)]
    for one, other in [*pairs, *((one, other) for one, other, _ in _alike(entries))]:
        ours, theirs = _numbers(one.answer), _numbers(other.answer)
        if not ours - theirs or not theirs - ours:  # what only one of them tells contradicts nothing
            continue
        message = say(
            fr="`{id}` ({lang}) dit {ours}, mais {place} dit {theirs}",
            en="`{id}` ({lang}) says {ours}, but {place} says {theirs}",
            id=other.id,
            lang=other.lang,
            ours=", ".join(sorted(theirs - ours)),
            place=f"{one.file}:{one.line}",
            theirs=", ".join(sorted(ours - theirs)),
        )
        mend = say(
            fr="vérifiez les chiffres et corrigez l'une des deux", en="check the numbers and mend one of the two"
        )
        yield Problem(other.file, other.line, message, mend)


def _numbers(answer: str) -> set[str]:
    return {number.replace(",", ".") for number in _NUMBER.findall(_CLOCK.sub(" ", _LINK.sub(" ", answer)))}


def _stale(entries: Sequence[KnowledgeEntry], today: date) -> Iterator[Problem]:
    for entry in entries:
        past = sorted({year for year in _YEAR.findall(_LINK.sub(" ", entry.answer)) if int(year) < today.year})
        if past:
            message = say(
                fr="`{id}` parle de {years}", en="`{id}` speaks of {years}", id=entry.id, years=", ".join(past)
            )
            mend = say(fr="vérifiez que c'est encore vrai", en="check that it still holds")
            yield Problem(entry.file, entry.line, message, mend)
        elif entry.updated and today - entry.updated > STALE_AFTER:
            message = say(
                fr="`{id}` n'a pas été relue depuis le {day}",
                en="`{id}` was last looked at on {day}",
                id=entry.id,
                day=entry.updated.isoformat(),
            )
            mend = say(fr="relisez-la, puis changez `updated`", en="read it again, then change `updated`")
            yield Problem(entry.file, entry.line, message, mend)


def _dead(entries: Sequence[KnowledgeEntry], dead_links: Mapping[str, str]) -> Iterator[Problem]:
    for entry in entries:
        for link in entry.links:
            if link in dead_links:
                message = say(
                    fr="le lien {link} de `{id}` ne s'ouvre pas : {reason}",
                    en="the link {link} of `{id}` does not open: {reason}",
                    link=link,
                    id=entry.id,
                    reason=dead_links[link],
                )
                mend = say(fr="corrigez-le ou retirez-le", en="mend it, or take it out")
                yield Problem(entry.file, entry.line, message, mend)


def _too_long(
    entries: Sequence[KnowledgeEntry], platforms: Collection[Platform], replies: Replies
) -> Iterator[Problem]:
    """Answers that are cut or cannot be posted, as `patrol` would write them."""
    for entry in entries:
        if not entry.answer:
            continue
        for platform in sorted(set(platforms) & {Platform.REDDIT, Platform.YOUTUBE, Platform.X}):
            lang: Language = "fr" if entry.lang == "fr" else "en"
            written = drafting.answer([entry], lang, platform, replies.disclosure, LONGEST_NAME)
            if written is None:
                message = say(
                    fr="`{id}` est trop longue pour {platform} : une personne devra répondre",
                    en="`{id}` is too long for {platform}: a person will have to answer",
                    id=entry.id,
                    platform=Wording(spoken(), "UTC").named("platform", platform),
                )
                mend = say(
                    fr="raccourcissez-la, ou donnez-lui un lien vers la suite",
                    en="shorten it, or give it a link to the rest",
                )
                yield Problem(entry.file, entry.line, message, mend)
