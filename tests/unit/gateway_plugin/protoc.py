"""What the tests of the plugins share: protos are compiled by the real protoc, the plugin is asked as protoc asks."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import google.api
import grpc_tools
from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

from edge.plugins import aiohttp_gateway
from edge.plugins.schema import respond

PROTOS = Path(__file__).parent / "protos"
INCLUDES = (
    f"--proto_path={Path(next(iter(google.api.__path__))).parent.parent}",
    f"--proto_path={Path(grpc_tools.__file__).parent / '_proto'}",
)
HEAD = """
syntax = "proto3";
package t.v1;
import "google/api/annotations.proto";
"""


def run(*arguments: str) -> None:
    assert protoc.main(["protoc", *INCLUDES, *arguments]) == 0


def descriptors(source: Path, scratch: Path, *files: str) -> FileDescriptorSet:
    out = scratch / "image.binpb"
    run(f"--proto_path={source}", "--include_imports", "--include_source_info", f"--descriptor_set_out={out}", *files)
    return FileDescriptorSet.FromString(out.read_bytes())


def request(image: FileDescriptorSet, *files: str, parameter: str = "") -> plugin_pb2.CodeGeneratorRequest:
    return plugin_pb2.CodeGeneratorRequest(file_to_generate=files, proto_file=image.file, parameter=parameter)


def respond_to(folder: Path, sources: Mapping[str, str], parameter: str = "") -> plugin_pb2.CodeGeneratorResponse:
    """Compile `sources`, by file name, and ask the gateway plugin for all of them."""
    for name, text in sources.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    asked = request(descriptors(folder, folder, *sources), *sources, parameter=parameter)
    return respond(asked.SerializeToString(), aiohttp_gateway.generate)


def modules(folder: Path, sources: Mapping[str, str], parameter: str = "") -> dict[str, str]:
    """What the plugin writes, by file name."""
    response = respond_to(folder, sources, parameter)
    assert not response.error
    return {file.name: file.content for file in response.file}


def refusal(folder: Path, sources: Mapping[str, str], parameter: str = "") -> str:
    """What the plugin says instead of writing anything."""
    response = respond_to(folder, sources, parameter)
    assert not response.file
    return response.error


def write_package(out: Path, source: Path, *files: str, parameter: str = "") -> None:
    """Messages, their stubs, and the gateway modules of `files`, written under `out`."""
    run(f"--proto_path={source}", f"--python_out={out}", f"--pyi_out={out}", *files)
    image = descriptors(source, out, *files)
    response = respond(request(image, *files, parameter=parameter).SerializeToString(), aiohttp_gateway.generate)
    assert not response.error
    for file in response.file:
        (out / file.name).write_text(file.content, encoding="utf-8")


@contextmanager
def importing(folder: Path) -> Iterator[None]:
    """Within, modules are found in `folder` too; what was imported from there is forgotten after."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


def load(folder: Path, name: str) -> ModuleType:
    with importing(folder):
        return importlib.import_module(name)
