"""Acting: verbs that take `--as NAME`, and verbs that are handed their target whole.

Owns the option and what it means: on a local instance, whoever signs in on the page by this name. Rewrites signatures,
which is what typer reads options from, so that no verb repeats five parameters and none lacks one of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.instance import DEFAULT_DATA, DataDirectory
from cli.target import TOKEN_LIFETIME_S, DataOption, GrpcOption, TokenOption, UrlOption, find_target
from mesh.development import MAX_NAME, is_name, subject_of

Verb = Callable[..., Any]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="NAME", help="Who you are, on the local instance: who signs in on the page by this name."
    ),
]
_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_TARGET = {"url": UrlOption, "grpc_address": GrpcOption, "token": TokenOption}


def with_target(verb: Verb) -> Verb:
    """Return a verb whose parameter `target` is found by --url, --grpc, --token, --as and --data."""
    own = [each for each in inspect.signature(verb, eval_str=True).parameters.values() if each.name != "target"]
    options = [inspect.Parameter(name, _KEYWORD, default=None, annotation=kind) for name, kind in _TARGET.items()]
    options.append(inspect.Parameter("data", _KEYWORD, default=DEFAULT_DATA, annotation=DataOption))

    @wraps(verb)
    def found(*, data: Path, **said: Any) -> Any:
        where = {name: said.pop(name) for name in _TARGET}
        return verb(**said, target=find_target(**where, data=data))

    _sign(found, [each.replace(kind=_KEYWORD) for each in own] + options)
    return with_as(found)


def with_as(verb: Verb) -> Verb:
    """Return a verb that takes --as NAME in place of --token; one without --token is returned as it is."""
    own = inspect.signature(verb, eval_str=True).parameters
    if "token" not in own or "data" not in own:
        return verb

    @wraps(verb)
    def acting(*, acting_as: str | None, **said: Any) -> Any:
        if acting_as is not None:
            if said["token"] is not None:
                raise typer.BadParameter("choose one of --as and --token")
            said["token"] = token_as(acting_as, said["data"])
        return verb(**said)

    option = inspect.Parameter("acting_as", _KEYWORD, default=None, annotation=AsOption)
    _sign(acting, [*(each.replace(kind=_KEYWORD) for each in own.values()), option])
    return acting


def token_as(name: str, data: Path) -> str:
    """Return a token by which one is `name` on the local instance. Raises BadParameter, Failed."""
    return DataDirectory(data).signer().sign(named(name), name=name, lifetime_s=TOKEN_LIFETIME_S)


def named(name: str) -> str:
    """Return the subject of who signs in by this name. Raises BadParameter."""
    if not is_name(name):
        raise typer.BadParameter(f"must be 1 to {MAX_NAME} printable characters", param_hint="--as")
    return subject_of(name)


def _sign(verb: Verb, parameters: list[inspect.Parameter]) -> None:
    """Give a function a signature, in both places where typer looks for one."""
    verb.__dict__["__signature__"] = inspect.Signature(parameters)
    verb.__annotations__ = {each.name: each.annotation for each in parameters}
