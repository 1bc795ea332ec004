"""Contracts nobody here wrote get a gateway that works: A2A's, and Google's for locations and long operations.

The descriptors are those that the installed wheels carry; protoc runs the installed plugin; rpcs go to real servers.
"""

from __future__ import annotations

import json
import sysconfig
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc
import pytest
from a2a.types import a2a_pb2, a2a_pb2_grpc
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from google.cloud.location import locations_pb2
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.empty_pb2 import Empty
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

from edge.gateway.server import Gateway

PLUGIN = Path(sysconfig.get_path("scripts")) / "protoc-gen-aiohttp-gateway"


def image_of(file: FileDescriptor) -> FileDescriptorSet:
    """The file and all that it imports, each after what it imports."""
    found: dict[str, FileDescriptor] = {}

    def visit(each: FileDescriptor) -> None:
        for dependency in each.dependencies:
            visit(dependency)
        found.setdefault(each.name, each)

    visit(file)
    image = FileDescriptorSet()
    for each in found.values():
        each.CopyToProto(image.file.add())
    return image


def gateway_of(file: FileDescriptor, folder: Path, options: str = "") -> ModuleType:
    """What the plugin makes of an installed contract, imported."""
    image = folder / "image.binpb"
    image.write_bytes(image_of(file).SerializeToString())
    out = (f"--plugin={PLUGIN}", f"--aiohttp-gateway_out={folder}", f"--aiohttp-gateway_opt={options}")
    assert protoc.main(["protoc", f"--descriptor_set_in={image}", *out, file.name]) == 0
    (written,) = folder.rglob("*_gateway.py")
    spec = spec_from_file_location(written.stem, written)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@asynccontextmanager
async def served(add_services: Any, *bindings: Any) -> AsyncIterator[TestClient]:
    """A gRPC server, and before it an aiohttp application with a gateway; gives a client of HTTP."""
    async with AsyncExitStack() as stack:
        server = grpc.aio.server()
        add_services(server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        stack.push_async_callback(server.stop, None)
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{port}"))
        gateway = Gateway(channel)
        for each in bindings:
            gateway.add(each)
        app = web.Application()
        app.add_routes(gateway.routes())
        yield await stack.enter_async_context(TestClient(TestServer(app)))


class Agent(a2a_pb2_grpc.A2AServiceServicer):
    """An agent whose answers show what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def SendMessage(self, request: Any, context: Any) -> Any:
        self.asked.append(request)
        task = a2a_pb2.Task(id="t1", context_id=request.message.context_id)
        task.status.state = a2a_pb2.TASK_STATE_SUBMITTED
        task.status.timestamp.FromJsonString("2026-01-02T03:04:05.600Z")
        task.metadata.update({"tenant": request.tenant})
        task.history.add().CopyFrom(request.message)
        return a2a_pb2.SendMessageResponse(task=task)

    async def SendStreamingMessage(self, request: Any, context: Any) -> AsyncIterator[Any]:
        yield a2a_pb2.StreamResponse(task=a2a_pb2.Task(id="t2"))
        for part in request.message.parts:
            yield a2a_pb2.StreamResponse(message=a2a_pb2.Message(message_id=part.text))

    async def GetTask(self, request: Any, context: Any) -> Any:
        self.asked.append(request)
        if request.id == "gone":
            status = status_pb2.Status(code=5, message="no such task")
            status.details.add().Pack(error_details_pb2.ErrorInfo(reason="TASK_NOT_FOUND", domain="a2a-protocol.org"))
            await context.abort_with_status(rpc_status.to_status(status))
        return a2a_pb2.Task(id=request.id)

    async def ListTasks(self, request: Any, context: Any) -> Any:
        self.asked.append(request)
        return a2a_pb2.ListTasksResponse(tasks=[a2a_pb2.Task(id="t1")], total_size=1)

    async def CancelTask(self, request: Any, context: Any) -> Any:
        self.asked.append(request)
        task = a2a_pb2.Task(id=request.id)
        task.status.state = a2a_pb2.TASK_STATE_CANCELED
        return task

    async def SubscribeToTask(self, request: Any, context: Any) -> AsyncIterator[Any]:
        for state in (a2a_pb2.TASK_STATE_WORKING, a2a_pb2.TASK_STATE_COMPLETED):
            update = a2a_pb2.TaskStatusUpdateEvent(task_id=f"{request.tenant}/{request.id}")
            update.status.state = state
            yield a2a_pb2.StreamResponse(status_update=update)
        await context.abort(grpc.StatusCode.UNAVAILABLE, "the agent goes")

    async def DeleteTaskPushNotificationConfig(self, request: Any, context: Any) -> Empty:
        self.asked.append(request)
        return Empty()


@pytest.fixture(scope="module")
def a2a_gateway(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("a2a")
    return gateway_of(a2a_pb2.DESCRIPTOR, folder, "python_modules=a2a.proto:a2a.types.a2a_pb2")


@pytest.fixture
def agent() -> Agent:
    return Agent()


@pytest.fixture
async def a2a(a2a_gateway: ModuleType, agent: Agent) -> AsyncIterator[TestClient]:
    def add(server: Any) -> None:
        a2a_pb2_grpc.add_A2AServiceServicer_to_server(agent, server)

    async with served(add, a2a_gateway.A2A_SERVICE) as client:
        yield client


def test_every_rule_of_a2a_is_bound(a2a_gateway: ModuleType) -> None:
    rpcs = {binding.method.path.rpartition("/")[2] for binding in a2a_gateway.A2A_SERVICE}
    assert rpcs == {method.name for method in a2a_pb2.DESCRIPTOR.services_by_name["A2AService"].methods}
    assert len(a2a_gateway.A2A_SERVICE) == 2 * len(rpcs)  # one more for tenants


async def test_a_message_is_sent_and_its_task_comes_back(a2a: TestClient, agent: Agent) -> None:
    body = {"message": {"messageId": "m1", "contextId": "c1", "role": "ROLE_USER", "parts": [{"text": "hi"}]}}
    answer = await a2a.post("/message:send", json=body)
    assert answer.status == 200
    task = (await answer.json())["task"]
    assert task["status"] == {"state": "TASK_STATE_SUBMITTED", "message": None, "timestamp": "2026-01-02T03:04:05.600Z"}
    assert task["history"][0]["role"] == "ROLE_USER"
    assert task["history"][0]["parts"][0]["text"] == "hi"
    assert "raw" not in task["history"][0]["parts"][0]
    assert task["metadata"] == {"tenant": ""}
    assert agent.asked[0].message.parts[0].text == "hi"


async def test_the_additional_bindings_are_for_tenants_and_the_path_wins_over_the_body(a2a: TestClient) -> None:
    answer = await a2a.post("/acme/message:send", json={"tenant": "other", "message": {}})
    assert (await answer.json())["task"]["metadata"] == {"tenant": "acme"}


async def test_a_query_fills_what_stands_in_neither_path_nor_body(a2a: TestClient, agent: Agent) -> None:
    await a2a.get("/acme/tasks/t7?historyLength=2")
    query = "status=TASK_STATE_WORKING&page_size=5&includeArtifacts=true&statusTimestampAfter=2026-01-01T00:00:00Z"
    listed = await (await a2a.get(f"/tasks?{query}")).json()
    task, tasks = agent.asked
    assert (task.tenant, task.id, task.history_length) == ("acme", "t7", 2)
    assert (tasks.status, tasks.page_size, tasks.include_artifacts) == (a2a_pb2.TASK_STATE_WORKING, 5, True)
    assert tasks.status_timestamp_after.seconds == 1767225600
    assert not tasks.HasField("history_length")
    assert [each["id"] for each in listed["tasks"]] == ["t1"]


@pytest.mark.parametrize(("path", "tenant"), [("/tasks/t1:cancel", ""), ("/acme/tasks/t1:cancel", "acme")])
async def test_a_task_is_cancelled_by_its_verb(path: str, tenant: str, a2a: TestClient, agent: Agent) -> None:
    answer = await a2a.post(path, json={"metadata": {"why": ["late", 1]}})
    assert (await answer.json())["status"]["state"] == "TASK_STATE_CANCELED"
    assert (agent.asked[0].id, agent.asked[0].tenant) == ("t1", tenant)
    assert agent.asked[0].metadata["why"][0] == "late"


async def test_a_task_is_followed_line_by_line_to_the_error_that_ends_it(a2a: TestClient) -> None:
    answer = await a2a.get("/acme/tasks/t1:subscribe")
    working, completed, ended = [json.loads(line) async for line in answer.content]
    assert working["result"]["statusUpdate"]["taskId"] == "acme/t1"
    assert completed["result"]["statusUpdate"]["status"]["state"] == "TASK_STATE_COMPLETED"
    assert ended == {"error": {"code": 14, "message": "the agent goes", "details": []}}


async def test_a_stream_comes_as_server_sent_events_when_asked_for(a2a: TestClient) -> None:
    body = {"message": {"parts": [{"text": "one"}, {"text": "two"}]}}
    answer = await a2a.post("/message:stream", json=body, headers={"Accept": "text/event-stream"})
    assert answer.content_type == "text/event-stream"
    text = (await answer.read()).decode()
    data = [json.loads(line.removeprefix("data:")) for line in text.splitlines() if line.startswith("data:")]
    assert data[0]["task"]["id"] == "t2"
    assert [each["message"]["messageId"] for each in data[1:3]] == ["one", "two"]


async def test_a_refusal_keeps_its_details(a2a: TestClient) -> None:
    answer = await a2a.get("/tasks/gone")
    assert answer.status == 404
    refused = await answer.json()
    assert (refused["code"], refused["message"]) == (5, "no such task")
    assert refused["details"][0]["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert refused["details"][0]["reason"] == "TASK_NOT_FOUND"


async def test_nothing_comes_back_as_an_empty_object(a2a: TestClient, agent: Agent) -> None:
    answer = await a2a.delete("/acme/tasks/t1/pushNotificationConfigs/p1")
    assert await answer.json() == {}
    assert (agent.asked[0].tenant, agent.asked[0].task_id, agent.asked[0].id) == ("acme", "t1", "p1")


class Operations(operations_pb2_grpc.OperationsServicer):
    """Operations that say their name."""

    def __init__(self) -> None:
        self.cancelled: list[str] = []

    async def GetOperation(self, request: Any, context: Any) -> Any:
        operation = operations_pb2.Operation(name=request.name, done=True)
        operation.response.Pack(locations_pb2.Location(name="locations/here", labels={"a": "b"}))
        return operation

    async def CancelOperation(self, request: Any, context: Any) -> Empty:
        self.cancelled.append(request.name)
        return Empty()


async def test_operations_have_names_of_any_length(tmp_path: Path) -> None:
    module = gateway_of(operations_pb2.DESCRIPTOR, tmp_path)
    operations = Operations()

    def add(server: Any) -> None:
        operations_pb2_grpc.add_OperationsServicer_to_server(operations, server)

    async with served(add, module.OPERATIONS) as client:
        found = await (await client.get("/v1/operations/a/b/c")).json()
        assert found["name"] == "operations/a/b/c"
        assert found["metadata"] is None
        assert found["response"]["@type"] == "type.googleapis.com/google.cloud.location.Location"
        assert found["response"]["labels"] == {"a": "b"}
        assert (await client.post("/v1/operations/a/b:cancel", json={})).status == 200
        assert operations.cancelled == ["operations/a/b"]


async def test_locations_are_listed_below_projects_too(tmp_path: Path) -> None:
    module = gateway_of(locations_pb2.DESCRIPTOR, tmp_path)
    get = grpc.unary_unary_rpc_method_handler(
        _get_location,
        request_deserializer=locations_pb2.GetLocationRequest.FromString,
        response_serializer=locations_pb2.Location.SerializeToString,
    )

    def add(server: Any) -> None:
        handlers = {"GetLocation": get}
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler("google.cloud.location.Locations", handlers)]
        )

    async with served(add, module.LOCATIONS) as client:
        for name in ("locations/x", "projects/p/locations/x"):
            assert await (await client.get(f"/v1/{name}")).json() == {
                "name": name,
                "locationId": "",
                "displayName": "",
                "labels": {},
                "metadata": None,
            }
        assert (await client.get("/v1/projects/p/places/x")).status == 404


async def _get_location(request: Any, context: Any) -> Any:
    return locations_pb2.Location(name=request.name)
