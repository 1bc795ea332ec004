"""TypeScript calls, from a contract through its OpenAPI document; and those of Shoal, whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from edge.plugins import openapi, typescript_rest
from edge.plugins.schema import respond
from edge.plugins.typescript_types import UnreadableSchema
from tests.unit.gateway_plugin.protoc import HEAD, descriptors, request

ROOT = Path(__file__).resolve().parents[3]
SHELVES = """
// Shelves.
service ShelfService {
  // Changes a book. Only its title.
  rpc UpdateBook(UpdateBookRequest) returns (UpdateBookResponse) {
    option (google.api.http) = {patch: "/v1/{my_book.name=shelves/*/books/*}" body: "my_book"};
  }
  // Books, by and by.
  rpc WatchBooks(WatchBooksRequest) returns (stream WatchBooksResponse) {
    option (google.api.http) = {get: "/v1/{parent=shelves/*}/books:watch"};
  }
  // Adds a book.
  rpc AddBook(AddBookRequest) returns (UpdateBookResponse) {
    option (google.api.http) = {
      post: "/v1/{parent=shelves/*}/books" body: "*"
      additional_bindings {post: "/v1/{parent=rooms/*/shelves/*}/books" body: "*"}
    };
  }
  // Says it is there.
  rpc Ping(PingRequest) returns (PingResponse) { option (google.api.http) = {get: "/v1/ping"}; }
}
// A book.
message Book {
  // Its name.
  string name = 1;
  // Its title */ for people.
  string title = 2;
  int64 pages = 3;
  string shelf_mark = 10 [(google.api.field_behavior) = OUTPUT_ONLY];
  string note = 11 [(google.api.field_behavior) = INPUT_ONLY];
  map<string, int32> votes = 4;
  Kind kind = 5;
  repeated Kind others = 6;
  Book sequel = 7;
  oneof state {
    string lent_to = 8;
    bool lost = 9;
  }
}
// What it is.
enum Kind {
  KIND_UNSPECIFIED = 0;
  KIND_NOVEL = 1;
}
message UpdateBookRequest {
  Book my_book = 1;
  string etag = 2;
}
message UpdateBookResponse { Book book = 1; }
message WatchBooksRequest {
  // Whose.
  string parent = 1;
  repeated Kind kinds = 2;
}
message WatchBooksResponse { Book book = 1; }
message AddBookRequest {
  string parent = 1;
  Book book = 2;
}
message PingRequest {}
message PingResponse {}
"""


def modules(folder: Path, text: str) -> dict[str, str]:
    behaviour = 'import "google/api/field_behavior.proto";\n'
    (folder / "t.proto").write_text(HEAD + behaviour + text, encoding="utf-8")
    asked = request(descriptors(folder, folder, "t.proto"), "t.proto")
    (file,) = respond(asked.SerializeToString(), openapi.generate).file
    return typescript_rest.generate(json.loads(file.content))


def declared(text: str, name: str) -> str:
    """The declaration of `name`, without its comments."""
    found = re.search(rf"^export (?:interface|type|function) {name}\b.*?\n(?=\n|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"{name} is not declared"
    return re.sub(r" */\*\*.*?\*/\n", "", found.group(), flags=re.DOTALL)


def test_what_stands_in_path_query_and_body_is_one_request(tmp_path: Path) -> None:
    text = modules(tmp_path, SHELVES)["shelf_service.ts"]
    update = declared(text, "UpdateBookRequest")
    assert update.startswith("export interface UpdateBookRequest {\n  readonly myBook: {\n    readonly name: string;\n")
    assert "    readonly votes?: Readonly<Record<string, number>> | undefined;\n" in update
    assert update.endswith("  };\n  readonly etag?: string | undefined;\n}\n")
    assert declared(text, "updateBook") == (
        "export function updateBook(rest: Caller, request: UpdateBookRequest, options?: CallOptions): "
        "Promise<UpdateBookResponse> {\n"
        '  return rest.call({ verb: "PATCH", paths: ["/v1/{myBook.name=shelves/*/books/*}"], body: "myBook", '
        'has: ["book"] }, request, options);\n}\n'
    )
    assert declared(text, "WatchBooksRequest") == (
        "export interface WatchBooksRequest {\n  readonly parent: string;\n"
        "  readonly kinds?: readonly Kind[] | undefined;\n}\n"
    )


def test_streams_are_iterated_and_several_paths_are_one_function(tmp_path: Path) -> None:
    text = modules(tmp_path, SHELVES)["shelf_service.ts"]
    watch = declared(text, "watchBooks")
    assert "): AsyncIterableIterator<WatchBooksResponse> {\n  return rest.stream(" in watch
    assert 'paths: ["/v1/{parent=shelves/*}/books", "/v1/{parent=rooms/*/shelves/*}/books"]' in declared(
        text, "addBook"
    )
    assert "ping(rest: Caller, request: PingRequest = {}, options" in declared(text, "ping")


def test_a_server_writes_every_field_and_a_client_those_it_wants(tmp_path: Path) -> None:
    text = modules(tmp_path, SHELVES)["types.ts"]
    book, sent = declared(text, "Book"), declared(text, "BookInput")
    for field in ("name: string", "pages: string", "kind: Kind", "others: readonly Kind[]", "sequel: Book | null"):
        assert f"  readonly {field};\n" in book
    assert "  readonly lentTo?: string;\n  readonly lost?: boolean;\n" in book
    assert "  readonly sequel?: BookInput | undefined;\n" in sent
    assert "readonly shelfMark: string;" in book
    assert "shelfMark" not in sent
    assert "readonly note?: string | undefined;" in sent
    assert "note" not in book
    assert declared(text, "Kind") == 'export type Kind =\n  | "KIND_UNSPECIFIED"\n  | "KIND_NOVEL";\n'
    assert declared(text, "PingResponse") == "export type PingResponse = Readonly<Record<string, never>>;\n"
    # A single answer has its message, or the call fails; one of a stream may have another.
    assert "  readonly book: Book;\n" in declared(text, "UpdateBookResponse")
    assert "  readonly book: Book | null;\n" in declared(text, "WatchBooksResponse")


def test_comments_are_kept_and_end_where_they_should(tmp_path: Path) -> None:
    found = modules(tmp_path, SHELVES)
    assert (
        "/**\n * Changes a book.\n *\n * Only its title.\n */\nexport function updateBook" in found["shelf_service.ts"]
    )
    assert "  /** Whose. */\n  readonly parent: string;\n" in found["shelf_service.ts"]
    assert "  /** Its title *\\/ for people. */\n" in found["types.ts"]


def test_what_has_no_type_is_refused_with_its_name(tmp_path: Path) -> None:
    bytes_of = """
service S { rpc Read(Q) returns (google.api.HttpBody) { option (google.api.http) = {get: "/v1/read"}; } }
message Q {}
"""
    with pytest.raises(UnreadableSchema, match="S/Read answers with"):
        modules(tmp_path, 'import "google/api/httpbody.proto";\n' + bytes_of)


def test_bindings_that_differ_in_their_bodies_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSchema, match="S/Do has bindings that differ"):
        modules(
            tmp_path,
            'service S { rpc Do(Q) returns (Q) { option (google.api.http) = {get: "/v1/{a}" '
            'additional_bindings {post: "/v1/do" body: "*"}}; } }\nmessage Q { string a = 1; }\n',
        )


def test_every_rpc_of_shoal_is_a_function_as_generated() -> None:
    document = json.loads((ROOT / "gen/openapi/shoal.json").read_text())
    rpcs = {each["x-grpc-method"] for path in document["paths"].values() for each in path.values()}
    text = "".join(path.read_text() for path in (ROOT / "gen/web/rest").glob("*_service.ts"))
    functions = re.findall(r"^export function (\w+)", text, re.MULTILINE)
    assert sorted(functions) == sorted(rpc.partition("/")[2][0].lower() + rpc.partition("/")[2][1:] for rpc in rpcs)
