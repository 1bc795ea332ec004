"""ProjectService over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from services.project.convert import resources as convert
from services.project.folders import Folders
from services.project.projects import Projects
from shoal.project.v1 import project_pb2 as pb
from shoal.project.v1 import project_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class ProjectServicer(project_pb2_grpc.ProjectServiceServicer):
    """ProjectService."""

    def __init__(self, projects: Projects, folders: Folders) -> None:
        self._projects, self._folders = projects, folders

    async def CreateProject(self, request: pb.CreateProjectRequest, _: Context) -> pb.CreateProjectResponse:
        """Create a project."""
        wanted = request.project
        row = await self._projects.create(
            current_identity(), request.project_id, wanted.organization, wanted.title, wanted.description
        )
        return pb.CreateProjectResponse(project=convert.project_to_proto(row))

    async def GetProject(self, request: pb.GetProjectRequest, _: Context) -> pb.GetProjectResponse:
        """Say what is known of a project."""
        return pb.GetProjectResponse(project=convert.project_to_proto(await self._projects.get(request.name)))

    async def ListProjects(self, request: pb.ListProjectsRequest, _: Context) -> pb.ListProjectsResponse:
        """List projects."""
        rows, token = await self._projects.page(
            current_identity(),
            request.organization,
            request.page_size,
            request.page_token,
            archived=request.show_archived,
        )
        return pb.ListProjectsResponse(projects=map(convert.project_to_proto, rows), next_page_token=token)

    async def UpdateProject(self, request: pb.UpdateProjectRequest, _: Context) -> pb.UpdateProjectResponse:
        """Change a project."""
        wanted = convert.project_from_proto(request.project)
        row = await self._projects.update(current_identity(), wanted, request.update_mask.paths)
        return pb.UpdateProjectResponse(project=convert.project_to_proto(row))

    async def CreateFolder(self, request: pb.CreateFolderRequest, _: Context) -> pb.CreateFolderResponse:
        """Create a folder."""
        row = await self._folders.create(current_identity(), request.folder_id, request.parent, request.folder.title)
        return pb.CreateFolderResponse(folder=convert.folder_to_proto(row))

    async def GetFolder(self, request: pb.GetFolderRequest, _: Context) -> pb.GetFolderResponse:
        """Say what is known of a folder."""
        return pb.GetFolderResponse(folder=convert.folder_to_proto(await self._folders.get(request.name)))

    async def ListFolders(self, request: pb.ListFoldersRequest, _: Context) -> pb.ListFoldersResponse:
        """List a project's folders."""
        rows, token = await self._folders.page(
            current_identity(), request.project, request.parent, request.page_size, request.page_token
        )
        return pb.ListFoldersResponse(folders=map(convert.folder_to_proto, rows), next_page_token=token)

    async def UpdateFolder(self, request: pb.UpdateFolderRequest, _: Context) -> pb.UpdateFolderResponse:
        """Rename a folder."""
        row = await self._folders.rename(request.folder.name, request.folder.title, request.update_mask.paths)
        return pb.UpdateFolderResponse(folder=convert.folder_to_proto(row))

    async def MoveFolder(self, request: pb.MoveFolderRequest, _: Context) -> pb.MoveFolderResponse:
        """Move a folder."""
        row = await self._folders.move(current_identity(), request.name, request.destination)
        return pb.MoveFolderResponse(folder=convert.folder_to_proto(row))

    async def DeleteFolder(self, request: pb.DeleteFolderRequest, _: Context) -> pb.DeleteFolderResponse:
        """Delete an empty folder."""
        await self._folders.delete(current_identity(), request.name)
        return pb.DeleteFolderResponse()
