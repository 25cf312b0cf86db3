"""Statements of reasons in the form of the EU's DSA Transparency Database, for `vigie export dsa`.

The fields, their values and their limits are those of the database's public API documentation ("API documentation", version
of July 2025: https://transparency.dsa.ec.europa.eu/page/api-documentation). Personal data must not be submitted (DSA,
article 24(5)), so neither names nor words of members are in an export. What could not be tried is sending: the
database gives tokens to onboarded platforms alone.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from domain.charter import Charter, Norm
from domain.language import Language, typeset
from tasks.moderation.statement import means_of

STATEMENTS_A_CALL = 100  # the most that the API takes at once
EARLIEST_CONTENT = date(2000, 1, 1)
EU = (
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
)

Visibility = Literal["DECISION_VISIBILITY_CONTENT_REMOVED", "DECISION_VISIBILITY_CONTENT_DISABLED"]
Category = Literal[
    "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "STATEMENT_CATEGORY_SELF_HARM",
    "STATEMENT_CATEGORY_VIOLENCE",
]
CATEGORIES: dict[str, Category] = {
    "hate": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    "insult": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "threat": "STATEMENT_CATEGORY_VIOLENCE",
    "scam": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "personal_data": "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "self_harm": "STATEMENT_CATEGORY_SELF_HARM",
}
"""By preset norm; every other norm is a violation of the community's own terms."""
KEYWORDS = {
    "insult": "KEYWORD_CYBER_HARASSMENT",
    "hate": "KEYWORD_DISCRIMINATION",
    "sexual": "KEYWORD_NUDITY",
    "self_promotion": "KEYWORD_OTHER",
}
FACTS: dict[Language, dict[str, str]] = {
    "fr": {
        "automated": "Repéré et décidé par des moyens automatisés ({step}, confiance {confidence}).",
        "assisted": "Repéré par des moyens automatisés ({step}), décidé par une personne.",
        "human": "Décidé par une personne après un signalement automatisé.",
        "ground": "Charte de la communauté, version {version}, règle « {title} »",
    },
    "en": {
        "automated": "Detected and decided by automated means ({step}, confidence {confidence}).",
        "assisted": "Detected by automated means ({step}), decided by a person.",
        "human": "Decided by a person after an automated signal.",
        "ground": "Charter of the community, version {version}, rule “{title}”",
    },
}


class DsaStatement(BaseModel):
    """One statement as the API takes it; attributes that Vigie never needs (accounts, payments) are left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision_visibility: Annotated[list[Visibility], Field(min_length=1)]
    decision_ground: Literal["DECISION_GROUND_INCOMPATIBLE_CONTENT"] = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    decision_ground_reference_url: str | None = None
    incompatible_content_ground: Annotated[str, Field(min_length=1, max_length=500)]
    incompatible_content_explanation: Annotated[str, Field(min_length=1, max_length=2000)]
    incompatible_content_illegal: Literal["Yes", "No"] = "No"
    content_type: list[Literal["CONTENT_TYPE_TEXT"]] = ["CONTENT_TYPE_TEXT"]
    category: Category
    category_specification: list[str] = []
    category_specification_other: Annotated[str | None, Field(max_length=500)] = None
    territorial_scope: Annotated[list[str], Field(min_length=1)] = list(EU)
    content_language: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None
    content_date: Annotated[date, Field(ge=EARLIEST_CONTENT)]
    application_date: Annotated[date, Field(ge=date(2020, 1, 1))]
    end_date_visibility_restriction: date | None = None
    decision_facts: Annotated[str, Field(min_length=1, max_length=5000)]
    source_type: Literal["SOURCE_VOLUNTARY"] = "SOURCE_VOLUNTARY"
    automated_detection: Literal["Yes", "No"] = "Yes"
    automated_decision: Literal[
        "AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_NOT_AUTOMATED"
    ]
    puid: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,500}$")]


def dsa_statements(
    restrictions: pl.DataFrame, charter: Charter, language: Language, zone: ZoneInfo, charter_url: str | None = None
) -> list[DsaStatement]:
    """One statement for each restriction (RESTRICTION_SCHEMA of the store), dates in the community's time zone."""
    return [_statement(row, charter, language, zone, charter_url) for row in restrictions.iter_rows(named=True)]


def calls(statements: Sequence[DsaStatement]) -> Iterator[dict[str, Any]]:
    """The statements as bodies of the API's `statements` endpoint, STATEMENTS_A_CALL in each."""
    for start in range(0, len(statements), STATEMENTS_A_CALL):
        part = statements[start : start + STATEMENTS_A_CALL]
        yield {"statements": [one.model_dump(mode="json", exclude_none=True) for one in part]}


def _statement(
    row: Mapping[str, Any], charter: Charter, language: Language, zone: ZoneInfo, charter_url: str | None
) -> DsaStatement:
    norm = _norm(row["norms"], charter)
    means = means_of(row["decided_by"], row["status"])
    title = norm.title.get(language) or norm.id
    keyword = KEYWORDS.get(norm.id)
    removed = row["kind"] == "remove"
    return DsaStatement(
        decision_visibility=[
            "DECISION_VISIBILITY_CONTENT_REMOVED" if removed else "DECISION_VISIBILITY_CONTENT_DISABLED"
        ],
        decision_ground_reference_url=charter_url,
        incompatible_content_ground=_say(language, "ground", version=row["charter_version"], title=title)[:500],
        incompatible_content_explanation=(norm.description.get(language) or row["reason"] or title)[:2000],
        category=CATEGORIES.get(norm.id, "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"),
        category_specification=[keyword] if keyword else [],
        category_specification_other=title[:500] if keyword == "KEYWORD_OTHER" else None,
        content_language=row["lang"].upper() if re.fullmatch("[a-z]{2}", row["lang"] or "") else None,
        content_date=max(row["written_at"].astimezone(zone).date(), EARLIEST_CONTENT),
        application_date=row["done_at"].astimezone(zone).date(),
        end_date_visibility_restriction=row["undone_at"].astimezone(zone).date() if row["undone_at"] else None,
        decision_facts=_say(language, means, step=row["decided_by"], confidence=f"{row['confidence']:.2f}"),
        automated_decision=AUTOMATED[means],
        puid=_puid(row),
    )


AUTOMATED: dict[str, Any] = {
    "automated": "AUTOMATED_DECISION_FULLY",
    "assisted": "AUTOMATED_DECISION_PARTIALLY",
    "human": "AUTOMATED_DECISION_NOT_AUTOMATED",
}


def _say(language: Language, key: str, **values: object) -> str:
    return typeset(FACTS[language][key], language).format(**values)


def _norm(norms: Sequence[str], charter: Charter) -> Norm:
    leading = norms[0] if norms else "other"
    return next((norm for norm in charter.norms if norm.id == leading), Norm(id=leading))


def _puid(row: Mapping[str, Any]) -> str:
    """Unique for each act, and silent about who wrote what."""
    act = f"{row['comment_id']}:{row['verdict_id']}:{row['kind']}"
    return f"vigie-{row['verdict_id']}-{hashlib.sha256(act.encode()).hexdigest()[:16]}"
