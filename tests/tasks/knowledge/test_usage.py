"""Each entry's drafts, corrections and the members' thanks are counted from what the store holds."""

from datetime import UTC, datetime, timedelta

import polars as pl

from connectors.store.outbox import ACTION_SCHEMA
from connectors.store.replies import STORED_DRAFT_SCHEMA
from domain.records import COMMENT_SCHEMA, frame
from tasks.knowledge.usage import usage

DECIDED = {"id": pl.String(), "decision": pl.String()}
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def comment(id_: str, author: str, thread: str, minutes: int, text: str) -> dict:
    return {
        "id": id_,
        "platform": "reddit",
        "source_id": "s",
        "native_id": id_,
        "kind": "comment",
        "thread_id": thread,
        "author_id": author,
        "text": text,
        "created_at": NOON + timedelta(minutes=minutes),
        "deleted": False,
        "raw": "{}",
    }


def draft(comment_id: str, entry: str | None, status: str, kind: str = "answer", lang: str = "en") -> dict:
    row = {"id": f"d{comment_id}", "comment_id": comment_id, "kind": kind, "entry_id": entry}
    return row | {"status": status, "lang": lang}


def test_uses_corrections_and_thanks_are_counted_for_each_entry_and_language():
    comments = [comment(f"c{n}", f"m{n}", f"t{n}", 0, "How?") for n in range(4)]
    comments += [comment("thanks", "m0", "t0", 20, "Thanks, that helped"), comment("no", "m1", "t1", 20, "Useless!")]
    drafts = [draft("c0", "pair", "approved"), draft("c1", "pair", "posted"), draft("c2", "ship", "rejected")]
    drafts += [draft("c3", "pair", "proposed", lang="fr"), draft("c3", None, "approved", "welcome")]
    done = {"kind": "reply", "status": "done", "done_at": NOON + timedelta(minutes=5)}
    actions = [done | {"comment_id": "c0"}, done | {"comment_id": "c1"}]
    columns = [pl.Series(name, [row.get(name) for row in drafts], dtype) for name, dtype in STORED_DRAFT_SCHEMA.items()]
    acted = [pl.Series(name, [row.get(name) for row in actions], dtype) for name, dtype in ACTION_SCHEMA.items()]
    decisions = pl.DataFrame({"id": ["dc1", "dc2"], "decision": ["edit", "reject"]})
    found = usage(pl.DataFrame(columns), decisions, pl.DataFrame(acted), frame(comments, COMMENT_SCHEMA))
    assert found.rows() == [
        ("pair", "en", 2, 2, 1, 0, 1, 1),
        ("pair", "fr", 1, 0, 0, 0, 0, 0),
        ("ship", "en", 1, 0, 0, 1, 0, 0),
    ]


def test_an_empty_store_has_no_uses():
    empty = [pl.DataFrame(schema=dict(each)) for each in (STORED_DRAFT_SCHEMA, DECIDED, ACTION_SCHEMA, COMMENT_SCHEMA)]
    assert usage(*empty).is_empty()
