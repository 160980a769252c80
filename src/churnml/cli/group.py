"""The group of commands: an error a person can mend ends it in plain words as refused."""

from typing import Any

import click

from churnml.errors import ChurnmlError, Exit


class BadInput(click.ClickException):
    """Something the user can mend, told without a traceback."""

    exit_code = Exit.REFUSED


class PlainErrors(click.Group):
    """A group whose commands say what is wrong in plain words, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """What the command returns; a ChurnmlError becomes its message on stderr and ``Exit.REFUSED``."""
        try:
            return super().invoke(ctx)
        except ChurnmlError as error:
            message = str(error)
        # Out here: an error that hung on it would keep DuckDB alive, which complains of that at length.
        raise BadInput(message)


CODES = "Exit codes: " + "; ".join(f"{code:d} {code.meaning}" for code in Exit) + "."


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]}, epilog=CODES)
@click.version_option(package_name="churnml")
def main() -> None:
    """Which customers will leave or grow, how many dollars hang on it, and why."""
