"""`catalogue.yaml`: the articles, videos, events, downloads and forms that Vigie may recommend in a reply."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, HttpUrl, model_validator

from domain.charter import Localized
from domain.community import Strict
from domain.language import say

ItemKind = Literal["article", "video", "event", "download", "form"]


def _as_text(value: object) -> object:
    """YAML reads `topics: [no, 2026]` as a truth and a number."""
    return [str(one) for one in value] if isinstance(value, list) else value


class Item(Strict):
    """One thing to recommend. starts, ends: the days on which an event takes place; after the last it is past."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: ItemKind
    title: Localized
    url: HttpUrl
    topics: Annotated[list[str], BeforeValidator(_as_text)] = Field(
        min_length=1, description="words it fits, in any language"
    )
    starts: date | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Item":
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError(say(fr="`ends` après `starts`", en="`ends` after `starts`"))
        return self

    def is_past(self, today: date) -> bool:
        last = self.ends or self.starts
        return last is not None and last < today


class Catalogue(Strict):
    """The whole of `catalogue.yaml`."""

    items: list[Item] = []

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Catalogue":
        seen: set[str] = set()
        for item in self.items:
            if item.id in seen:
                raise ValueError(
                    say(
                        fr="un `id` par élément ; `{id}` est écrit deux fois",
                        en="one `id` an item; `{id}` is written twice",
                        id=item.id,
                    )
                )
            seen.add(item.id)
        return self
