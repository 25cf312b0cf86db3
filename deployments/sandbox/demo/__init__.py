"""The demo community: Noctilo, a fictional maker of connected bike lights, with a French and an English public.

`generate(seed, end)` gives three weeks of its life up to `end` and a day beyond; `WORKSPACE` is its CM's folder.
"""

from pathlib import Path

from deployments.sandbox.demo.season import generate

WORKSPACE = Path(__file__).parent / "workspace"

__all__ = ["WORKSPACE", "generate"]
