"""The models of a workspace: every one that was trained is kept, and registry.json tells which are in service.

What was in service before is never lost: one step back leads to the model before, at last to the one that comes with Vigie.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from domain.documents import MendableError
from domain.language import say
from tasks.moderation.local_model import SHIPPED, NormModel, load, load_models, save

REGISTRY_FILE = "registry.json"
AS_SHIPPED = "shipped"


class RegistryError(MendableError):
    """A model is not there or cannot be put in service; the message says which and what to do."""


@dataclass(frozen=True)
class Kept:
    """A model that was trained here. Figures are on decisions that it had not seen; before: of the model in service."""

    version: str
    at: str  # ISO 8601, UTC
    examples: int
    held_out: int
    macro_f1: float
    macro_f1_before: float | None


@dataclass(frozen=True)
class Line:
    """One norm: the models kept, and those that were in service one after the other, the present one last."""

    kept: tuple[Kept, ...] = ()
    served: tuple[str, ...] = ()

    @property
    def in_service(self) -> str:
        return self.served[-1] if self.served else AS_SHIPPED


@dataclass(frozen=True)
class Registry:
    """What registry.json holds, by norm."""

    lines: Mapping[str, Line] = field(default_factory=dict)

    def line(self, norm: str) -> Line:
        return self.lines.get(norm, Line())


def read_registry(folder: Path) -> Registry:
    """The registry of a models folder; empty where nothing was trained yet. Raises RegistryError when damaged."""
    path = folder / REGISTRY_FILE
    if not path.exists():
        return Registry()
    try:
        found = json.loads(path.read_text("utf-8"))
        lines = {
            norm: Line(tuple(Kept(**one) for one in line["kept"]), tuple(line["served"]))
            for norm, line in found.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = say(
            fr="{path} : illisible ({error}) ; restaurez ce fichier, ou supprimez-le pour revenir aux modèles fournis",
            en="{path}: unreadable ({error}); restore the file, or remove it to return to the models shipped",
            path=path,
            error=error,
        )
        raise RegistryError(message) from error
    return Registry(lines)


def models_in_service(folder: Path) -> dict[str, NormModel]:
    """The models that judge, by norm: those shipped, replaced by those that were promoted. Raises ModelFileError."""
    promoted = {norm: line.in_service for norm, line in read_registry(folder).lines.items()}
    own = {
        norm: load(_place(folder, version) / f"{norm}.json")
        for norm, version in promoted.items()
        if version != AS_SHIPPED
    }
    return load_models() | own


def newest_models(folder: Path) -> dict[str, NormModel]:
    """The models that were trained last, by norm, in service or not; those shipped elsewhere. Raises ModelFileError."""
    newest = {norm: line.kept[-1].version for norm, line in read_registry(folder).lines.items() if line.kept}
    return load_models() | {norm: load(_place(folder, version) / f"{norm}.json") for norm, version in newest.items()}


def keep(folder: Path, model: NormModel, figures: Kept) -> None:
    """Keep a trained model, not in service yet; one of the same version is written once."""
    save(model, _place(folder, model.version))
    registry = read_registry(folder)
    line = registry.line(model.norm)
    others = tuple(one for one in line.kept if one.version != model.version)
    _write(folder, registry, model.norm, replace(line, kept=(*others, figures)))


def promote(folder: Path, norm: str, version: str) -> None:
    """Put a kept model in service. Raises RegistryError when there is none of that version."""
    registry = read_registry(folder)
    line = registry.line(norm)
    if version not in {one.version for one in line.kept}:
        message = say(
            fr="aucun modèle {version} pour la norme {norm} ; `vigie models list` les montre",
            en="no model {version} for the norm {norm}; `vigie models list` shows them",
            version=version,
            norm=norm,
        )
        raise RegistryError(message)
    load(_place(folder, version) / f"{norm}.json")
    if version != line.in_service:
        _write(folder, registry, norm, replace(line, served=(*line.served, version)))


def roll_back(folder: Path, norm: str) -> str:
    """Return to the model that was in service before; gives its version. Raises RegistryError when there is none."""
    registry = read_registry(folder)
    line = registry.line(norm)
    if not line.served:
        message = say(
            fr="la norme {norm} est jugée par le modèle fourni : il n'y a rien avant lui",
            en="the norm {norm} is judged by the model that came with Vigie: there is none before it",
            norm=norm,
        )
        raise RegistryError(message)
    back = replace(line, served=line.served[:-1])
    _write(folder, registry, norm, back)
    return back.in_service


def shipped_norms() -> list[str]:
    """The norms whose models come with Vigie."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))


def figures_of(model: NormModel, at: datetime, examples: int, held_out: int, f1: float, before: float | None) -> Kept:
    """The line of the registry about a model."""
    rounded = None if before is None else round(before, 4)
    return Kept(model.version, at.isoformat(timespec="seconds"), examples, held_out, round(f1, 4), rounded)


def _place(folder: Path, version: str) -> Path:
    return folder / version.replace("@", "-")


def _write(folder: Path, registry: Registry, norm: str, line: Line) -> None:
    """In one step, so that a patrol reads either the old registry or the new one."""
    lines = {**registry.lines, norm: line}
    text = json.dumps({name: asdict(one) for name, one in sorted(lines.items())}, indent=1, ensure_ascii=False) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f".{REGISTRY_FILE}.{os.getpid()}"
    half.write_text(text, "utf-8")
    half.replace(folder / REGISTRY_FILE)
