"""The gateway and the plugins are a distribution of their own: nothing of Shoal is needed to generate and to serve."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import sysconfig
import zipfile
from configparser import ConfigParser
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROTO = """
syntax = "proto3";
package partner.v1;
import "google/api/annotations.proto";
// Greets.
service Greeter {
  rpc Greet(Greeting) returns (Greeting) { option (google.api.http) = {get: "/v1/{name=people/*}"}; }
}
message Greeting { string name = 1; int64 times = 2; }
"""
USE = """
import edge.gateway, partner_gateway, partner_pb2
from edge.gateway import server
(binding,) = partner_gateway.GREETER
print(binding.template, binding.method.encode(partner_pb2.Greeting(name="people/ada", times=2)))
for other in ("mesh", "shoal", "cli", "edge.relay"):
    try:
        __import__(other)
    except ImportError:
        continue
    raise SystemExit(f"{other} can be imported: this is not alone")
"""
PROVIDED_BY = {
    "aiohttp": "aiohttp",
    "grpc": "grpcio",
    "grpc_health": "grpcio-health-checking",
    "grpc_status": "grpcio-status",
    "multidict": "multidict",
    "orjson": "orjson",
    "google.protobuf": "protobuf",
    "google.api": "googleapis-common-protos",
    "google.rpc": "googleapis-common-protos",
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT / "deploy" / "gateway", check=True, capture_output=True)
    (wheel,) = folder.glob("shoal_gateway-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def alone(unpacked: Path, *arguments: str, cwd: Path) -> str:
    """Run Python with the unpacked wheel and what is installed, without what .pth files add: this project."""
    paths = os.pathsep.join([str(unpacked), sysconfig.get_path("purelib"), str(cwd)])
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-S", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def plugin(unpacked: Path, folder: Path, name: str) -> Path:
    """The console script that an installer makes of the wheel's entry point."""
    entry_points = ConfigParser()
    entry_points.read(next(unpacked.glob("*.dist-info")) / "entry_points.txt")
    module, _, function = entry_points["console_scripts"][name].partition(":")
    script = folder / name
    script.write_text(f"#!{sys.executable} -S\nfrom {module} import {function}\nraise SystemExit({function}())\n")
    script.chmod(0o755)
    return script


def test_a_partner_generates_and_imports_a_gateway_without_shoal(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "partner.proto").write_text(PROTO)
    gateway = plugin(unpacked, tmp_path, "protoc-gen-aiohttp-gateway")
    openapi = plugin(unpacked, tmp_path, "protoc-gen-openapi")
    alone(
        unpacked,
        *("-m", "grpc_tools.protoc", "-I.", f"-I{sysconfig.get_path('purelib')}", "--python_out=."),
        *(f"--plugin={gateway}", "--aiohttp-gateway_out=.", "--aiohttp-gateway_opt=allow_delete_body=true"),
        *(f"--plugin={openapi}", "--openapi_out=.", "partner.proto"),
        cwd=tmp_path,
    )
    written = alone(unpacked, "-c", USE, cwd=tmp_path)
    assert written == "/v1/{name=people/*} {'name': 'people/ada', 'times': '2'}\n"
    assert list(tmp_path.glob("*openapi*.json")) or list(tmp_path.glob("*openapi*.yaml"))


def test_every_import_of_the_wheel_is_one_of_its_dependencies(unpacked: Path) -> None:
    metadata = message_from_string((next(unpacked.glob("*.dist-info")) / "METADATA").read_text())
    declared = {line for line in metadata.get_all("Requires-Dist", ()) if "extra" not in line}
    used = {PROVIDED_BY[name] for path in unpacked.rglob("*.py") for name in third_party(path)}
    assert used <= declared


def third_party(path: Path) -> set[str]:
    """What a module imports from elsewhere, as the names of PROVIDED_BY; a KeyError there is an import not foreseen."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    outside = {name for name in names if name.split(".")[0] not in {*sys.stdlib_module_names, "edge"}}
    return {".".join(name.split(".")[:2]) if name.startswith("google.") else name.split(".")[0] for name in outside}


def test_the_licence_and_the_types_come_along(unpacked: Path) -> None:
    assert (unpacked / "edge" / "gateway" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert (unpacked / "edge" / "gateway" / "py.typed").exists()
    assert not (unpacked / "edge" / "__init__.py").exists()
