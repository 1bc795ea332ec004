"""Verbs in groups: `shoal project create` and its like.

Owns how a group is made, so that all of them answer alike to no verb, to --help and to mistakes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from cli.acting import Verb, with_target


def group(about: str) -> typer.Typer:
    """Return a group without verbs yet."""
    made = typer.Typer(help=about, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    made.callback()(lambda: None)  # a single verb would else become the group itself
    return made


def verb(of: typer.Typer, name: str) -> Callable[[Verb], Verb]:
    """Make a function a verb of a group: its `target` is what --url, --grpc, --token, --as and --data say."""

    def add(function: Callable[..., Any]) -> Verb:
        of.command(name)(with_target(function))
        return function

    return add
