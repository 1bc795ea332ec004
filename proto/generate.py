"""Generate gen/ from the contracts, and check them: `python proto/generate.py [--check]`.

Without arguments: writes gen/ anew (Python messages, type stubs, grpcio and grpclib stubs, REST bindings; TypeScript
messages; the OpenAPI document and the TypeScript calls of it).
--check: fails when gen/ is stale, when buf's lint finds something, or when a change breaks the committed baseline.
--baseline: accepts the contracts as they are as the new baseline.
The google protos come from the installed googleapis-common-protos wheel; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

import google.api
import grpc_tools

from edge.plugins import typescript_rest
from edge.plugins.typescript_types import UnreadableSchema

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
GEN = ROOT / "gen"
BASELINE = PROTO / "baseline.binpb"
GOOGLE_PROTOS = Path(next(iter(google.api.__path__))).parent.parent
BUILTIN_PROTOS = Path(grpc_tools.__file__).parent / "_proto"
SCRIPTS = Path(sysconfig.get_path("scripts"))
PROTOC_GEN_ES = ROOT / "edge" / "web" / "node_modules" / ".bin" / "protoc-gen-es"
WEB_GOOGLE_PROTOS = ("google/api/annotations.proto", "google/api/field_behavior.proto", "google/api/http.proto")
"""The browser's messages import these; the Python ones take them from the wheel."""
OPENAPI = {
    "output": "shoal.json",
    "title": "Shoal",
    "version": "v1",
    "description": "Write together at once. What is here over HTTP is there over gRPC too: under the same names and "
    "with the same errors.",
    "bearer": "true",
    "cookie": "shoal_session",
    "rules": "shoal.options.v1.rules",
    "error_reasons": "shoal.error.v1.ErrorReason",
    "extensions": "x-permission=shoal.options.v1.permission;x-deadline-ms=shoal.options.v1.deadline_ms;"
    "x-idempotent=shoal.options.v1.idempotent",
}


class GenerationFailed(Exception):
    """A tool of the generator said no; the message is the tool's."""


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise GenerationFailed(f"{Path(str(command[0])).name} failed:\n{done.stdout}{done.stderr}")


def _contracts() -> list[str]:
    return sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))


def _protoc(*arguments: str | Path) -> None:
    includes = (f"--proto_path={PROTO}", f"--proto_path={GOOGLE_PROTOS}", f"--proto_path={BUILTIN_PROTOS}")
    _run([sys.executable, "-m", "grpc_tools.protoc", *includes, *arguments])


def _generate_python(out: Path) -> None:
    _protoc(f"--python_out={out}", f"--pyi_out={out}", *_contracts())
    with_services = [path for path in _contracts() if "\nservice " in (PROTO / path).read_text()]
    _protoc(
        f"--grpc_python_out={out}",
        f"--plugin=protoc-gen-grpclib_python={SCRIPTS / 'protoc-gen-grpclib_python'}",
        f"--grpclib_python_out={out}",
        *with_services,
    )
    _protoc(
        f"--plugin=protoc-gen-aiohttp-gateway={SCRIPTS / 'protoc-gen-aiohttp-gateway'}",
        f"--aiohttp-gateway_out={out}",
        *_contracts(),
    )
    for folder in (out / "shoal", *(out / "shoal").rglob("*")):
        if folder.is_dir():
            (folder / "__init__.py").write_text('"""Generated from proto/; do not edit."""\n')
    (out / "shoal" / "py.typed").touch()


def _generate_typescript(out: Path) -> None:
    if not PROTOC_GEN_ES.exists():
        raise GenerationFailed("the TypeScript generator is missing: run `npm ci` in edge/web (`make setup` does)")
    out.mkdir()
    _protoc(f"--plugin=protoc-gen-es={PROTOC_GEN_ES}", f"--es_out={out}", "--es_opt=target=ts", *_contracts(),
            *WEB_GOOGLE_PROTOS)  # fmt: skip


def _generate_comments(out: Path) -> None:
    """The contracts with their comments, for help texts: `shoal call --help`."""
    _protoc(f"--descriptor_set_out={out / 'shoal' / 'contracts.binpb'}", "--include_source_info", *_contracts())


def _generate_openapi(out: Path) -> None:
    out.mkdir()
    options = ",".join(f"{name}={value}" for name, value in OPENAPI.items())
    _protoc(
        f"--plugin=protoc-gen-openapi={SCRIPTS / 'protoc-gen-openapi'}",
        f"--openapi_out={out}",
        f"--openapi_opt={options}",
        *_contracts(),
    )


def _generate_rest(document: Path, out: Path) -> None:
    out.mkdir()
    try:
        modules = typescript_rest.generate(json.loads(document.read_text(encoding="utf-8")))
    except UnreadableSchema as unreadable:
        raise GenerationFailed(f"{document.name}: {unreadable}") from unreadable
    for name, text in modules.items():
        (out / name).write_text(text, encoding="utf-8")


def _image(path: Path) -> None:
    _protoc(f"--descriptor_set_out={path}", "--include_imports", "--include_source_info", *_contracts())


def generate(out: Path) -> None:
    """Write everything that is generated under `out`, which must be empty. Raises GenerationFailed."""
    _generate_python(out)
    _generate_comments(out)
    _generate_typescript(out / "web")
    _generate_openapi(out / "openapi")
    _generate_rest(out / "openapi" / OPENAPI["output"], out / "web" / "rest")


def _differences(ours: filecmp.dircmp[str], prefix: str = "") -> list[str]:
    _, changed, broken = filecmp.cmpfiles(ours.left, ours.right, ours.common_files, shallow=False)
    found = [prefix + name for name in (*ours.left_only, *ours.right_only, *changed, *broken)]
    return found + [each for name, sub in ours.subdirs.items() for each in _differences(sub, f"{prefix}{name}/")]


def check(scratch: Path) -> list[str]:
    """Return what is wrong with the contracts and gen/, one line a finding; empty when all is well."""
    findings: list[str] = []
    image, fresh = scratch / "image.binpb", scratch / "gen"
    fresh.mkdir()
    generate(fresh)
    stale = _differences(filecmp.dircmp(fresh, GEN, ignore=["__pycache__"]))
    findings += [f"gen/{name} is stale: run `make gen`" for name in stale]
    _image(image)
    own = [argument for path in _contracts() for argument in ("--path", path)]
    for command in (("lint", image), ("breaking", image, "--against", BASELINE)):
        try:
            _run([SCRIPTS / "buf", *command, *own])
        except GenerationFailed as failure:
            findings.append(str(failure))
    return findings


def main() -> int:
    """Run the command line; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, lint, and look for breaking changes")
    parser.add_argument("--baseline", action="store_true", help="accept today's contracts as the baseline")
    arguments = parser.parse_args()
    try:
        if arguments.baseline:
            _image(BASELINE)
            return 0
        with tempfile.TemporaryDirectory() as scratch:
            if arguments.check:
                findings = check(Path(scratch))
                print("\n".join(findings) or "contracts: generated code is fresh, lint is clean, nothing breaks")
                return 1 if findings else 0
            fresh = Path(scratch) / "gen"
            fresh.mkdir()
            generate(fresh)
            shutil.rmtree(GEN, ignore_errors=True)
            shutil.copytree(fresh, GEN)
    except GenerationFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
