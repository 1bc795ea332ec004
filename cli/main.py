"""The `shoal` command: its verbs, and how their failures end.

Owns the list of verbs. A failure that was expected is one line on stderr and exit code 1; wrong usage is 2.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import NoReturn

import typer

from cli.acting import with_as
from cli.errors import Failed

_VERBS = {
    "up": "cli.up",
    "serve": "cli.serve",
    "token": "cli.tokens",
    "key": "cli.key",
    "create": "cli.create",
    "list": "cli.listing",
    "search": "cli.search",
    "show": "cli.listing",
    "cat": "cli.cat",
    "update": "cli.lifecycle",
    "delete": "cli.lifecycle",
    "undelete": "cli.lifecycle",
    "purge": "cli.lifecycle",
    "log": "cli.log",
    "blame": "cli.blame",
    "diff": "cli.diff",
    "compare": "cli.diff",
    "versions": "cli.versions",
    "restore": "cli.restore",
    "replace": "cli.restore",
    "export-history": "cli.history_files",
    "import-history": "cli.history_files",
    "tail": "cli.tail",
    "replay": "cli.replay",
    "doctor": "cli.doctor",
    "mirror": "cli.mirror",
    "export": "cli.export_tree",
    "import": "cli.import_tree:import_",
    "org": "cli.org",
    "project": "cli.project",
    "folder": "cli.folder",
    "member": "cli.member",
    "share": "cli.share",
    "role": "cli.role",
    "may": "cli.permission",
    "audit": "cli.audit",
    "activity": "cli.activity",
    "notifications": "cli.notifications",
    "call": "cli.call",
}
"""Each verb and the module with the function, or the group of verbs, of its name (`_` for `-`, or said after `:`), in
the order of the help."""


def main() -> None:
    """Run the command line: exit code 0 done, 1 failed, 2 misused."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        command_line([asked] if asked in _VERBS else _VERBS)()
    except Failed as failed:
        _end(failed)
    except BaseExceptionGroup as group:
        if (failures := group.subgroup(Failed)) is None:
            raise
        _end(_first(failures))


def command_line(verbs: Iterable[str]) -> typer.Typer:
    """Return the command with these verbs. One that is to run is imported alone: all of them take a second."""
    app = typer.Typer(
        name="shoal",
        help="Shoal: many people and agents write one document at once, and saved means saved.",
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # errors in one line, not in a box
    )
    app.callback()(lambda: None)  # a single verb would else become the command itself
    for verb in verbs:
        module, _, function = _VERBS[verb].partition(":")
        found = getattr(import_module(module), function or verb.replace("-", "_"))
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=verb)
        else:
            app.command(verb)(with_as(found))
    return app


def _end(failure: BaseException) -> NoReturn:
    print(f"shoal: {failure}", file=sys.stderr)
    sys.exit(1)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


if __name__ == "__main__":
    main()
