"""`shoal restore` and `shoal replace`: content that becomes another, while others go on typing."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Annotated

import typer

from cli.documents import FORMATS, Format, call
from cli.errors import Failed
from cli.history import AtOption, RevisionOption, ask, history, print_json, set_moment, version_of
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, TokenOption, UrlOption, find_target, full_name
from shoal.document.v1 import document_pb2
from shoal.document.v1 import history_pb2 as pb

_JsonOption = Annotated[bool, typer.Option("--json", help="What became of it, as one JSON object.")]


def restore(
    name: NameArgument,
    revision: RevisionOption = None,
    at: AtOption = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="ID", help="As this version marks it; see `shoal versions`.")
    ] = None,
    json: _JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Bring back what a document said at an earlier moment: one new operation, which can be restored over in turn."""
    document = full_name(name)
    request = pb.RestoreDocumentRequest(document=document, request_id=str(uuid.uuid4()))
    set_moment(request, revision, at, None if version is None else version_of(document, version))
    if request.WhichOneof("moment") is None:
        raise typer.BadParameter("say which moment: --revision, --at or --version")
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    answer = run(ask(target, history, "RestoreDocument", request))
    if json:
        print_json(
            {
                "restored_revision": answer.restored_revision,
                "revision": answer.revision,
                "changed": answer.changed,
            }
        )
    elif answer.changed:
        print(
            f"{document} says what it said at revision {answer.restored_revision}; that is revision {answer.revision}"
        )
    else:
        print(f"{document} said that already")


def replace(
    name: NameArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What it is to say; - = what comes on stdin.")],
    base_revision: Annotated[
        int | None,
        typer.Option("--base-revision", min=0, help="The revision FILE was made from. Left out: the newest."),
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="How FILE is written. Left out: as its name ends, else text.")
    ] = None,
    json: _JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Make a document say what a file says, by a minimal edit: what others wrote since --base-revision stays."""
    document = full_name(name)
    source = document_pb2.Source(format=FORMATS[form or _format_of(file)], text=_text_of(file))
    request = document_pb2.ReplaceContentRequest(name=document, source=source, request_id=str(uuid.uuid4()))
    if base_revision is not None:
        request.base_revision = base_revision
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    answer = run(call(target, "ReplaceContent", request))
    if json:
        print_json({"revision": answer.revision, "changed": answer.changed})
    elif answer.changed:
        print(f"{document} says it as of revision {answer.revision}")
    else:
        print(f"{document} said that already")


def _format_of(file: str) -> Format:
    from services.document.formats import format_of_path

    known = format_of_path(file)
    return Format(known.value) if known else Format.TEXT


def _text_of(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode()
    except OSError as error:
        raise Failed(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Failed(f"{file} is not UTF-8: byte {error.start} cannot be read") from error
