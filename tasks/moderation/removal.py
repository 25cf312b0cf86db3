"""What goes with a removal: the platform's own reason, a note for the other moderators, and a word to the author.

The charter says which: the norm names its `removal_reason`, and `appeals.statements` whether the author is told.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.charter import Charter, Norm
from domain.language import Language, typeset
from domain.records import Action
from tasks.moderation.statement import statement_of_reasons

TITLES: dict[Language, str] = {"fr": "Votre message a été retiré", "en": "Your message was removed"}


def explained(action: Action, verdict: Mapping[str, Any], charter: Charter, timezone: str) -> Action:
    """The removal with what its platform can take; connectors leave out what theirs cannot.

    verdict: a row of `verdicts` with `comment_created_at` and the comment's `lang`.
    """
    first = next(iter(verdict["norms"]), "")
    norm = next((norm for norm in charter.norms if norm.id == first), Norm(id=first or "none"))
    extra = {"removal_reason": norm.removal_reason, "mod_note": f"Vigie: {first} (decision {verdict['id']})"}
    if charter.appeals.statements == "with the act":
        language: Language = "fr" if verdict["lang"] == "fr" else "en"
        parsed = {**verdict, "evidence": json.loads(verdict["evidence"])}
        extra["removal_message"] = statement_of_reasons(
            parsed, verdict["comment_created_at"], verdict["lang"], charter, timezone
        )
        extra["removal_title"] = typeset(TITLES[language], language)
    return replace(action, raw={**action.raw, **{name: value for name, value in extra.items() if value}})
