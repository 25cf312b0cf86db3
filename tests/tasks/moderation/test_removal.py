"""A removal takes along what the charter names: the platform's reason, a note, and the statement where it is wanted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.charter import Appeals, Charter, Norm
from domain.records import Action, ActionKind, Platform
from tasks.moderation.removal import explained

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
REMOVAL = Action(
    "remove:reddit:t1_a:7", Platform.REDDIT, ActionKind.REMOVE, "reddit:t1_a", "t1_a", raw={"subreddit": "v"}
)
VERDICT: dict[str, Any] = {
    "id": 7, "action": "remove", "norms": ["insult"], "evidence": "[]", "decided_by": "human", "status": "confirmed",
    "charter_version": "c", "model_version": "m", "comment_created_at": NOW, "lang": "fr",
}  # fmt: skip


@pytest.mark.parametrize(("statements", "told"), [("on request", False), ("with the act", True)])
def test_what_the_charter_names_goes_with_a_removal(statements: Any, told: bool) -> None:
    norm = Norm(id="insult", title={"fr": "Insultes", "en": "Insults"}, removal_reason="Be kind")
    charter = Charter(norms=[norm], appeals=Appeals(statements=statements))
    raw = explained(REMOVAL, VERDICT, charter, "Europe/Paris").raw
    assert (raw["subreddit"], raw["removal_reason"], raw["mod_note"]) == ("v", "Be kind", "Vigie: insult (decision 7)")
    assert ("removal_message" in raw) is told
    if told:
        assert "Votre message du 2 novembre 2026 a été retiré" in raw["removal_message"].replace("\u00a0", " ")
        assert "Insultes" in raw["removal_message"]
        assert raw["removal_title"] == "Votre message a été retiré"
