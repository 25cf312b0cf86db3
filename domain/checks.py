"""Conditions of a charter's rule beyond words and patterns: on which part of a message, how, and on which facts.

They say what Reddit's AutoModerator can say, so that a community's existing rules can be carried over.
"""

from datetime import timedelta
from typing import Literal

from pydantic import Field, model_validator

from domain.community import Strict

Part = Literal["body", "title", "url", "domain", "author", "author_flair", "post_flair", "thread_title"]
How = Literal["includes-word", "includes", "starts-with", "ends-with", "full-exact", "full-text"]
Kind = Literal["post", "comment"]
Fact = Literal["body_chars", "reports", "account_age_days", "comment_karma", "post_karma", "combined_karma"]
Flag = Literal["is_edited", "is_top_level", "is_submitter", "is_text_post", "is_adult"]

DAY = timedelta(days=1)


class TextCheck(Strict):
    """Whether one of the texts is in one of the parts; with `not: true`, whether none is in any."""

    parts: list[Part] = Field(default=["body"], min_length=1)
    any_of: list[str] = Field(min_length=1)
    how: How = "includes-word"
    regex: bool = Field(default=False, description="the texts are regular expressions")
    case_sensitive: bool = Field(default=False, description="then in the text as written, disguises included")
    negated: bool = Field(default=False, alias="not")
    ignore_quotes: bool = Field(default=False, description="lines that begin with `>` do not count")

    model_config = Strict.model_config | {"serialize_by_alias": True, "populate_by_name": True}


class NumberCheck(Strict):
    """Whether a fact is above, below or equal to a number; never, where the platform does not tell the fact."""

    fact: Fact
    above: float | None = None
    below: float | None = None
    equals: float | None = None

    @model_validator(mode="after")
    def _compares(self) -> "NumberCheck":
        if self.above is None and self.below is None and self.equals is None:
            raise ValueError("give `above`, `below` or `equals`")
        return self

    def holds(self, value: float | None) -> bool:
        """Whether it holds for this value of the fact; None: unknown."""
        if value is None:
            return False
        return (
            (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
            and (self.equals is None or value == self.equals)
        )
