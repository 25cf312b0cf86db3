"""Plays the season: gives each beat an author, a thread and a parent, and writes the rows that the sandbox serves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl

from deployments.sandbox.demo.cast import Cast
from deployments.sandbox.demo.plot import Beat, beats
from deployments.sandbox.demo.wording import Writer, expand, without_greeting
from deployments.sandbox.seed import SEED_SCHEMA
from domain.records import frame

CHANNEL = "UCnoctilo0demo0channel00"
HANDLE = "noctilo"
SUBREDDITS = {"fr": "noctilo_fr", "en": "noctilo"}
TITLE_CHARACTERS = 90
SOONEST_REPLY = timedelta(minutes=3)
LATEST_REPLY = timedelta(hours=40)
THREAD_LIFE = timedelta(days=8)

# Of which labels a message may open a thread of its own on Reddit, and how often; on X most messages do.
OPENS_ON_REDDIT = {"question": 0.3, "complaint": 0.25, "feature_request": 0.3, "praise": 0.12, "chitchat": 0.12}
OPENS_ON_REDDIT |= {"crisis": 0.08, "handoff": 0.3, "self_promotion": 0.4, "scam": 0.3, "off_topic": 0.5}
OPENS_ON_X_SHARE = 0.7
REPLY_SHARES = {"peer": 1.0, "insult": 0.8, "counter_speech": 0.6, "chitchat": 0.3, "joke": 0.4, "quoted_insult": 0.4}
ECHO_REPLY_SHARE = 0.8
# What a message becomes when there is nobody to answer yet.
ALONE = {"answer": "chitchat", "team": "chitchat", "thanks": "praise", "protest": "complaint", "peer": "chitchat"}
UNWELCOME = {"spam", "scam", "hate", "threat", "insult", "self_promotion"}


@dataclass
class Row:
    """A message that was played; `answered` and `closed` keep members from answering twice."""

    beat: Beat
    key: str
    label: str
    thread: str
    title: str | None
    kind: str
    source: str
    parent: "Row | None"
    author: str | None
    text: str
    answered: bool = False
    closed: bool = False


def generate(seed: int, end: datetime) -> pl.DataFrame:
    """The demo community from the 20 whole days before that of `end` to 26 hours after it: SEED_SCHEMA, oldest first.

    The same seed and end give the same frame, and the same seed and day (in Paris) the same past. Labels: question:ENTRY
    (`ENTRY+ENTRY` for two in one), question:none, answer:ENTRY, crisis, handoff:REASON, and one word for all else
    (praise, spam, quoted_insult, team, ...).
    Raises ValueError when `end` has no time zone.
    """
    if end.tzinfo is None:
        raise ValueError("`end` needs a time zone, such as datetime.now(UTC)")
    rng = Random(seed)
    stage = Stage(rng)
    for beat in beats(rng, end.astimezone(UTC)):
        stage.play(beat)
    likes = Random(seed)  # of its own: a season that is cut earlier draws less before
    return frame([_as_record(row, likes) for row in stage.rows], SEED_SCHEMA)


class Stage:
    """What has been said so far, and where the next message fits."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.cast, self.writer = rng, Cast(rng), Writer(rng)
        self.rows: list[Row] = []
        self.threads: list[Row] = []

    def play(self, beat: Beat) -> None:
        """Add the message of one beat."""
        if beat.title is not None:
            self._open(beat, beat.label, beat.title, beat.text or "")
            return
        label, parent = self._whom_to_answer(beat)
        text = expand(self.rng, beat.text) if beat.text else self.writer.write(label, beat.lang, beat.platform)
        if parent is None and self._opens(beat, label):
            self._open(beat, label, _title(without_greeting(text, beat.lang)), text)
            return
        thread = parent or self._thread(beat)
        if thread is None:
            return
        self._add(beat, label, thread, parent, text)

    def _whom_to_answer(self, beat: Beat) -> tuple[str, Row | None]:
        """The label that the message will have, and the row that it answers, if any."""
        kind = beat.label.split(":")[0]
        if kind in {"answer", "team", "thanks", "protest"}:
            parent = self._open_end(beat, kind)
            if parent is None:
                return ALONE[kind], None
            parent.answered, parent.closed = True, True
            return (f"answer:{parent.label.partition(':')[2].split('+')[0]}" if kind == "answer" else kind), parent
        share = ECHO_REPLY_SHARE if beat.label == "crisis:echo" else REPLY_SHARES.get(kind, 0.05)
        if beat.text is None and self.rng.random() < share:
            parent = self._recent(beat, crisis=beat.crisis)
            return (beat.label, parent) if parent else (ALONE.get(kind, beat.label), None)
        return ALONE.get(kind, beat.label), None

    def _open_end(self, beat: Beat, kind: str) -> Row | None:
        """A question without an answer, a message for the team, or an answer whose asker has not reacted."""
        for row in self._before(beat):
            if kind == "answer" and _is_known_question(row) and not row.answered:
                return row
            if kind == "team" and not row.answered and row.label in {"complaint", "praise", "question:none", "crisis"}:
                return row
            asker = row.parent.author if row.parent else None
            reactable = row.label == "team" or row.label.startswith("answer:")
            if kind in {"thanks", "protest"} and reactable and asker and not row.closed:
                return row
        return None

    def _recent(self, beat: Beat, crisis: bool) -> Row | None:
        found = [
            row
            for row in self._before(beat)[:40]
            if row.label not in UNWELCOME and row.beat.text is None and row.beat.crisis == crisis
        ]
        return self.rng.choice(found) if found else None

    def _before(self, beat: Beat) -> list[Row]:
        """Rows of the same place that one could still answer, newest first."""
        found = []
        for row in reversed(self.rows):
            age = beat.at - row.beat.at
            if age > LATEST_REPLY:
                break
            if age >= SOONEST_REPLY and row.beat.platform == beat.platform and row.beat.lang == beat.lang:
                found.append(row)
        return found

    def _opens(self, beat: Beat, label: str) -> bool:
        if beat.platform == "youtube":
            return False
        if beat.platform == "x":
            return self.rng.random() < OPENS_ON_X_SHARE or self._thread(beat) is None
        return label == "huge_text" or self.rng.random() < OPENS_ON_REDDIT.get(label.split(":", maxsplit=1)[0], 0.0)

    def _thread(self, beat: Beat) -> Row | None:
        """A thread that is still alive, rather a young one; any of the platform's when none fits."""
        alive = [t for t in self.threads if t.beat.platform == beat.platform and beat.at - t.beat.at < THREAD_LIFE]
        fitting = [t for t in alive if t.beat.lang == beat.lang] or alive
        if not fitting:
            return None
        weights = [_pull(t, beat) for t in fitting]
        return self.rng.choices(fitting, weights)[0]

    def _open(self, beat: Beat, label: str, title: str, text: str) -> None:
        key = self._key()
        kind = {"reddit": "post", "youtube": "video", "x": "comment"}[beat.platform]
        shown = None if beat.platform == "x" else title
        author = self._author(beat, label, None)
        row = Row(beat, key, label, key, shown, kind, _source(beat), None, author, _addressed(beat, text))
        self.rows.append(row)
        self.threads.append(row)

    def _add(self, beat: Beat, label: str, near: Row, parent: Row | None, text: str) -> None:
        if beat.platform == "x" and parent is None:
            parent = near
        author = self._author(beat, label, parent)
        text = _addressed(beat, text, parent.author if label == "team" and parent else None)
        self.rows.append(
            Row(beat, self._key(), label, near.thread, near.title, "comment", near.source, parent, author, text)
        )

    def _author(self, beat: Beat, label: str, parent: Row | None) -> str | None:
        if label in {"thanks", "protest"} and parent and parent.parent:
            return parent.parent.author
        author = self.cast.author(beat.platform, beat.lang, label)
        while parent and author and author == parent.author:
            author = self.cast.newcomer(beat.platform)
        return author

    def _key(self) -> str:
        return f"n{len(self.rows) + 1:05d}"


def _is_known_question(row: Row) -> bool:
    return row.label.startswith("question:") and row.label != "question:none" and row.beat.text is None


def _pull(thread: Row, beat: Beat) -> float:
    age_days = (beat.at - thread.beat.at) / timedelta(days=1)
    same_matter = 12.0 if thread.beat.crisis and beat.crisis else 1.0
    return same_matter * (3.0 if thread.beat.title else 1.0) / (1 + age_days)


def _source(beat: Beat) -> str:
    if beat.platform == "reddit":
        return beat.source or SUBREDDITS.get(beat.lang, SUBREDDITS["en"])
    return CHANNEL if beat.platform == "youtube" else HANDLE


def _addressed(beat: Beat, text: str, member: str | None = None) -> str:
    """On X members write to the brand's handle, else the brand would not see it, and the brand to the `member`."""
    whom = f"@{member or HANDLE}"
    return f"{whom} {text}" if beat.platform == "x" and whom.lower() not in text.lower() else text


def _title(text: str) -> str:
    """The first sentence of a message, or as many of its words as fit."""
    first = text.splitlines()[0]
    first = first[:1].upper() + first[1:]
    if len(first) <= TITLE_CHARACTERS:
        return first
    cut = first[:TITLE_CHARACTERS]
    stop = max(cut.rfind(mark) for mark in ("? ", ". ", "! "))
    return cut[: stop + 1] if stop > 20 else f"{cut[: cut.rfind(' ')].rstrip(',;:')}…"


def _as_record(row: Row, rng: Random) -> dict[str, object]:
    return {
        "key": row.key,
        "platform": row.beat.platform,
        "source": row.source,
        "thread": row.thread,
        "thread_title": row.title,
        "kind": row.kind,
        "parent": row.parent.key if row.parent else None,
        "author": row.author,
        "text": row.text,
        "created_at": row.beat.at,
        "score": _score(row, rng),
        "lang": row.beat.lang,
        "label": "crisis" if row.label.startswith("crisis") else row.label,
    }


def _score(row: Row, rng: Random) -> int:
    if row.label in UNWELCOME:
        return rng.randint(-6, 1) if row.beat.platform == "reddit" else 0
    likes = min(400, int(rng.paretovariate(1.1)))
    likes *= 6 if row.kind in {"post", "video"} else 1
    return likes * 2 if row.beat.crisis else likes
