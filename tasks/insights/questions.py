"""Finds the questions that several members asked in a period, and which knowledge entry answered them."""

from collections import defaultdict

import numpy as np
import polars as pl

from domain.insights import RecurringQuestion
from tasks.insights.asking import sentence_that_asks
from tasks.insights.evidence import examples
from tasks.insights.subjects import subjects

MAX_QUESTIONS = 10
_MOST_COMPARED = 4_000  # newest unanswered questions of the period
_ALIKE = 0.5  # cosine of two questions' words
_MIN_SUBJECTS = 2  # words that a question needs to be about something


def recurring(comments: pl.DataFrame, drafts: pl.DataFrame, language: str) -> tuple[RecurringQuestion, ...]:
    """Questions asked at least twice and not by one member alone, most asked first, at most MAX_QUESTIONS.

    comments: COMMENT_SCHEMA + asks, shown, of the period, without spam. drafts: DRAFT_SCHEMA. Questions that one
    knowledge entry answers are one question; the others are grouped by their words.
    """
    made = [_question(comments, rows, entry, language) for entry, rows in same_questions(comments, drafts)]
    several = (each for each in made if each.text and each.members != 1)  # 0: only deleted accounts asked
    return tuple(sorted(several, key=lambda q: (-q.asked, -q.members, q.text))[:MAX_QUESTIONS])


def same_questions(comments: pl.DataFrame, drafts: pl.DataFrame) -> list[tuple[str | None, list[int]]]:
    """Rows of `comments` that ask the same, at least two of each, with the entry that answers them; see `recurring`."""
    answers = drafts.filter(pl.col("kind") == "answer", pl.col("entry_id").is_not_null())
    entries = dict(answers.select("comment_id", "entry_id").iter_rows())
    asked = (
        comments.select("id", "asks").with_row_index("row").filter(pl.col("asks") | pl.col("id").is_in(list(entries)))
    )
    by_entry: dict[str, list[int]] = defaultdict(list)
    unanswered: list[int] = []
    for row, comment_id in asked.select("row", "id").iter_rows():
        if comment_id in entries:
            by_entry[entries[comment_id]].append(row)
        else:
            unanswered.append(row)
    groups: list[tuple[str | None, list[int]]] = list(by_entry.items())
    groups += [(None, rows) for rows in alike(comments, unanswered[-_MOST_COMPARED:])]
    return [(entry, rows) for entry, rows in groups if len(rows) > 1]


def _question(comments: pl.DataFrame, rows: list[int], entry_id: str | None, language: str) -> RecurringQuestion:
    own = comments[rows]
    order = most_typical(own["text"].fill_null("").to_list())
    in_language = [i for i in order if own["lang"][i] == language and own["shown"][i]]
    first = (in_language or [i for i in order if own["shown"][i]] or order)[0]
    return RecurringQuestion(
        text=sentence_that_asks(own["text"][first] or ""),
        asked=len(rows),
        members=own["author_id"].drop_nulls().n_unique(),
        entry_id=entry_id,
        examples=examples(own, order),
    )


def most_typical(texts: list[str]) -> list[int]:
    """Positions of the texts, those that share most words with the others first, the shorter before the longer."""
    keys = [set(subjects(sentence_that_asks(text))) for text in texts]
    shared: dict[str, int] = defaultdict(int)
    for own in keys:
        for each in own:
            shared[each] += 1
    worth = [sum(shared[each] for each in own) / (len(own) + 2) for own in keys]
    return sorted(range(len(texts)), key=lambda i: (-worth[i], len(texts[i]), i))


def alike(comments: pl.DataFrame, rows: list[int]) -> list[list[int]]:
    """Groups of at least two rows whose questions have nearly the same words; each row in one group at most."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    said = {row: subjects(sentence_that_asks(comments["text"][row] or "")) for row in rows}
    rows = [row for row in rows if sum(" " not in each for each in said[row]) >= _MIN_SUBJECTS]
    features = [said[row] for row in rows]
    if sum(bool(each) for each in features) < 2:
        return []
    weights = TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(features)
    similar = (weights @ weights.T).tocsr()
    similar.data[similar.data < _ALIKE] = 0
    similar.eliminate_zeros()
    degree = np.diff(similar.indptr)
    free = np.ones(len(rows), dtype=bool)
    groups: list[list[int]] = []
    for leader in np.argsort(-degree, kind="stable"):
        if not free[leader] or degree[leader] < 2:
            continue
        around = similar.indices[similar.indptr[leader] : similar.indptr[leader + 1]]
        group = sorted(int(each) for each in around if free[each])
        free[group] = False
        if len(group) > 1:
            groups.append([rows[each] for each in group])
    return groups
