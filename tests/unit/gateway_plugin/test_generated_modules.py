"""A generated module is small, readable, typed, and named as protoc names its neighbours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge.gateway.binding import Binding, Method
from edge.plugins.python_names import distinct, snake
from tests.unit.gateway_plugin import protoc
from tests.unit.gateway_plugin.protoc import HEAD, load, modules, write_package

GOLDEN = Path(__file__).parent / "golden"
SHOP = {"shop.proto": (protoc.PROTOS / "shop.proto").read_text()}
AMPLE = ("ample/v1/ample.proto", "ample/v1/shared-things.proto", "ample/v1/two.proto")


def test_the_module_of_a_small_contract_reads_like_this(tmp_path: Path) -> None:
    (written,) = modules(tmp_path, SHOP).values()
    assert written == (GOLDEN / "shop_gateway.py.txt").read_text()


def test_a_module_holds_its_bindings_as_data(tmp_path: Path) -> None:
    write_package(tmp_path, protoc.PROTOS, "shop.proto")
    module = load(tmp_path, "shop_gateway")
    get, books, update, delete, watch = module.SHELF_SERVICE
    shelf = Method(
        "/shop.v1.ShelfService/GetShelf",
        module.shop_pb2.GetShelfRequest,
        module.shop_pb2.Shelf,
        encode=module.encode_shelf,
    )
    assert get == Binding("GET", "/v1/{name=shelves/*}", shelf)
    assert books.method is get.method
    assert books.response_body == "books"
    assert update.body == "shelf"
    assert delete.method.encode is None
    assert (watch.method.client_streaming, watch.method.server_streaming) == (True, True)


def test_the_same_contract_gives_the_same_bytes_in_whatever_order_it_is_asked_for(tmp_path: Path) -> None:
    sources = {name: (protoc.PROTOS / name).read_text() for name in AMPLE}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert modules(tmp_path / "a", sources) == modules(tmp_path / "b", dict(reversed(sources.items())))


def test_a_contract_without_rules_has_no_module(tmp_path: Path) -> None:
    source = f"{HEAD} message M {{}} service S {{ rpc Call(M) returns (M); }}"
    assert modules(tmp_path, {"t.proto": source}) == {}


def test_messages_that_no_rule_answers_with_have_no_encoder(tmp_path: Path) -> None:
    (written,) = modules(tmp_path, SHOP).values()
    assert "def encode_shelf(" in written
    assert "encode_get_shelf_request" not in written


def test_files_are_named_as_protoc_names_its_own(tmp_path: Path) -> None:
    rule = 'option (google.api.http) = {get: "/v1/a"};'
    sources = {
        "two-words/v1.beta/some-thing.proto": f"{HEAD} import 'import/class.proto'; message M {{}}"
        f"service S {{ rpc A(M) returns (.k.M) {{ {rule} }} }}",
        "import/class.proto": "syntax = 'proto3'; package k; message M { None x = 1; } message None { M import = 1; }",
    }
    written = modules(tmp_path, sources)
    assert sorted(written) == ["import/class_gateway.py", "two_words/v1/beta/some_thing_gateway.py"]
    out = tmp_path / "out"
    out.mkdir()
    write_package(out, tmp_path, *sources)
    module = load(out, "two_words.v1.beta.some_thing_gateway")
    (binding,) = module.S
    message = binding.method.response(x={"import": {}})
    assert binding.method.encode(message) == {"x": {"import": {"x": None}}}


def test_two_services_with_an_rpc_of_one_name_do_not_meet(tmp_path: Path) -> None:
    rpc = 'rpc Get(M) returns (M) {{ option (google.api.http) = {{get: "/v1/{0}"}}; }}'
    services = f"service Left {{ {rpc.format('left')} }} service Right {{ {rpc.format('right')} }}"
    write_source(tmp_path, "meet.proto", f"{HEAD.replace('t.v1', 'meet')} message M {{}} {services}")
    module = load(tmp_path, "meet_gateway")
    assert module.LEFT[0].method.path == "/meet.Left/Get"
    assert module.RIGHT[0].method.path == "/meet.Right/Get"


def write_source(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    write_package(folder, folder, name)


def test_mypy_strict_and_the_formatter_find_nothing_in_a_module(tmp_path: Path) -> None:
    write_package(tmp_path, protoc.PROTOS, "shop.proto")
    check = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--python-version=3.11"]
    done = subprocess.run([*check, "shop_gateway.py"], cwd=tmp_path, capture_output=True, text=True, env=_with_edge())
    assert "1 source file" in done.stdout
    assert "shop_gateway.py:" not in done.stdout  # protoc's own stubs are not that strict
    format_check = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--isolated",
        "--line-length=120",
        "--diff",
        "shop_gateway.py",
    ]
    formatted = subprocess.run(format_check, cwd=tmp_path, capture_output=True, text=True)
    assert formatted.returncode == 0, formatted.stdout


def _with_edge() -> dict[str, str]:
    return {"MYPYPATH": str(Path(protoc.aiohttp_gateway.__file__).parents[2]), "PATH": ""}


@pytest.mark.parametrize(
    ("name", "snaked"),
    [
        ("GetShelf", "get_shelf"),
        ("HTTPRuleSet", "http_rule_set"),
        ("Outer.Inner", "outer_inner"),
        ("already_snake", "already_snake"),
        ("V2Thing", "v2_thing"),
        ("A2AService", "a2a_service"),
    ],
)
def test_names_become_snakes(name: str, snaked: str) -> None:
    assert snake(name) == snaked


def test_names_that_meet_are_counted() -> None:
    assert list(distinct(["a", "b", "a", "a", "a_2"], frozenset(["b"]))) == ["a", "b_2", "a_2", "a_3", "a_2_2"]
