"""What connectors remember from one run to the next: what calls cost, what a quota postponed, which files were read.

This one begins empty and lasts as long as the process; `connectors/store/memory.py` has the one that stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from domain.records import Platform, Source


class Memory:
    """Kept in the process. x_usd_a_month: what reading and writing on X may cost in a calendar month, None: no limit."""

    def __init__(self, x_usd_a_month: float | None = None) -> None:
        self.x_usd_a_month = x_usd_a_month
        self._charges: dict[tuple[Platform, date, str], float] = {}
        self._postponed: dict[str, dict[str, None]] = {}
        self._files: set[tuple[str, str]] = set()

    def charge(self, platform: Platform, day: date, amounts: Mapping[str, float]) -> None:
        """What resources cost on that day of the platform; a resource that was charged before has the new amount."""
        self._charges |= {(platform, day, resource): amount for resource, amount in amounts.items()}

    def spent(self, platform: Platform, first: date, last: date) -> float:
        """What was charged from the first to the last day."""
        return sum(
            amount for (where, day, _), amount in self._charges.items() if where == platform and first <= day <= last
        )

    def known_replies(self, comment_ids: Sequence[str]) -> Mapping[str, int]:
        """How many replies to each comment (by our ids) were read before; a comment that is not in it is unknown."""
        return {}

    def postponed(self, source: Source) -> list[str]:
        """Native ids of the threads whose replies are still to be read, those postponed first coming first."""
        return list(self._postponed.get(source.id, ()))

    def postpone(self, source: Source, native_ids: Iterable[str]) -> None:
        """Keep threads for a later run."""
        self._postponed.setdefault(source.id, {}).update(dict.fromkeys(native_ids))

    def catch_up(self, source: Source, native_ids: Iterable[str]) -> None:
        """These threads were read."""
        for native in native_ids:
            self._postponed.get(source.id, {}).pop(native, None)

    def was_read(self, source: Source, digest: str) -> bool:
        """Whether a file of this content was read before."""
        return (source.id, digest) in self._files

    def keep_read(self, source: Source, digest: str, name: str) -> None:
        """A file of this content was read to its end."""
        self._files.add((source.id, digest))
