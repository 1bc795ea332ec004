"""`python -m bench.gateway`: what the gateway costs a request, and what a handler written by hand costs beside it.

Its own cost: everything between aiohttp's handler and the rpc, both ways, with an rpc that is answered at once in the
process. End to end: GetDocument over real sockets on loopback, through the gateway and through a handler by hand that
calls the same rpc and writes with json_format or with orjson, taking turns in one run; medians of the rounds. Client,
edge and service are one process, so that the processor's time is comparable also where others load the machine.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import grpc
import orjson
import uvloop
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from google.protobuf import json_format
from rich.console import Console
from rich.table import Table

from edge.gateway.binding import Binding
from edge.gateway.server import Gateway
from shoal.document.v1 import document_gateway, document_pb2
from shoal.document.v1.document_pb2_grpc import DocumentServiceStub

PATH = "/v1/documents/quarterly-report"
HEADERS = {
    "Host": "shoal.example", "Authorization": f"Bearer {'t' * 600}", "Accept": "application/json",
    "User-Agent": "bench", "X-Forwarded-For": "203.0.113.7", "Accept-Language": "en", "Grpc-Timeout": "5S",
}  # fmt: skip
METHOD = "/shoal.document.v1.DocumentService/GetDocument"
TARGET_US = 150.0


def document() -> document_pb2.GetDocumentResponse:
    """A response as GetDocument gives for an ordinary document."""
    answer = document_pb2.GetDocumentResponse()
    made = answer.document
    made.name, made.title, made.type = "documents/quarterly-report", "Quarterly report – draft", 1
    made.head_revision, made.creator = 48_211, "users/ada"
    made.create_time.FromJsonString("2026-03-01T09:30:00.125Z")
    made.update_time.FromJsonString("2026-11-20T17:02:11.987654Z")
    made.project, made.folder = "projects/finance", "projects/finance/folders/reports"
    made.labels.update({"quarter": "q3", "state": "draft", "team": "finance"})
    made.language, made.etag = "en", "W/48211-7"
    return answer


def bindings() -> list[Binding]:
    """All of the document service, as generated."""
    return [
        binding
        for value in vars(document_gateway).values()
        if isinstance(value, tuple)
        for binding in value
        if isinstance(binding, Binding)
    ]


class _Answered:
    """An rpc that is over: what is left is the gateway's own."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __await__(self) -> Any:
        return self._answer
        yield

    async def initial_metadata(self) -> Sequence[tuple[str, str]]:
        return (("x-request-id", "0123456789abcdef"),)

    def cancel(self) -> bool:
        return False


async def own_cost_us(generated: bool, rounds: int, requests: int) -> float:
    """Median microseconds of the processor a request; what others take of it does not count."""
    gateway = Gateway(lambda service: grpc.aio.insecure_channel("127.0.0.1:1"))
    made = bindings()
    if not generated:
        made = [_by_reflection(binding) for binding in made]
    gateway.add(made)
    answered = _Answered(document())
    gateway._rpcs[METHOD] = lambda request, metadata, timeout: answered
    request = make_mocked_request("GET", PATH, headers=HEADERS)
    took = []
    for _ in range(rounds):
        start = time.thread_time()
        for _ in range(requests):
            await gateway.handle(request)
        took.append((time.thread_time() - start) / requests * 1e6)
    return statistics.median(took)


def _by_reflection(binding: Binding) -> Binding:
    method = binding.method
    plain = type(method)(method.path, method.request, method.response, method.client_streaming, method.server_streaming)
    return Binding(binding.verb, binding.template, plain, binding.body, binding.response_body)


def by_hand(channel: grpc.aio.Channel, write: Callable[[Any], bytes]) -> web.RouteDef:
    """A handler as one would write it."""
    stub: Any = DocumentServiceStub(channel)

    async def get(request: web.Request) -> web.Response:
        call = document_pb2.GetDocumentRequest(name=f"documents/{request.match_info['document']}")
        metadata = (("authorization", request.headers["Authorization"]),)
        answer = await stub.GetDocument(call, timeout=5.0, metadata=metadata)
        return web.Response(body=write(answer), content_type="application/json")

    return web.get("/v1/documents/{document}", get)


def _with_json_format(answer: Any) -> bytes:
    return json_format.MessageToJson(answer, always_print_fields_with_no_presence=True, indent=None).encode()


def _with_orjson(answer: Any) -> bytes:
    return orjson.dumps(document_gateway.encode_get_document_response(answer))


@asynccontextmanager
async def served(routes: Sequence[web.RouteDef]) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def service() -> AsyncIterator[grpc.aio.Channel]:
    answer = document()

    async def get(request: Any, context: Any) -> Any:
        return answer

    handler = grpc.unary_unary_rpc_method_handler(
        get,
        request_deserializer=document_pb2.GetDocumentRequest.FromString,
        response_serializer=document_pb2.GetDocumentResponse.SerializeToString,
    )
    server = grpc.aio.server()
    handlers = grpc.method_handlers_generic_handler("shoal.document.v1.DocumentService", {"GetDocument": handler})
    server.add_generic_rpc_handlers((handlers,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    await server.stop(0)


async def end_to_end_us(rounds: int, requests: int) -> dict[str, tuple[float, float]]:
    """Median microseconds of the processor and of the clock a request, one after another on a kept connection."""
    async with service() as channel:
        gateway = Gateway(channel)
        gateway.add(bindings())
        ways = {
            "gateway": gateway.routes(),
            "by hand, json_format": [by_hand(channel, _with_json_format)],
            "by hand, orjson and the generated encoder": [by_hand(channel, _with_orjson)],
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(aiohttp.ClientSession())
            urls = {name: await stack.enter_async_context(served(routes)) for name, routes in ways.items()}
            for _ in range(rounds + 1):
                for name, url in urls.items():
                    took[name].append(await _round(client, url, requests))
    return {
        name: (statistics.median(cpu for cpu, _ in times[1:]), statistics.median(clock for _, clock in times[1:]))
        for name, times in took.items()
    }


async def _round(client: aiohttp.ClientSession, url: str, requests: int) -> tuple[float, float]:
    cpu, clock = time.process_time(), time.perf_counter()
    for _ in range(requests):
        async with client.get(url, headers={k: v for k, v in HEADERS.items() if k != "Host"}) as answer:
            assert answer.status == 200
            await answer.read()
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    return cpu / requests * 1e6, clock / requests * 1e6


def _run(work: Callable[[], Awaitable[Any]]) -> Any:
    return uvloop.run(work())  # type: ignore[arg-type]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.gateway", description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--requests", type=int, default=50, help="a round")
    arguments = parser.parse_args()
    table = Table("what", "processor µs a request", "clock µs", "target")
    for generated in (True, False):
        cost = _run(lambda generated=generated: own_cost_us(generated, arguments.rounds, arguments.requests))
        name = "generated encoders" if generated else "reflection"
        table.add_row(f"the gateway's own cost, {name}", f"{cost:.1f}", "", f"<= {TARGET_US:.0f}")
    for name, (cpu, clock) in _run(lambda: end_to_end_us(arguments.rounds, arguments.requests)).items():
        table.add_row(f"end to end, {name}", f"{cpu:.0f}", f"{clock:.0f}", "")
    Console().print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
