"""The `shoal` command: its verbs, and how their failures end.

Owns the list of verbs. A failure that was expected is one line on stderr and exit code 1; wrong usage is 2.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from cli.documents import cat, create
from cli.errors import Failed
from cli.replay import replay
from cli.serve import serve
from cli.tail import tail
from cli.tokens import token
from cli.up import up

app = typer.Typer(
    name="shoal",
    help="Shoal: many people and agents write one document at once, and saved means saved.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # errors in one line, not in a box
)
for _verb in (up, serve, token, create, cat, tail, replay):
    app.command()(_verb)


def main() -> None:
    """Run the command line and exit."""
    try:
        app()
    except Failed as failed:
        _end(failed)
    except BaseExceptionGroup as group:
        if (failures := group.subgroup(Failed)) is None:
            raise
        _end(_first(failures))


def _end(failure: BaseException) -> NoReturn:
    print(f"shoal: {failure}", file=sys.stderr)
    sys.exit(1)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


if __name__ == "__main__":
    main()
