"""Reads a CM's YAML into a pydantic model and tells mistakes with their file, line and mend."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz.process import extractOne
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One mistake in a file of the workspace. line is 1 for the first line, 0 where no line applies."""

    file: str
    line: int
    message: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message} ({self.mend})"


class MendableError(ValueError):
    """A mistake that whoever gave the input can mend; the message says where and how, and is all that they need."""


class WorkspaceError(MendableError):
    """The workspace has mistakes; `problems` lists every one of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def parse(text: str, model: type[Model], file: str) -> Model:
    """Parse the YAML `text` of `file` into `model`.

    Raises WorkspaceError with every mistake: YAML syntax, unknown or missing keys, values of the wrong kind.
    """
    tree = load_tree(text, file)
    try:
        return model.model_validate(_plain(tree))
    except ValidationError as error:
        raise WorkspaceError([_problem(detail, tree, model, file) for detail in error.errors()]) from None


def load_tree(text: str, file: str) -> CommentedMap:
    """The YAML mapping in `text`, with line marks. Raises WorkspaceError on bad syntax or another top level."""
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise WorkspaceError(
            [Problem(file, line, f"not valid YAML: {error.problem}", "check indentation, quotes and colons here")]
        ) from None
    if tree is None:
        tree = CommentedMap()
    if not isinstance(tree, CommentedMap):
        raise WorkspaceError(
            [Problem(file, 1, "the file must hold `key: value` lines", "see the file of `vigie init`")]
        )
    return tree


def line_of(tree: Any, path: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest part of `path` that exists in `tree`."""
    line = 1
    for step in path:
        if isinstance(tree, CommentedMap) and step in tree:
            line = tree.lc.key(step)[0] + 1
        elif isinstance(tree, CommentedSeq) and isinstance(step, int) and step < len(tree):
            line = tree.lc.item(step)[0] + 1
        else:
            break
        tree = tree[step]
    return line


def _plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    return tree


def _problem(detail: ErrorDetails, tree: CommentedMap, model: type[BaseModel], file: str) -> Problem:
    path = detail["loc"]
    name = ".".join(str(step) for step in path)
    line = line_of(tree, path)
    if detail["type"] == "missing":
        return Problem(file, line, f"`{name}` is missing", f"add `{path[-1]}:` here")
    if detail["type"] == "extra_forbidden":
        return Problem(file, line, f"`{name}` is not a known key", _nearest(str(path[-1]), path, model))
    given = detail.get("input")
    shown = f", not {given!r}" if isinstance(given, str | int | float | bool) else ""
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return Problem(
        file, line, f"`{name}`: expected {message}{shown}", f"correct the value of `{path[-1] if path else name}`"
    )


def _nearest(key: str, path: tuple[int | str, ...], model: type[BaseModel]) -> str:
    known = _fields_at(path[:-1], model)
    match = extractOne(key, known, score_cutoff=60) if known else None
    if match:
        return f"did you mean `{match[0]}`?"
    return f"remove it; known keys: {', '.join(known)}" if known else "remove it"


def _fields_at(path: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Names of the fields that `model` has at `path`, or an empty list where the path leaves pydantic models."""
    current: Any = model
    for step in path:
        if isinstance(step, int) or current is None:
            continue
        field = current.model_fields.get(step)
        current = _model_in(field.annotation) if field else None
    return list(current.model_fields) if current else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None
