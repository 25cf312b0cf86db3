"""The members of the demo: a few who write all the time, experts, a long tail, and accounts made for one message."""

import re
from collections.abc import Callable
from random import Random

from deployments.sandbox.demo.wording import load

TEAM = {"reddit": "Noctilo_Team", "youtube": "@NoctiloLights", "x": "noctilo"}
NAME_CHARACTERS = {"reddit": 20, "youtube": 28, "x": 15}
REGULARS_BY_PLATFORM = {"reddit": 75, "youtube": 75, "x": 60}
EXPERTS = 6
TROLLS = 4
DELETED_SHARE = 0.025
ONE_TIMER_SHARE = 0.17
_THROWAWAY = {"spam", "scam"}
_HOSTILE = {"insult", "hate", "threat"}


class Cast:
    """Picks who writes. A member belongs to one platform and one language."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.pieces = load("members.yaml")
        self.taken: set[str] = set()
        self.regulars = {
            (platform, lang): [self.newcomer(platform) for _ in range(size * share // 100)]
            for platform, size in REGULARS_BY_PLATFORM.items()
            for lang, share in (("fr", 55), ("en", 45))
        }
        self.weights = {key: [1 / (rank + 2) ** 0.8 for rank in range(len(m))] for key, m in self.regulars.items()}

    def author(self, platform: str, lang: str, label: str) -> str | None:
        """The name of whoever writes a message of that label; None for an account deleted since."""
        kind = label.split(":", maxsplit=1)[0]
        if kind == "team" or kind in _THROWAWAY:
            return TEAM[platform] if kind == "team" else self.throwaway(platform)
        if lang not in {"fr", "en"}:
            return self.newcomer(platform)
        group = self.regulars[platform, lang]
        if kind in _HOSTILE or kind == "answer":
            return self.rng.choice(group[:EXPERTS] if kind == "answer" else group[-TROLLS:])
        return None if self.rng.random() < DELETED_SHARE else self._member(platform, lang)

    def _member(self, platform: str, lang: str) -> str:
        if self.rng.random() < ONE_TIMER_SHARE:
            return self.newcomer(platform)
        return self.rng.choices(self.regulars[platform, lang], self.weights[platform, lang])[0]

    def throwaway(self, platform: str) -> str:
        """A fresh account with a name of the kind that spam has."""
        stem = self.rng.choice(["Crypto", "Profit", "Lucky", "Invest", "Bonus", "Wealth"])
        return self._unique(
            platform, lambda: f"{stem}{self.rng.choice(['Queen', 'Pro', 'Guide', ''])}{self._digits(4)}"
        )

    def newcomer(self, platform: str) -> str:
        """A member nobody has seen yet."""
        return self._unique(platform, self._pseudonym)

    def _pseudonym(self) -> str:
        given, family = self.rng.choice(self.pieces["given"]), self.rng.choice(self.pieces["family"])
        noun, trait = self.rng.choice(self.pieces["noun"]), self.rng.choice(self.pieces["trait"])
        shapes = [
            f"{noun}_{trait}",
            f"{given}_{noun}",
            f"{given}{family.title()}",
            f"{trait.title()}{noun.title()}{self._digits(2)}",
            f"{given}{self._digits(2)}",
            f"{given[0]}{family}",
            f"{noun}{self._digits(3)}",
            f"le_{noun}_{trait}",
        ]
        return self.rng.choice(shapes)

    def _unique(self, platform: str, propose: Callable[[], str]) -> str:
        while True:
            name = re.sub(r"[^A-Za-z0-9_]", "", propose())[: NAME_CHARACTERS[platform]]
            if name.lower() not in self.taken:
                self.taken.add(name.lower())
                return f"@{name}" if platform == "youtube" else name

    def _digits(self, count: int) -> str:
        return "".join(self.rng.choices("0123456789", k=count))
