"""`shoal call SERVICE.METHOD`: every public rpc, with a flag for each field of its request.

Owns the command line that is made of an rpc's descriptor when it is asked for, its help from the contract's comments,
and `--list`. How a flag's value is read stands in cli/request_fields.py, how the rpc is called in cli/calling.py.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from google.protobuf import json_format
from google.protobuf.message import Message
from rich.console import Console
from rich.table import Column, Table
from typer.core import TyperGroup

from cli.acting import with_target
from cli.answers import JsonOption
from cli.calling import call as call_rpc
from cli.contract_comments import comment
from cli.request_fields import Flag, UnfitValue, flags_of, put
from cli.rpcs import Rpc, find_rpc, public_rpcs
from cli.run import run
from cli.target import Target

_OWN = frozenset(("json", "pretty", "timeout", "all", "url", "grpc", "token", "as", "data", "help"))
"""Options of every call. A field of such a name is `--request.token`."""
_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_FIELD = "field_"

_RequestOption = Annotated[
    str | None,
    typer.Option(
        "--json",
        metavar="JSON|@FILE|-",
        help="The request as JSON, `-` for standard input; flags say otherwise, or more.",
    ),
]
_PrettyOption = Annotated[bool, typer.Option("--pretty", help="JSON with line breaks; left out: one message a line.")]
_TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=0.001,
        max=31_536_000,
        metavar="SECONDS",
        help="Left out: 30, and for streams as long as they take.",
    ),
]
_PagesOption = Annotated[bool, typer.Option("--all", help="All pages, a line each. Left out: the page asked for.")]


class _Rpcs(TyperGroup):
    """A group with a command for each rpc, made when it is asked for: making all takes a second."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return what there is, for completion and for help."""
        return list(public_rpcs())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of an rpc by any of its names; ends with what was meant, perhaps, when there is none."""
        known = public_rpcs()
        if rpc := find_rpc(cmd_name, known.values()):
            return command_of(rpc)
        if not ctx.resilient_parsing:
            ctx.fail(f"no rpc is called {cmd_name!r}{_meant(cmd_name)}; `shoal call --list` has all")
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the rpcs by name alone: what each does is told by its own --help."""
        with formatter.section("Rpcs"):
            formatter.write_dl([(rpc.name, _first_sentence(comment(rpc.full_name))) for rpc in public_rpcs().values()])


call = typer.Typer(
    cls=_Rpcs,
    help="Call any public rpc: `shoal call DocumentService.GetDocument --name documents/x`.",
    invoke_without_command=True,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    subcommand_metavar="SERVICE.METHOD [FLAGS]...",
    # --page-size is --page_size: names are the contract's, and fingers write hyphens
    context_settings={"token_normalize_func": lambda token: token.replace("-", "_")},
)


@call.callback()
def _rpcs(
    context: typer.Context,
    listing: Annotated[
        bool, typer.Option("--list", help="List all rpcs, with what they need and where they are in REST.")
    ] = False,
    json: JsonOption = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    if not listing:
        raise typer.BadParameter("name an rpc, or say --list", param_hint="SERVICE.METHOD")
    _print_list(json=json)


def command_of(rpc: Rpc) -> Any:
    """Return the command of one rpc: its flags, its help, and what it does when it is run."""
    flags = [] if rpc.method.client_streaming else list(flags_of(rpc.method.input_type))

    def perform(target: Target, pretty: bool, timeout: float | None, **said: Any) -> None:
        request = None
        if not rpc.method.client_streaming:
            written = {flag: said.get(f"{_FIELD}{number}") for number, flag in enumerate(flags)}
            request = request_of(rpc, said["json"], {flag: value for flag, value in written.items() if _is_said(value)})

        def say(message: Message) -> None:
            print(json_format.MessageToJson(message, indent=2 if pretty else None, ensure_ascii=False), flush=True)

        run(call_rpc(target, rpc, request, say, timeout_s=timeout, everything=said.get("everything", False)))

    perform.__dict__["__signature__"] = inspect.Signature(list(_parameters(rpc, flags)))
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(rpc.name, help=_help(rpc))(with_target(perform))
    return typer.main.get_command(app)


def request_of(rpc: Rpc, json: str | None, written: Mapping[Flag, Any]) -> Message:
    """Return the request: what `json` holds, and over it what was written as flags. Raises BadParameter."""
    request = rpc.request()
    if json is not None:
        try:
            json_format.Parse(_text(json), request)
        except (json_format.ParseError, UnicodeDecodeError) as error:
            said = " ".join(str(error).split())
            raise typer.BadParameter(f"no {rpc.method.input_type.name}: {said}", param_hint="--json") from None
    chosen: dict[str, Flag] = {}
    for flag, value in written.items():
        for depth, field in enumerate(flag.path, 1):
            if field.containing_oneof is not None:
                where = f"{'.'.join(each.name for each in flag.path[: depth - 1])}.{field.containing_oneof.name}"
                other = chosen.setdefault(where, flag)
                if other.path[depth - 1] is not field:
                    raise typer.BadParameter(f"choose one of --{other.name} and --{flag.name}")
        try:
            put(request, flag, value)
        except UnfitValue as error:
            raise typer.BadParameter(str(error), param_hint=spelled(flag)) from None
    return request


def spelled(flag: Flag) -> str:
    """Return how a field is written as an option."""
    return f"--{'request.' if flag.name in _OWN else ''}{flag.name}"


def _is_said(value: Any) -> bool:
    return value is not None and value != []


def _text(json: str) -> str:
    try:
        if json == "-":
            return sys.stdin.read()
        return Path(json[1:]).read_text() if json.startswith("@") else json
    except OSError as error:
        raise typer.BadParameter(f"cannot read {json[1:]}: {error.strerror}", param_hint="--json") from None


def _parameters(rpc: Rpc, flags: list[Flag]) -> Iterator[inspect.Parameter]:
    for number, flag in enumerate(flags):
        yield inspect.Parameter(f"{_FIELD}{number}", _KEYWORD, default=None, annotation=_option(flag))
    if not rpc.method.client_streaming:
        yield inspect.Parameter("json", _KEYWORD, default=None, annotation=_RequestOption)
    if rpc.has_pages:
        yield inspect.Parameter("everything", _KEYWORD, default=False, annotation=_PagesOption)
    yield inspect.Parameter("pretty", _KEYWORD, default=False, annotation=_PrettyOption)
    yield inspect.Parameter("timeout", _KEYWORD, default=None, annotation=_TimeoutOption)
    yield inspect.Parameter("target", _KEYWORD, annotation=Target)


def _option(flag: Flag) -> Any:
    about = comment(flag.field.full_name)
    if flag.is_switch:
        name = spelled(flag)
        return Annotated[bool | None, typer.Option(f"{name}/--no-{name[2:]}", help=about)]
    repeated = flag.field.is_repeated
    again = "May be given again." if repeated else ""
    option = typer.Option(spelled(flag), metavar=flag.metavar, help=" ".join(filter(None, (about, again))))
    return Annotated[list[str] | None, option] if repeated else Annotated[str | None, option]


def _help(rpc: Rpc) -> str:
    facts = [f"gRPC {rpc.path[1:]}", *(f"REST {each}" for each in rpc.rest), f"needs {rpc.permission}"]
    if rpc.method.client_streaming:
        facts.append("Requests come from standard input, a JSON message a line.")
    if rpc.method.server_streaming:
        facts.append("Responses are printed as they arrive.")
    return f"{comment(rpc.full_name)}\n\n\b\n" + "\n".join(facts)


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")


def _meant(word: str) -> str:
    names = [name for rpc in public_rpcs().values() for name in (rpc.name, str(rpc.method.name))]
    same = [rpc.name for rpc in public_rpcs().values() if rpc.method.name.lower() == word.lower()]
    near = same or get_close_matches(word, names, cutoff=0.7)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _print_list(*, json: bool) -> None:
    rpcs = public_rpcs().values()
    if json or not sys.stdout.isatty():
        for rpc in rpcs:
            print(orjson.dumps({"rpc": rpc.full_name, "permission": rpc.permission, "rest": rpc.rest}).decode())
        return
    table = Table(Column("rpc", no_wrap=True), "needs", "REST", box=None)
    for rpc in rpcs:
        table.add_row(rpc.name, rpc.permission, "\n".join(rpc.rest) or "none")
    Console(highlight=False, markup=False).print(table)
