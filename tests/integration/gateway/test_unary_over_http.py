"""Rpcs with one request and one answer, over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from edge.gateway import forms
from edge.gateway.binding import Method
from edge.gateway.errors import GatewayError
from edge.gateway.marshal import JsonMarshaler
from tests.integration.gateway import books as pb
from tests.integration.gateway.servicer import Books

Serve = Callable[..., Awaitable[aiohttp.ClientSession]]


async def test_a_get_is_an_rpc_with_what_path_and_query_say(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books/moby%20dick?edition=3&nonsense=1") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/json"
        book = await answer.json()
    assert book == {
        "name": "books/moby dick", "title": "edition 3", "genre": "GENRE_UNSPECIFIED", "pageCount": "9007199254740993",
        "printTime": None, "tags": [], "author": None,
    }  # fmt: skip


async def test_body_and_response_body_are_fields_and_the_query_says_the_rest(client: aiohttp.ClientSession) -> None:
    body = {"title": "Moby Dick", "page_count": "635", "unknown": {"deep": 1}, "genre": "GENRE_UNHEARD_OF"}
    async with client.post("/v1/books?bookId=moby&book.title=ignored", json=body) as answer:
        book = await answer.json()
    assert (book["name"], book["title"], book["pageCount"]) == ("books/moby", "Moby Dick", "635")


async def test_a_patch_has_the_mask_of_its_body_unless_it_gives_one(client: aiohttp.ClientSession) -> None:
    body = {"title": "x", "author": {"fullName": "Ada", "works": {"a": 1}}, "pageCount": None}
    async with client.patch("/v1/books/moby", json=body) as answer:
        request = await answer.json()
    assert request["updateMask"] == "author.fullName,author.works,pageCount,title"
    assert request["book"]["name"] == "books/moby"
    async with client.patch("/v1/books/moby?updateMask=title", json=body) as answer:
        assert (await answer.json())["updateMask"] == "title"


async def test_patch_masks_can_be_off(serve: Serve) -> None:
    client = await serve(patch_masks=False)
    async with client.patch("/v1/books/moby", json={"title": "x"}) as answer:
        assert (await answer.json())["updateMask"] is None


async def test_an_empty_body_is_an_empty_message(client: aiohttp.ClientSession) -> None:
    async with client.post("/v1/echo", data=b" \n") as answer:
        assert answer.status == 200
        assert (await answer.json())["aString"] == ""
    async with client.patch("/v1/books/moby") as answer:
        request = await answer.json()
    assert (request["book"]["name"], request["updateMask"]) == ("books/moby", None)
    async with client.put("/v1/books") as answer:
        assert (await answer.json())["book"]["name"] == ""


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"aBool":1}', b'{"aBool":true,"a_bool":true}', b"\xff", b"null"])
async def test_a_body_that_does_not_fit_is_refused(client: aiohttp.ClientSession, body: bytes) -> None:
    async with client.post("/v1/echo", data=body) as answer:
        assert answer.status == 400
        refusal = await answer.json()
    assert refusal["code"] == 3
    assert refusal["message"]


async def test_a_refusal_names_the_field(client: aiohttp.ClientSession) -> None:
    async with client.post("/v1/echo", json={"authors": [{}, {"works": {"x": "many"}}]}) as answer:
        [detail] = (await answer.json())["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    assert detail["fieldViolations"][0]["field"] == "authors[1].works.x"


async def test_what_has_no_binding_is_not_found_and_a_wrong_method_is_unimplemented(serve: Serve) -> None:
    client = await serve()
    async with client.get("/v2/nothing") as answer:
        assert (answer.status, await answer.json()) == (404, {"code": 5, "message": "Not Found", "details": []})
    async with client.delete("/v1/echo") as answer:
        assert (answer.status, (await answer.json())["code"]) == (501, 12)
        assert answer.headers["Allow"] == "POST"
    as_http = await serve(method_not_allowed_status=405)
    async with as_http.delete("/v1/echo") as answer:
        assert answer.status == 405


async def test_protobuf_goes_both_ways(client: aiohttp.ClientSession) -> None:
    sent = pb.Everything(a_string="ä", an_int64=-1)
    for content_type in ("application/x-protobuf", "application/octet-stream"):
        headers = {"Content-Type": content_type}
        async with client.post("/v1/echo", data=sent.SerializeToString(), headers=headers) as answer:
            assert answer.content_type == content_type
            assert pb.Everything.FromString(await answer.read()) == sent
    async with client.post("/v1/echo", data=b"\xff", headers={"Content-Type": "application/x-protobuf"}) as answer:
        assert answer.status == 400
    async with client.get("/v1/books/x", headers={"Accept": "text/html, application/x-protobuf;q=0.9"}) as answer:
        assert pb.Book.FromString(await answer.read()).name == "books/x"


async def test_pretty_json_is_given_when_asked_for(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books/x", headers={"Accept": "application/json+pretty"}) as answer:
        assert '{\n  "name": "books/x",\n' in await answer.text()


async def test_an_application_adds_a_content_type(serve: Serve) -> None:
    class Shouting:
        content_type = "text/shout"
        streams = False

        def dump(self, message: object, field: object = None, encode: object = None) -> bytes:
            return message.title.upper().encode()  # type: ignore[attr-defined]

        def load(self, data: bytes, message: object, field: object = None) -> None:
            raise AssertionError

    client = await serve(marshalers={"text/shout": Shouting()})
    async with client.get("/v1/books/x", headers={"Accept": "text/shout"}) as answer:
        assert (answer.content_type, await answer.text()) == ("text/shout", "EDITION 0")


async def test_an_http_body_is_its_bytes_both_ways(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/download") as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG\n")
    async with client.post("/v1/files/a", data=b"{no json", headers={"Content-Type": "text/x; a=b"}) as answer:
        assert (answer.headers["Content-Type"], await answer.read()) == ("text/x; a=b", b"{no json")


async def test_an_error_is_a_status_with_its_details(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/fail/8") as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "3"
        assert answer.headers["Grpc-Metadata-x-shelf"] == "7"
        status = await answer.json()
    assert (status["code"], status["message"]) == (8, "it\nfails")
    assert status["details"][0] == {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "BROKEN", "domain": "books", "metadata": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "status"),
    [(1, 499), (2, 500), (3, 400), (4, 504), (5, 404), (6, 409), (7, 403), (9, 400), (10, 409), (11, 400), (12, 501),
     (13, 500), (14, 503), (15, 500), (16, 401)],
)  # fmt: skip
async def test_each_code_has_its_status(client: aiohttp.ClientSession, code: int, status: int) -> None:
    async with client.get(f"/v1/fail/{code}") as answer:
        assert answer.status == status
        assert answer.headers.get("WWW-Authenticate") == ("it fails" if code == 16 else None)


async def test_details_of_an_unknown_type_cannot_be_told(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/fail/5?details=unknown") as answer:
        assert answer.status == 500
        assert (await answer.json())["message"] == "failed to marshal error message"


async def test_metadata_come_back_as_headers(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/books/x") as answer:
        assert answer.headers["grpc-metadata-x-shelf"] == "7"
        assert answer.headers["grpc-metadata-x-raw-bin"] == "AP8="
        assert "Trailer" not in answer.headers


@pytest.mark.parametrize(("path", "body"), [("/v1/books/x", b'"edition 0"'), ("/v1/fail/5", b'"BROKEN"')])
async def test_trailers_come_to_who_asks_for_them(client: aiohttp.ClientSession, path: str, body: bytes) -> None:
    raw = await _raw(client, f"GET {path} HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nConnection: close\r\n\r\n".encode())
    head, _, rest = raw.partition(b"\r\n\r\n")
    assert b"Trailer: Grpc-Trailer-x-cost" in head
    assert body in rest
    assert rest.endswith(b"\r\n0\r\nGrpc-Trailer-x-cost: 3\r\n\r\n")
    size, _, chunk = rest.partition(b"\r\n")
    assert json.loads(chunk[: int(size, 16)])


async def test_a_connection_goes_on_after_trailers(client: aiohttp.ClientSession) -> None:
    for _ in range(2):
        async with client.get("/v1/books/x", headers={"TE": "trailers"}) as answer:
            assert (await answer.json())["name"] == "books/x"


async def test_headers_become_metadata_and_a_deadline(client: aiohttp.ClientSession) -> None:
    headers = {
        "Authorization": "Bearer t", "Grpc-Metadata-X-Color": "red", "Grpc-Metadata-Raw-Bin": "AP8", "X-Other": "no",
        "X-Forwarded-For": "10.0.0.1", "Grpc-Timeout": "5S", "Accept-Language": "de",
        "Grpc-Metadata-Grpc-Timeout": "1n",
    }  # fmt: skip
    async with client.get("/v1/metadata", headers=headers) as answer:
        seen = await answer.json()
    metadata = seen["metadata"]
    assert metadata["authorization"] == metadata["grpcgateway-authorization"] == "Bearer t"
    assert (metadata["x-color"], metadata["raw-bin"], metadata["grpcgateway-accept-language"]) == ("red", "00ff", "de")
    assert metadata["x-forwarded-for"] == "10.0.0.1, 127.0.0.1"
    assert metadata["x-forwarded-host"].startswith("127.0.0.1:")
    assert "x-other" not in metadata
    assert 0 < seen["deadlineS"] <= 6


async def test_without_a_timeout_the_default_is_the_deadline(serve: Serve) -> None:
    client = await serve(default_timeout_s=100.0, max_timeout_s=200.0)
    async with client.get("/v1/metadata") as answer:
        assert 5 < (await answer.json())["deadlineS"] <= 110
    async with client.get("/v1/metadata", headers={"Grpc-Timeout": "1H"}) as answer:
        assert 110 < (await answer.json())["deadlineS"] <= 220
    async with client.get("/v1/metadata", headers={"Grpc-Timeout": "soon"}) as answer:
        assert answer.status == 400
    async with client.get("/v1/wait", headers={"Grpc-Timeout": "1m"}) as answer:
        assert answer.status == 504


async def test_denied_metadata_come_from_no_header_but_from_the_application(serve: Serve) -> None:
    @asynccontextmanager
    async def around(request: web.Request, method: Method) -> AsyncIterator[list[tuple[str, str]]]:
        assert method is pb.METHODS["ShowMetadata"]
        yield [("x-user-id", "ada"), ("x-color", "blue")]

    client = await serve(denied_metadata=frozenset({"x-user-id", "x-tenant"}), around_call=around)
    headers = {"Grpc-Metadata-X-User-Id": "eve", "grpc-metadata-x-tenant": "t", "Grpc-Metadata-X-Color": "red"}
    async with client.get("/v1/metadata", headers=headers) as answer:
        metadata = (await answer.json())["metadata"]
    assert (metadata["x-user-id"], metadata["x-color"]) == ("ada", "blue")
    assert "x-tenant" not in metadata


async def test_around_call_refuses_before_the_body_is_read_and_the_application_words_errors(
    serve: Serve, books: Books
) -> None:
    class SignedOut(Exception):
        pass

    @asynccontextmanager
    async def around(request: web.Request, method: Method) -> AsyncIterator[list[tuple[str, str]]]:
        if "Authorization" not in request.headers:
            raise SignedOut
        yield []

    def answer_error(request: web.Request, error: Exception) -> web.Response | None:
        if isinstance(error, SignedOut):
            return web.json_response({"who": "are you"}, status=401)
        return web.json_response({"own": error.code.name}, status=418) if isinstance(error, GatewayError) else None

    client = await serve(around_call=around, answer_error=answer_error)
    async with client.post("/v1/echo", data=b"no json") as answer:
        assert (answer.status, await answer.json()) == (401, {"who": "are you"})
    signed = {"Authorization": "Bearer t"}
    async with client.post("/v1/echo", data=b"no json", headers=signed) as answer:
        assert (answer.status, await answer.json()) == (418, {"own": "INVALID_ARGUMENT"})
    async with client.get("/v1/fail/5", headers=signed) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, 5)


async def test_a_body_that_is_too_long_is_refused_also_when_it_is_compressed_or_in_chunks(serve: Serve) -> None:
    client = await serve(max_body_bytes=100)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(101):
            yield b" "

    async with client.post("/v1/echo", data=b" " * 101) as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, 8)
    async with client.post("/v1/echo", data=chunks()) as answer:
        assert answer.status == 413
    zipped = gzip.compress(b" " * 100_000)
    async with client.post("/v1/echo", data=zipped[:100], headers={"Content-Encoding": "gzip"}) as answer:
        assert answer.status in (400, 413)
    async with client.post("/v1/echo", data=b" " * 100) as answer:
        assert answer.status == 200


async def test_a_body_that_is_not_encoded_as_it_says_is_refused(client: aiohttp.ClientSession) -> None:
    head = b"POST /v1/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: gzip\r\n"
    raw = await _raw(client, head + b"Content-Length: 5\r\n\r\nabcde")
    assert raw.startswith(b"HTTP/1.1 400 ")
    assert b'"code":3' in raw


async def test_paths_that_are_none_are_refused(client: aiohttp.ClientSession) -> None:
    for path, status in ((b"/v1/books/%zz", b"400"), (b"/v1/books/%ff", b"400"), (b"//v1/books/x", b"404")):
        raw = await _raw(client, b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path)
        assert raw.split(b" ")[1] == status


async def test_an_older_client_gets_no_chunks_and_no_trailers(client: aiohttp.ClientSession) -> None:
    for path in (b"/v1/books/x", b"/v1/books:watch?count=1"):
        raw = await _raw(client, b"GET %b HTTP/1.0\r\nHost: x\r\nTE: trailers\r\n\r\n" % path)
        head, _, body = raw.partition(b"\r\n\r\n")
        assert b"Transfer-Encoding" not in head
        assert json.loads(body)


async def test_a_client_that_leaves_cancels_the_rpc(client: aiohttp.ClientSession, books: Books) -> None:
    asking = asyncio.create_task(client.get("/v1/wait").__aenter__())
    await books.waiting.wait()
    asking.cancel()
    await books.cancelled.wait()


async def test_forms_override_the_method_only_when_allowed(serve: Serve) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    client = await serve()
    async with client.post("/v1/books/x", data=b"edition=2", headers=form) as answer:
        assert answer.status == 501
    lenient = await serve(allow_form_method_override=True)
    async with lenient.post("/v1/books/x", data=b"edition=2", headers=form) as answer:
        assert (await answer.json())["title"] == "edition 2"
    override = {**form, "X-HTTP-Method-Override": "get"}
    async with lenient.post("/v1/books/x?edition=4", data=b"", headers=override) as answer:
        assert (await answer.json())["title"] == "edition 4"


async def test_a_body_that_curl_sends_as_it_stands_is_json(client: aiohttp.ClientSession) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with client.post("/v1/echo", data=b'{"aString": "a"}', headers=form) as answer:
        assert (await answer.json())["aString"] == "a"
    async with client.post("/v1/echo", data=b"aString=a", headers=form) as answer:
        assert answer.status == 400


async def test_a_form_is_a_body_where_it_is_asked_for(serve: Serve) -> None:
    client = await serve(marshalers={forms.MEDIA_TYPE: forms.FormMarshaler(JsonMarshaler())})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    data = b"aString=a+%C3%A4&inner.int32s=1&inner.int32s=2&byString[k]=v&nonsense=1"
    async with client.post("/v1/echo", data=data, headers=form) as answer:
        assert answer.content_type == "application/json"
        echo = await answer.json()
    assert (echo["aString"], echo["inner"]["int32s"], echo["byString"]) == ("a ä", [1, 2], {"k": "v"})
    async with client.post("/v1/books?bookId=x", data=b"title=t", headers=form) as answer:
        assert (await answer.json())["title"] == "t"
    for bad in (b"anInt32=many", b"aString=%ff", b"a=1&" * 1001):
        async with client.post("/v1/echo", data=bad, headers=form) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 3)


async def test_healthz_tells_what_the_health_service_says(serve: Serve) -> None:
    client = await serve(healthz_path="/healthz")
    for query, status in (("", 200), ("?service=books", 200), ("?service=films", 503), ("?service=songs", 404)):
        async with client.get(f"/healthz{query}") as answer:
            assert answer.status == status, query
            body = await answer.json()
        assert body == {"status": "SERVING"} if status == 200 else body["code"] in (5, 14)
    async with (await serve()).get("/healthz") as answer:
        assert (await answer.json())["message"] == "Not Found"


async def _raw(client: aiohttp.ClientSession, request: bytes) -> bytes:
    base = client._base_url
    assert base is not None
    reader, writer = await asyncio.open_connection(base.host, base.port)
    writer.write(request)
    try:
        return await reader.read()
    finally:
        writer.close()
