"""The command ``churnml``: thin, and lazy, so that ``--help`` is quick."""

from churnml.cli import book, columns, lists
from churnml.cli.group import main

__all__ = ["book", "columns", "lists", "main"]
