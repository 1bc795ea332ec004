"""`shoal key`: keys that sign tokens, of a service or of whoever issues tokens, and what is in a set of them.

Owns the verbs. A private key is written once, readable by its owner alone, and never printed; what is printed is its
public half, for the set that services believe: docs/identity.md.
"""

from __future__ import annotations

import json as json_text
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Column, Table

from cli.answers import JsonOption
from cli.errors import Failed
from cli.verbs import group

key = group("Keys that sign tokens: make one, and look into files of them.")

_SERVICE = "services/"
_SERVICES = tuple(_SERVICE + each for each in ("edge", "collab", "document", "project", "ai"))


@key.command("create")
def create(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Whose: services/edge and its like, or any word for an issuer's.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Where the private key goes. Left out: the NAME's last word, .json."
        ),
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="FILE", help="Add the public half to this set; made when missing.")
    ] = None,
) -> None:
    """Make a private key, readable by its owner alone, and print its public half: the entry for a set of keys."""
    # Imported where it is needed, as the others do: cryptography is slow to load.
    from mesh.identity import TokenSigner

    _check(name)
    file = out or Path(name.rpartition("/")[2] + ".json")
    if file.exists():
        raise Failed(f"{file} is there already; a key is never overwritten")
    keys = _read_set(into) if into is not None and into.exists() else []
    if any("d" in each for each in keys):
        raise Failed(f"{into} holds a private key; a set that others read must not")
    try:
        signer = TokenSigner.open(file, issuer="", audience="")
        entry: dict[str, Any] = dict(signer.public_keys().as_dict(private=False)["keys"][0])
        if name.startswith(_SERVICE):
            entry["sub"] = name
        if into is not None:
            _write_set(into, [*keys, entry])
    except OSError as error:
        raise Failed(f"cannot write {error.filename}: {error.strerror}") from error
    print(f"{file} is the private key; whoever has it is {name}", file=sys.stderr)
    print(orjson.dumps(entry).decode())


@key.command("list")
def list_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sets of public keys, or private keys.")],
    json: JsonOption = False,
) -> None:
    """List the keys in files: their ids, whom they sign for, and by which algorithms. What could verify nothing is said
    to be unusable. No private part is shown."""
    found = [row for file in files for row in _rows(file)]
    if json or not sys.stdout.isatty():
        for row in found:
            print(orjson.dumps(row).decode())
        return
    table = Table(Column("kid", no_wrap=True), "signs for", "algorithms", "file", box=None)
    for row in found:
        table.add_row(row["kid"], row["sub"] or "any", ", ".join(row["algorithms"]) or "unusable", row["file"])
    Console(highlight=False, markup=False).print(table)


def _check(name: str) -> None:
    if name.startswith(_SERVICE) and name not in _SERVICES:
        raise typer.BadParameter(f"a service is one of {', '.join(_SERVICES)}", param_hint="NAME")
    if not name.removeprefix(_SERVICE).replace("-", "").replace("_", "").isalnum():
        raise typer.BadParameter("must be a word, or services/ and a word", param_hint="NAME")


def _rows(file: Path) -> list[dict[str, Any]]:
    from mesh.identity.keys import ALGORITHMS, read_keys

    rows = []
    for jwk in _read_set(file):
        usable = read_keys({"keys": [jwk]}, ALGORITHMS)
        algorithms = sorted(usable[0].algorithms) if usable else []
        kid, sub = (str(jwk.get(name, "")) for name in ("kid", "sub"))
        rows.append({"kid": kid, "sub": sub, "algorithms": algorithms, "private": "d" in jwk, "file": str(file)})
    return rows


def _read_set(file: Path) -> list[dict[str, Any]]:
    """Return the keys of a set, or the one key that a file is. Raises Failed."""
    try:
        read = json_text.loads(file.read_text())
    except OSError as error:
        raise Failed(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise Failed(f"{file} is not JSON: {error}") from error
    keys = read.get("keys", [read]) if isinstance(read, dict) else None
    if not isinstance(keys, list) or not all(isinstance(each, dict) and "kty" in each for each in keys):
        raise Failed(f"{file} is neither a key nor a set of keys")
    return keys


def _write_set(file: Path, keys: list[dict[str, Any]]) -> None:
    """Replace the set at once: who reads it meanwhile has the one before."""
    made = file.with_name(file.name + ".new")
    made.write_text(json_text.dumps({"keys": keys}, indent=2) + "\n")
    os.replace(made, file)
