"""A whole Shoal in one process: everything that `shoal up` starts, in the order in which it starts.

The composition root of composition roots. The document service's log is handed to collab directly, and what the project
service knows to both; everybody else comes through the gRPC server, as between machines. The unwinding: browsers are
told to move, rooms save what they took, calls end, the log commits what is queued, PostgreSQL stops.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from cli.errors import Failed
from cli.instance import Address, DataDirectory
from edge.app import open_edge
from edge.settings import EdgeSettings
from mesh.channels import Channels
from mesh.database import MigrationHistoryChanged, Pool, open_pool
from mesh.embedded_postgres import EmbeddedPostgresFailed, embedded_postgres
from mesh.grpc_server import serve
from mesh.identity import OwnToken
from mesh.permission_cache import PermissionSettings, following_permissions
from mesh.settings import GrpcSettings
from services.collab.app import open_collab
from services.collab.settings import CollabSettings
from services.document.app import DocumentServiceApp, open_document_service
from services.document.settings import DocumentSettings
from services.project.app import open_project_service
from services.project.notifications.collab import deliver_over
from services.project.notifications.delivery import Deliver
from services.project.roles import Role
from services.project.settings import ProjectSettings
from shoal.document.v1.event_pb2 import ReadEventsResponse
from shoal.project.v1.notification_pb2 import Notification

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `shoal up` was asked for; port 0 = any free one, no `database_url` = embedded PostgreSQL."""

    data: Path
    port: int
    grpc_port: int
    database_url: str | None = None


@asynccontextmanager
async def open_instance(wanted: Wanted) -> AsyncIterator[Address]:
    """Run a whole Shoal until the block ends. Raises Failed for what the person at the terminal can mend."""
    directory = DataDirectory(wanted.data)
    directory.make()
    async with AsyncExitStack() as stack:
        with startup_failures():
            stack.enter_context(directory.locked())
            _require_free(wanted.port, "--port")
            _require_free(wanted.grpc_port, "--grpc-port")
            signer = directory.signer(create=True)
            verifier = directory.verifier(signer)
            settings, grpc_settings = DocumentSettings(), GrpcSettings(host=LOOPBACK, port=wanted.grpc_port)

            def channels(service: str) -> Channels:
                return Channels(OwnToken(signer, f"services/{service}"), grpc_settings)

            opened: asyncio.Future[DocumentServiceApp] = asyncio.get_running_loop().create_future()

            async def read_events(cursor: str) -> AsyncIterator[ReadEventsResponse]:
                async with aclosing((await opened).events.read(cursor)) as reading:
                    async for response in reading:
                        yield response

            delivering: asyncio.Future[Deliver] = asyncio.get_running_loop().create_future()

            async def deliver(subject: str, notification: Notification) -> None:
                await (await asyncio.shield(delivering))(subject, notification)

            url = wanted.database_url
            if url is None:
                url = await stack.enter_async_context(embedded_postgres(wanted.data / "postgres"))
            pool = await stack.enter_async_context(database_pool(url, settings, "up"))
            project = await stack.enter_async_context(
                open_project_service(_project_settings(), pool, read_events=read_events, deliver=deliver)
            )
            permissions = await stack.enter_async_context(following_permissions(project.source, PermissionSettings()))
            document = await stack.enter_async_context(
                # Edits from there go the way of everybody's, and the way begins at a server that is yet to be opened.
                open_document_service(
                    settings,
                    pool,
                    channels=channels("document"),
                    collab_target=lambda: server.address,
                    register=project.registry,
                    permissions=permissions,
                )
            )
            opened.set_result(document)
            collab = await stack.enter_async_context(open_collab(CollabSettings(), document.log, verifier, permissions))
            mounted = [*document.mounted, collab.mounted, *project.mounted]
            server = await stack.enter_async_context(serve(grpc_settings, verifier, mounted, project.guard))
            stack.push_async_callback(collab.drain)
            stack.push_async_callback(server.drain)
            telling = channels("project").open(server.address, for_callers=False)
            delivering.set_result(deliver_over([await stack.enter_async_context(telling)]))
            edge_settings = EdgeSettings(
                host=LOOPBACK,
                port=wanted.port,
                collab_target=server.address,
                document_target=server.address,
                project_target=server.address,
            )
            edge = await stack.enter_async_context(
                open_edge(edge_settings, verifier, channels=channels("edge"), development_signer=signer)
            )
            address = Address.of(f"http://localhost:{edge.address.rpartition(':')[2]}", server.address)
            stack.enter_context(directory.published(address))
        yield address


def _project_settings() -> ProjectSettings:
    """Return the settings of the environment; unless they say otherwise, who has a document's address may join."""
    settings = ProjectSettings()
    if "unfiled_role" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"unfiled_role": Role.EDITOR})


@asynccontextmanager
async def database_pool(url: str, settings: DocumentSettings | ProjectSettings, service: str) -> AsyncIterator[Pool]:
    """Open the pool of a service on the database at `url`."""
    async with open_pool(
        url,
        max_size=settings.pool_size,
        idle_s=settings.pool_idle_s,
        connect_timeout_s=settings.connect_timeout_s,
        statement_timeout_s=settings.statement_timeout_s,
        application_name=f"shoal-{service}",
    ) as pool:
        yield pool


@contextmanager
def startup_failures() -> Iterator[None]:
    """Turn what can go wrong outside of us into Failed: a database that is not there, an address that is taken."""
    try:
        yield
    except (EmbeddedPostgresFailed, MigrationHistoryChanged) as error:
        raise Failed(str(error)) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Failed(f"the database refuses: {error}") from error
    except TimeoutError as error:
        raise Failed("the database does not answer") from error
    except OSError as error:
        raise Failed(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error


def _require_free(port: int, option: str) -> None:
    """Ask for a port before anything else starts, so that a taken one costs a moment and not a start of PostgreSQL."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Failed(f"port {port} is in use; choose another with {option}") from error
            raise Failed(f"cannot listen on port {port}: {error.strerror}") from error
