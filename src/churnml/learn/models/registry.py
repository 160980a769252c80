"""The code of each model family. Who imports this runs models; who needs their names and titles imports ``learn.candidates``."""

from importlib import import_module
from typing import TYPE_CHECKING

from churnml.errors import BundleError, SettingsError
from churnml.learn.candidates import CANDIDATES, GONE, MODELS
from churnml.params.section import did_you_mean
from churnml.params.train import Train

if TYPE_CHECKING:
    from churnml.learn.models.base import Model


def model_class(name: str) -> "type[Model]":
    """The class that MODELS names; its file is read when it is asked for. BundleError where it names none.

    >>> model_class("rules").__name__
    'Rules'
    """
    if name not in MODELS:
        raise BundleError(GONE.get(name, f"no model is called '{name}'{did_you_mean(name, list(MODELS))}"))
    module, _, found = MODELS[name].path.rpartition(".")
    return getattr(import_module(f"{__package__}.{module}"), found)  # type: ignore[no-any-return]


def require_models(train: Train) -> None:
    """Nothing, or SettingsError where ``train.candidates`` or ``train.models`` names no model, or sets what a model has not."""
    unknown = [
        f"train.{key}: " + GONE.get(name, f"no model '{name}'{did_you_mean(name, list(CANDIDATES))}")
        for key, names in (("candidates", train.candidates), ("models", train.models))
        for name in names
        if name not in CANDIDATES
    ]
    if unknown or not train.candidates:
        raise SettingsError.of("train must name models that exist:", unknown or ["train.candidates is empty"])
    for name in train.models:
        kind = getattr(model_class(name), "Settings", None)
        if kind is None:
            raise SettingsError(
                f"train.models.{name}: this model has no settings of its own; those of train.{name} may be meant."
            )
        train.of_model(name, kind)
