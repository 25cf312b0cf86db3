"""Runs a flow once in this process, with options given as text."""

import json
from typing import Any

import typer
from pydantic import BaseModel, ValidationError

from flows.options import PatrolOptions, ReportOptions, ReviewOptions

OPTIONS: dict[str, type[BaseModel]] = {"patrol": PatrolOptions, "report": ReportOptions, "review": ReviewOptions}


def run_flow(name: str, given: dict[str, str]) -> str:
    """The flow's result as JSON. Lists are written with commas. Raises typer.BadParameter on unknown names or values."""
    if name not in OPTIONS:
        raise typer.BadParameter(f"there is no flow {name}; expected {', '.join(OPTIONS)}")
    model = OPTIONS[name]
    unknown = given.keys() - model.model_fields.keys()
    if unknown:
        raise typer.BadParameter(
            f"{name} has no option {', '.join(sorted(unknown))}; it has {', '.join(model.model_fields)}"
        )
    values = {key: value.split(",") if key == "platforms" else value for key, value in given.items()}
    try:
        options = model.model_validate(values)
    except ValidationError as error:
        raise typer.BadParameter("; ".join(f"{d['loc'][0]}: {d['msg']}" for d in error.errors())) from None
    return json.dumps(_flow(name)(options), default=str, ensure_ascii=False)


def _flow(name: str) -> Any:
    from importlib import import_module

    return getattr(import_module(f"flows.{name}"), name)
