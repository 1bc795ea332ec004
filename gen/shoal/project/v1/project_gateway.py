"""REST for shoal/project/v1/project.proto. Written by protoc-gen-aiohttp-gateway; do not edit."""

from __future__ import annotations

from typing import Any

from edge.gateway import encoders
from edge.gateway.binding import Binding, Method

from shoal.project.v1 import project_pb2


def encode_project(m: project_pb2.Project) -> dict[str, Any]:
    return {
        "name": m.name,
        "organization": m.organization,
        "title": m.title,
        "description": m.description,
        "archived": m.archived,
        "creator": m.creator,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
        "etag": m.etag,
    }


def encode_folder(m: project_pb2.Folder) -> dict[str, Any]:
    return {
        "name": m.name,
        "title": m.title,
        "parent": m.parent,
        "createTime": encoders.timestamp(m.create_time) if m.HasField("create_time") else None,
    }


def encode_create_project_response(m: project_pb2.CreateProjectResponse) -> dict[str, Any]:
    return {
        "project": encode_project(m.project) if m.HasField("project") else None,
    }


def encode_get_project_response(m: project_pb2.GetProjectResponse) -> dict[str, Any]:
    return {
        "project": encode_project(m.project) if m.HasField("project") else None,
    }


def encode_list_projects_response(m: project_pb2.ListProjectsResponse) -> dict[str, Any]:
    return {
        "projects": [encode_project(each) for each in m.projects],
        "nextPageToken": m.next_page_token,
    }


def encode_update_project_response(m: project_pb2.UpdateProjectResponse) -> dict[str, Any]:
    return {
        "project": encode_project(m.project) if m.HasField("project") else None,
    }


def encode_create_folder_response(m: project_pb2.CreateFolderResponse) -> dict[str, Any]:
    return {
        "folder": encode_folder(m.folder) if m.HasField("folder") else None,
    }


def encode_get_folder_response(m: project_pb2.GetFolderResponse) -> dict[str, Any]:
    return {
        "folder": encode_folder(m.folder) if m.HasField("folder") else None,
    }


def encode_list_folders_response(m: project_pb2.ListFoldersResponse) -> dict[str, Any]:
    return {
        "folders": [encode_folder(each) for each in m.folders],
        "nextPageToken": m.next_page_token,
    }


def encode_update_folder_response(m: project_pb2.UpdateFolderResponse) -> dict[str, Any]:
    return {
        "folder": encode_folder(m.folder) if m.HasField("folder") else None,
    }


def encode_move_folder_response(m: project_pb2.MoveFolderResponse) -> dict[str, Any]:
    return {
        "folder": encode_folder(m.folder) if m.HasField("folder") else None,
    }


def encode_delete_folder_response(m: project_pb2.DeleteFolderResponse) -> dict[str, Any]:
    return {}


_create_project = Method(
    "/shoal.project.v1.ProjectService/CreateProject",
    project_pb2.CreateProjectRequest,
    project_pb2.CreateProjectResponse,
    encode=encode_create_project_response,
)
_get_project = Method(
    "/shoal.project.v1.ProjectService/GetProject",
    project_pb2.GetProjectRequest,
    project_pb2.GetProjectResponse,
    encode=encode_get_project_response,
)
_list_projects = Method(
    "/shoal.project.v1.ProjectService/ListProjects",
    project_pb2.ListProjectsRequest,
    project_pb2.ListProjectsResponse,
    encode=encode_list_projects_response,
)
_update_project = Method(
    "/shoal.project.v1.ProjectService/UpdateProject",
    project_pb2.UpdateProjectRequest,
    project_pb2.UpdateProjectResponse,
    encode=encode_update_project_response,
)
_create_folder = Method(
    "/shoal.project.v1.ProjectService/CreateFolder",
    project_pb2.CreateFolderRequest,
    project_pb2.CreateFolderResponse,
    encode=encode_create_folder_response,
)
_get_folder = Method(
    "/shoal.project.v1.ProjectService/GetFolder",
    project_pb2.GetFolderRequest,
    project_pb2.GetFolderResponse,
    encode=encode_get_folder_response,
)
_list_folders = Method(
    "/shoal.project.v1.ProjectService/ListFolders",
    project_pb2.ListFoldersRequest,
    project_pb2.ListFoldersResponse,
    encode=encode_list_folders_response,
)
_update_folder = Method(
    "/shoal.project.v1.ProjectService/UpdateFolder",
    project_pb2.UpdateFolderRequest,
    project_pb2.UpdateFolderResponse,
    encode=encode_update_folder_response,
)
_move_folder = Method(
    "/shoal.project.v1.ProjectService/MoveFolder",
    project_pb2.MoveFolderRequest,
    project_pb2.MoveFolderResponse,
    encode=encode_move_folder_response,
)
_delete_folder = Method(
    "/shoal.project.v1.ProjectService/DeleteFolder",
    project_pb2.DeleteFolderRequest,
    project_pb2.DeleteFolderResponse,
    encode=encode_delete_folder_response,
)

PROJECT_SERVICE: tuple[Binding, ...] = (
    Binding("POST", "/v1/projects", _create_project, body="*"),
    Binding("GET", "/v1/{name=projects/*}", _get_project),
    Binding("GET", "/v1/projects", _list_projects),
    Binding("PATCH", "/v1/{project.name=projects/*}", _update_project, body="project"),
    Binding("POST", "/v1/{parent=projects/*}/folders", _create_folder, body="*"),
    Binding("POST", "/v1/{parent=projects/*/folders/*}/folders", _create_folder, body="*"),
    Binding("GET", "/v1/{name=projects/*/folders/*}", _get_folder),
    Binding("GET", "/v1/{project=projects/*}/folders", _list_folders),
    Binding("PATCH", "/v1/{folder.name=projects/*/folders/*}", _update_folder, body="folder"),
    Binding("POST", "/v1/{name=projects/*/folders/*}:move", _move_folder, body="*"),
    Binding("DELETE", "/v1/{name=projects/*/folders/*}", _delete_folder),
)
"""shoal.project.v1.ProjectService."""
