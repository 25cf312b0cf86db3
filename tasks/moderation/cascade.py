"""Judges comments under a charter by the cheapest step that is certain enough: known text, rules, local models.

What no step is sure of goes to a human: it is held, never removed, and never acted upon alone.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from domain.charter import Charter, Exceptions, Norm
from domain.community import Language
from domain.records import OVERNIGHT_MARK, VERDICT_SCHEMA, Autonomy, DecidedBy, VerdictAction, frame
from tasks.embedding import Rows, Sense
from tasks.moderation.conditions import Message, facts_asked, needs_more_than_text
from tasks.moderation.embedding_models import embedded, usable
from tasks.moderation.features import Floats, grams_of
from tasks.moderation.local_model import NormModel
from tasks.moderation.normalise import text_hash
from tasks.moderation.rules import Hit, rule_book

ENGINE = "1"  # grows when the same charter and models may judge differently
MIN_RULE_CONFIDENCE = 0.5
CONTEXT_FREE_CHARS = 60  # shorter texts are judged by a language model within their conversation only
SEVERITIES = ("low", "medium", "high", "critical")
FALLBACK_REASON: dict[Language, str] = {
    "fr": "Ce message semble contraire à une règle de la communauté\u00a0: {title}.",
    "en": "This message seems to break a rule of the community: {title}.",
}


@dataclass(frozen=True)
class Finding:
    """That a comment breaks a norm, as one step found. spans: (start, end) in the original text."""

    norm: Norm
    confidence: float
    by: DecidedBy
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What the steps say of one comment: each norm's score (from 0.5 on it is flagged), and the findings, gravest first."""

    scores: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def model_version(models: Mapping[str, NormModel]) -> str:
    """A fingerprint of the models and of this engine."""
    versions = sorted(model.version for model in models.values())
    return hashlib.sha256("\n".join((ENGINE, *versions)).encode()).hexdigest()[:12]


def moderate(
    comments: pl.DataFrame,
    charter: Charter,
    models: Mapping[str, NormModel],
    known: pl.DataFrame | None = None,
    team: Collection[str] = (),
    sense: Sense | None = None,
) -> pl.DataFrame:
    """One verdict (VERDICT_SCHEMA) for each comment (COMMENT_SCHEMA), in the same order, `allow` included.

    models: by norm; those of norms that are not in the charter are left aside. known: earlier verdicts, whose
    judgement is reused for the same text under the same charter and models. team: accounts that are never moderated.
    sense: the embedding model, for models that were trained with it; without it they judge by words alone.
    """
    return frame(
        [
            {**row, "scores": _json(row["scores"]), "evidence": _json(row["evidence"])}
            for row in decide(comments, charter, models, known, team, sense)
        ],
        VERDICT_SCHEMA,
    )


def decide(
    comments: pl.DataFrame,
    charter: Charter,
    models: Mapping[str, NormModel],
    known: pl.DataFrame | None = None,
    team: Collection[str] = (),
    sense: Sense | None = None,
) -> list[dict[str, Any]]:
    """As `moderate`, as rows whose scores and evidence are plain dicts and lists."""
    models = usable(models, sense)
    version, engine = charter.version, model_version(models)
    more = needs_more_than_text(charter)
    rows = comments.select(_NEEDED + _ASKED_BY_CHECKS * more).to_dicts()
    excepting = [norm for norm in charter.norms if norm.exceptions != Exceptions()]
    everything = frozenset(norm.id for norm in charter.norms)
    excepted = [everything if _is_one_of(row, team) else _excepted(row, excepting) for row in rows]
    asked = [facts_asked(charter, row) if more else "" for row in rows]
    hashes = [_hash(row, norms, facts) for row, norms, facts in zip(rows, excepted, asked, strict=True)]
    reusable = _reusable(known, version, engine)
    for row, key in zip(rows, hashes, strict=True):
        if key in reusable and reusable[key]["decided_by"] == DecidedBy.LLM and not speaks_for_itself(_text(row)):
            del reusable[key]
    fresh = list({key: at for at, key in reversed(list(enumerate(hashes))) if key not in reusable}.values())
    texts, langs = [_text(rows[at]) for at in fresh], [rows[at]["lang"] for at in fresh]
    models, vectors = embedded(models, sense, texts)
    facts = [excepted[at] for at in fresh], [rows[at] for at in fresh]
    judged = judge(texts, langs, charter, models, *facts, vectors=vectors)
    judged_by = model_version(models)
    decided = {at: verdict(one, text, lang) for at, one, text, lang in zip(fresh, judged, texts, langs, strict=True)}
    by_hash = reusable | {hashes[at]: row for at, row in decided.items()}
    return [
        {
            **(decided.get(at) or by_hash[key] | {"decided_by": DecidedBy.REUSE}),
            "comment_id": row["id"],
            "text_hash": key,
            "charter_version": version,
            "model_version": engine if key in reusable else judged_by,
        }
        for at, (row, key) in enumerate(zip(rows, hashes, strict=True))
    ]


def judge(
    texts: Sequence[str],
    langs: Sequence[str | None],
    charter: Charter,
    models: Mapping[str, NormModel],
    excepted: Sequence[Collection[str]] | None = None,
    rows: Sequence[Mapping[str, Any]] | None = None,
    vectors: Rows | None = None,
) -> list[Judgement]:
    """What rules and local models say of each text. excepted: for each text, the norms that do not apply to it.

    rows: what else is known of each message, as of `RuleBook.hits`. vectors: the texts' embeddings, where a model needs them.
    """
    excepted = excepted or [()] * len(texts)
    norms = {norm.id: norm for norm in charter.norms}
    hits = rule_book(charter).hits(texts, langs, rows)
    probabilities = _probabilities(texts, norms, models, vectors)
    flags = {norm: found >= models[norm].threshold for norm, found in probabilities.items()}
    scores = [models[norm].scores(found).round(4).tolist() for norm, found in probabilities.items()]
    flagged = np.any(list(flags.values()), axis=0) if flags else np.zeros(len(texts), bool)
    judged = []
    for at, row in enumerate(zip(*scores, strict=True) if scores else [()] * len(texts)):
        own = dict(zip(probabilities, row, strict=True))
        if flagged[at] or at in hits or excepted[at]:  # few are, and the rest needs no look
            likely = {norm: float(found[at]) for norm, found in probabilities.items() if flags[norm][at]}
            judged.append(_judgement(hits.get(at, []), own, likely, norms, models, excepted[at]))
        else:
            judged.append(Judgement(own))
    return judged


def _judgement(
    hits: list[Hit],
    scores: dict[str, float],
    likely: Mapping[str, float],
    norms: Mapping[str, Norm],
    models: Mapping[str, NormModel],
    excepted: Collection[str],
) -> Judgement:
    """likely: the probabilities that reach their model's threshold."""
    hits = [hit for hit in hits if hit.norm not in excepted]
    scores = {norm: score for norm, score in scores.items() if norm not in excepted}
    findings = _from_rules(hits, norms)
    ruled = {finding.norm.id for finding in findings}
    for norm_id, probability in likely.items():
        if norm_id not in ruled and norm_id not in excepted:
            sureness = models[norm_id].sureness(probability)
            findings.append(Finding(norms[norm_id], sureness, DecidedBy.MODEL))
    for finding in findings:
        if finding.by == DecidedBy.RULE:
            scores[finding.norm.id] = max(scores.get(finding.norm.id, 0.0), round(finding.confidence, 4))
    findings.sort(key=lambda one: (-SEVERITIES.index(one.norm.severity), -one.confidence))
    return Judgement(scores, tuple(findings))


def verdict(judgement: Judgement, text: str, lang: str | None) -> dict[str, Any]:
    """A row as of `decide`, without the columns that identify the comment and the versions."""
    scores = dict(judgement.scores)
    if not judgement.findings:
        allowed = {"action": VerdictAction.ALLOW, "norms": [], "reason": "", "autonomy": Autonomy.OBSERVE}
        by = DecidedBy.MODEL if scores else DecidedBy.RULE
        confidence = round(1 - max(scores.values(), default=0.0), 4)
        return {**allowed, "scores": scores, "confidence": confidence, "decided_by": by, "evidence": []}
    leading = max(judgement.findings, key=lambda one: _weight(one.norm))
    sure = leading.confidence >= leading.norm.target_precision
    return {
        "action": _action(leading.norm, sure),
        "norms": [finding.norm.id for finding in judgement.findings],
        "scores": scores,
        "confidence": round(leading.confidence, 4),
        "decided_by": leading.by,
        "evidence": _evidence(judgement.findings, text),
        "reason": reason(leading.norm, lang),
        "autonomy": leading.norm.autonomy if sure else min(leading.norm.autonomy, Autonomy.PROPOSE, key=_FREEDOM.index),
    }


def reason(norm: Norm, lang: str | None) -> str:
    """The sentence that a member reads, in French for French speakers and in English for all others."""
    language: Language = "fr" if lang == "fr" else "en"
    title = norm.title.get(language) or norm.id
    return norm.reason.get(language) or FALLBACK_REASON[language].format(title=title)


def speaks_for_itself(text: str) -> bool:
    """Whether a text is long enough for a language model's opinion of it to hold in another conversation."""
    return len(text) >= CONTEXT_FREE_CHARS


def path_counts(verdicts: pl.DataFrame) -> dict[str, int]:
    """How many verdicts each step decided, by DecidedBy value; every step is present."""
    counts = dict(verdicts.group_by("decided_by").len().iter_rows())
    return {step.value: int(counts.get(step.value, 0)) for step in DecidedBy}


_NEEDED = ["id", "text", "lang", "thread_id", "author_id", "author_name", "deleted"]
_ASKED_BY_CHECKS = ["kind", "thread_title", "parent_id", "created_at", "edited_at", "raw"]
_FREEDOM = (Autonomy.OBSERVE, Autonomy.PROPOSE, Autonomy.ACT)
_ACTIONS = (VerdictAction.ALLOW, VerdictAction.HOLD, VerdictAction.REMOVE, VerdictAction.ESCALATE)


def _weight(norm: Norm) -> tuple[int, int]:
    """What is observed only never outweighs what is acted upon; then the graver action and severity lead."""
    observed = norm.autonomy == Autonomy.OBSERVE
    return (0 if observed else 1 + _ACTIONS.index(norm.action), SEVERITIES.index(norm.severity))


def _action(norm: Norm, sure: bool) -> VerdictAction:
    return VerdictAction.HOLD if norm.action == VerdictAction.REMOVE and not sure else norm.action


def _text(row: Mapping[str, Any]) -> str:
    return "" if row["deleted"] else row["text"] or ""


def _hash(row: Mapping[str, Any], excepted: Collection[str], facts: str) -> str:
    return text_hash(_text(row), row["lang"] or "", *sorted(excepted), *([facts] if facts else []))


def _excepted(row: Mapping[str, Any], norms: Sequence[Norm]) -> frozenset[str]:
    """Those of the norms that do not apply to this comment."""
    return frozenset(
        norm.id
        for norm in norms
        if _is_one_of(row, norm.exceptions.members)
        or row["thread_id"] in norm.exceptions.threads
        or row["lang"] in norm.exceptions.languages
        or (norm.exceptions.roles and not Message(row).roles.isdisjoint(norm.exceptions.roles))
    )


def _is_one_of(row: Mapping[str, Any], accounts: Collection[str]) -> bool:
    """Whether the author is listed, by our id or by name (case, a leading @ and Reddit's u/ do not count)."""
    if not accounts or row["author_id"] is None:
        return False
    listed = {account.casefold().removeprefix("@").removeprefix("u/") for account in accounts}
    return bool({row["author_id"].casefold(), (row["author_name"] or "").casefold().removeprefix("@")} & listed)


def _reusable(known: pl.DataFrame | None, version: str, engine: str) -> dict[str, dict[str, Any]]:
    if known is None or known.is_empty():
        return {}
    models = pl.col("model_version").str.strip_suffix(OVERNIGHT_MARK)
    same = known.filter((pl.col("charter_version") == version) & (models == engine))
    return {
        row["text_hash"]: row for row in same.unique("text_hash", keep="last").select(list(VERDICT_SCHEMA)).to_dicts()
    }


def _probabilities(
    texts: Sequence[str], norms: Mapping[str, Norm], models: Mapping[str, NormModel], vectors: Rows | None
) -> dict[str, Floats]:
    used = {norm_id: model for norm_id, model in models.items() if norm_id in norms and norms[norm_id].use_model}
    grams = {buckets: grams_of(texts, buckets) for buckets in {len(model.weights) for model in used.values()}}
    return {norm_id: model.of_grams(grams[len(model.weights)], vectors) for norm_id, model in used.items()}


def _from_rules(hits: list[Hit], norms: Mapping[str, Norm]) -> list[Finding]:
    """One finding a norm: the surest rule's confidence, every rule's spans."""
    findings = []
    for norm_id in {hit.norm: None for hit in hits if hit.confidence >= MIN_RULE_CONFIDENCE}:
        of_norm = [hit for hit in hits if hit.norm == norm_id and hit.confidence >= MIN_RULE_CONFIDENCE]
        spans = sorted({span for hit in of_norm for span in hit.spans})
        confidence = max(hit.confidence for hit in of_norm)
        findings.append(Finding(norms[norm_id], confidence, DecidedBy.RULE, tuple(spans)))
    return findings


def _evidence(findings: Sequence[Finding], text: str) -> list[dict[str, Any]]:
    return [
        {"norm": finding.norm.id, "start": start, "end": end, "text": text[start:end]}
        for finding in findings
        for start, end in finding.spans
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
