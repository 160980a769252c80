"""The group of commands: an error a person can mend ends it in plain words with exit code 2."""

from typing import Any

import click

from churnml.errors import ChurnmlError


class BadInput(click.ClickException):
    """Something the user can mend, told without a traceback."""

    exit_code = 2


class PlainErrors(click.Group):
    """A group whose commands say what is wrong in plain words, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """What the command returns; a ChurnmlError becomes its message on stderr and exit code 2."""
        try:
            return super().invoke(ctx)
        except ChurnmlError as error:
            message = str(error)
        # Out here: an error that hung on it would keep DuckDB alive, which complains of that at length.
        raise BadInput(message)


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="churnml")
def main() -> None:
    """Which customers will leave or grow, how many dollars hang on it, and why."""
