"""`vigie models`: which models judge, which are kept, and one step forward or back."""

from domain.language import say
from domain.settings import Settings
from tasks.moderation.local_model import load_models
from tasks.moderation.registry import AS_SHIPPED, models_in_service, promote, read_registry, roll_back


def list_models() -> str:
    """A line for each model, its norm first; `*` marks the one in service. Raises RegistryError, ModelFileError."""
    folder = Settings().var / "models"
    registry, shipped, serving = read_registry(folder), load_models(), models_in_service(folder)
    lines = []
    for norm in sorted({*shipped, *registry.lines}):
        line = registry.line(norm)
        if norm in shipped:
            mark = "*" if line.in_service == AS_SHIPPED else " "
            lines.append(f"{mark} {norm:<16} {shipped[norm].version:<30} {say(fr='fourni', en='shipped')}")
        for one in line.kept:
            mark = "*" if serving[norm].version == one.version else " "
            before = "—" if one.macro_f1_before is None else f"{one.macro_f1_before:.3f}"
            said = say(
                fr="{at}, exemples {examples}, F1 {f1:.3f} (avant {before}) sur {held_out}",
                en="{at}, examples {examples}, F1 {f1:.3f} (before {before}) on {held_out}",
                at=one.at[:16].replace("T", " "),
                examples=one.examples,
                f1=one.macro_f1,
                before=before,
                held_out=one.held_out,
            )
            lines.append(f"{mark} {norm:<16} {one.version:<30} {said}")
    return "\n".join(lines)


def promote_model(norm: str, version: str) -> str:
    """Put a kept model in service. Raises RegistryError, ModelFileError."""
    promote(Settings().var / "models", norm, version)
    return say(
        fr="{version} juge désormais {norm}", en="{version} judges {norm} from now on", version=version, norm=norm
    )


def roll_back_model(norm: str) -> str:
    """Return to the model before. Raises RegistryError."""
    version = roll_back(Settings().var / "models", norm)
    return say(
        fr="retour au modèle précédent de {norm} : {version}",
        en="back to the model of {norm} that served before: {version}",
        norm=norm,
        version=version,
    )
