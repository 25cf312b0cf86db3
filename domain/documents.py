"""Reads a CM's YAML into a pydantic model and tells mistakes with their file, line and mend."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz.process import extractOne
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

Model = TypeVar("Model", bound=BaseModel)

EXPECTED = {
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_pattern_mismatch": "text of the form `{pattern}`",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list, one `- ` line for each item",
    "too_short": "at least {min_length} `- ` line below",
    "dict_type": "indented `key: value` lines",
    "model_type": "indented `key: value` lines",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
    "url_type": "a web address such as https://example.org/",
    "url_parsing": "a web address such as https://example.org/",
    "url_scheme": "a web address such as https://example.org/",
    "value_error": "{error}",
}
"""What a CM should have written, by pydantic's type of error; the braces are filled from the error's context."""


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
        problems = [_problem(detail, tree, model, file) for detail in error.errors()]
        raise WorkspaceError(sorted(problems, key=lambda problem: problem.line)) from None


def load_tree(text: str, file: str) -> CommentedMap:
    """The YAML mapping in `text`, with line marks. Raises WorkspaceError on bad syntax or another top level."""
    try:
        tree = YAML(typ="rt").load(text)
        _plain(tree)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise WorkspaceError([_syntax_problem(error, mark.line + 1 if mark else 0, file)]) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = "not valid YAML: an invisible control character"
        raise WorkspaceError([Problem(file, line, message, "delete it and type the line again")]) from None
    except (ValueError, ArithmeticError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # ruamel.yaml lets these through for impossible dates, tagged values and endless nesting.
        reason = str(error).partition("\n")[0]
        mend = "put quotes around dates and values that start with `!`, `&` or `[`"
        raise WorkspaceError([Problem(file, 0, f"not valid YAML: {reason}", mend)]) from None
    if tree is None:
        tree = CommentedMap()
    if not isinstance(tree, CommentedMap):
        raise WorkspaceError(
            [Problem(file, 1, "the file must hold `key: value` lines", "see the file of `vigie init`")]
        )
    return tree


def _syntax_problem(error: MarkedYAMLError, line: int, file: str) -> Problem:
    problem = str(error.problem)
    if "duplicate key" in problem:
        key = problem.split('"')[1] if '"' in problem else "a key"
        return Problem(file, line, f"`{key}` is written twice", "keep one of the two")
    if "'\\t'" in problem:
        return Problem(file, line, "not valid YAML: a tab in the indentation", "indent with spaces")
    return Problem(file, line, f"not valid YAML: {problem}", "check indentation, quotes and colons here")


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
    path = tuple(step for step in detail["loc"] if step != "[key]")
    keys = [str(step) for step in path if isinstance(step, str)]
    name = ".".join(keys)  # the line tells which item of a list it is
    line = line_of(tree, path)
    if detail["type"] == "missing":
        return Problem(file, line, f"`{name}` is missing", f"add `{keys[-1]}:` here")
    if detail["type"] == "extra_forbidden":
        return Problem(file, line, f"`{name}` is not a known key", _nearest(keys[-1], path, model))
    return Problem(
        file, line, f"`{name}`: expected {_expected(detail)}{_given(detail)}", f"correct `{keys[-1] if keys else file}`"
    )


def _expected(detail: ErrorDetails) -> str:
    template = EXPECTED.get(detail["type"])
    return template.format(**detail.get("ctx", {})) if template else detail["msg"].removeprefix("Input should be ")


def _given(detail: ErrorDetails) -> str:
    given = detail.get("input")
    if given is None:
        return ", but nothing is written"
    if isinstance(given, bool):
        return f", not {str(given).lower()}"
    return f", not {given!r}" if isinstance(given, str | int | float) else ""


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
