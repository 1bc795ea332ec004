"""The `shoal` command: its verbs, and how failures read."""

from __future__ import annotations

import sys

import typer

from cli.documents import cat, create, tail
from cli.errors import Failed
from cli.replay import replay
from cli.serve import serve
from cli.token import token
from cli.up import up

app = typer.Typer(
    name="shoal",
    help="Real-time collaboration: people and agents write one document at once, and saved means saved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("up")(up)
app.command("serve")(serve)
app.command("token")(token)
app.command("create")(create)
app.command("cat")(cat)
app.command("tail")(tail)
app.command("replay")(replay)


def main() -> None:
    """Run the command line: 0 done, 1 failed, 2 misused."""
    try:
        app()
    except Failed as failure:
        print(f"shoal: {failure}", file=sys.stderr)
        sys.exit(1)
    except BaseExceptionGroup as group:
        failed = group.subgroup(Failed)
        if failed is None:
            raise
        print(f"shoal: {_first(failed)}", file=sys.stderr)
        sys.exit(1)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


if __name__ == "__main__":
    main()
