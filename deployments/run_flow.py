"""Runs a flow once in this process, with options given as text."""

import json
from typing import Any

import typer
from pydantic import BaseModel, ValidationError

from domain.language import say
from flows.options import (
    PatrolOptions,
    PauseOptions,
    RefreshOptions,
    RehearseOptions,
    ReportOptions,
    ReviewOptions,
    SurveyOptions,
    TrainOptions,
)

OPTIONS: dict[str, type[BaseModel]] = {
    "patrol": PatrolOptions,
    "refresh": RefreshOptions,
    "report": ReportOptions,
    "review": ReviewOptions,
    "rehearse": RehearseOptions,
    "survey": SurveyOptions,
    "pause": PauseOptions,
    "train": TrainOptions,
}


def run_flow(name: str, given: dict[str, str]) -> str:
    """The flow's result as JSON. Lists are written with commas. Raises typer.BadParameter on unknown names or values."""
    if name not in OPTIONS:
        raise typer.BadParameter(
            say(
                fr="il n'y a pas de flow {name} ; attendu : {flows}",
                en="there is no flow {name}; expected {flows}",
                name=name,
                flows=", ".join(OPTIONS),
            )
        )
    model = OPTIONS[name]
    unknown = given.keys() - model.model_fields.keys()
    if unknown:
        raise typer.BadParameter(
            say(
                fr="{name} n'a pas d'option {unknown} ; options : {known}",
                en="{name} has no option {unknown}; it has {known}",
                name=name,
                unknown=", ".join(sorted(unknown)),
                known=", ".join(model.model_fields),
            )
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
