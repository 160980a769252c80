"""The code of each model family. Who imports this runs models; who needs their names and titles imports ``learn.candidates``."""

from importlib import import_module

from churnml.learn.candidates import MODELS
from churnml.learn.models.base import Model


def model_class(name: str) -> type[Model]:
    """The class that MODELS names; its file is read when it is asked for.

    >>> model_class("rules").__name__
    'Rules'
    """
    module, _, found = MODELS[name].path.rpartition(".")
    return getattr(import_module(f"{__package__}.{module}"), found)  # type: ignore[no-any-return]
