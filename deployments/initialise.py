"""Writes a new workspace from the templates, in the CM's language."""

from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

TEMPLATES = files("deployments") / "workspaces"
LANGUAGES = ("fr", "en")


def write_workspace(folder: Path, language: str, name: str, timezone: str) -> list[Path]:
    """The files written. Raises FileExistsError, naming every file that is in the way, and writes nothing then."""
    if language not in LANGUAGES:
        raise FileExistsError(f"--language {language}: expected fr or en")
    template = Path(str(TEMPLATES / language))
    sources = sorted(path for path in template.rglob("*") if path.is_file())
    targets = [folder / path.relative_to(template) for path in sources]
    in_the_way = [str(path) for path in targets if path.exists()]
    if in_the_way:
        raise FileExistsError(f"already there, nothing was written: {', '.join(in_the_way)}")
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701
    for source, target in zip(sources, targets, strict=True):
        text = environment.from_string(source.read_text(encoding="utf-8")).render(name=name, timezone=timezone)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return targets
