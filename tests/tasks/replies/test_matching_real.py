"""On real questions the matcher keeps what it reached: CLINC150, fitted on its training part."""

import csv

import numpy as np
import pytest

from domain.knowledge import Knowledge, KnowledgeEntry
from tasks.replies.matching import Matcher


@pytest.mark.real
def test_known_questions_are_answered_and_foreign_ones_refused_at_one_setting(real_data):
    train, validation = (
        list(csv.reader((real_data / "clinc150" / name).open(encoding="utf-8", newline="")))[1:]
        for name in ("train.csv", "val.csv")
    )
    by_intent: dict[str, list[str]] = {}
    for text, intent in train:
        by_intent.setdefault(intent, []).append(text)
    for_humans = tuple(by_intent.pop(""))
    entries = [
        KnowledgeEntry(intent, "en", texts[0], "answer", tuple(texts[1:])) for intent, texts in by_intent.items()
    ]
    matcher = Matcher.fit(Knowledge(tuple(entries), for_humans))

    found = matcher.match([text for text, _ in validation])["entry_id"].to_list()
    right = [entry == intent for entry, (_, intent) in zip(found, validation, strict=True) if intent]
    refused = [entry is None for entry, (_, intent) in zip(found, validation, strict=True) if not intent]
    assert np.mean(right) >= 0.925
    assert np.mean(refused) >= 0.70
