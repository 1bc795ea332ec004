"""Projects and sharing over REST: the page's own way to a real project service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from edge.app import open_edge
from edge.settings import EdgeSettings
from mesh.channels import Channels
from mesh.database import open_pool
from mesh.grpc_server import serve
from mesh.identity import OwnToken, TokenSigner, TokenVerifier
from mesh.settings import GrpcSettings
from services.project.app import open_project_service
from services.project.settings import ProjectSettings


@dataclass
class Person:
    """Somebody with a token, at the edge."""

    http: aiohttp.ClientSession
    url: str
    token: str

    async def ask(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.http.request(method, self.url + path, json=body, params=query, headers=headers) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **query: str) -> Any:
        status, answer = await self.ask("GET", path, **query)
        assert status == 200, answer
        return answer

    async def post(self, path: str, **body: Any) -> Any:
        status, answer = await self.ask("POST", path, body)
        assert status == 200, answer
        return answer


@pytest.fixture
async def people(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier
) -> AsyncIterator[tuple[Person, Person, Person]]:
    """Ada, Bob, and nobody."""
    grpc_settings = GrpcSettings(port=0, shutdown_grace_s=0.2)
    channels = Channels(OwnToken(signer, "services/edge"), grpc_settings)
    async with (
        open_pool(database_url, max_size=10) as pool,
        open_project_service(ProjectSettings(), pool) as app,
        serve(grpc_settings, verifier, app.mounted, app.guard) as server,
        open_edge(EdgeSettings(port=0, project_target=server.address), verifier, channels=channels) as edge,
        aiohttp.ClientSession() as http,
    ):
        url = f"http://{edge.address}"
        ada, bob = (Person(http, url, signer.sign(f"users/{name}", lifetime_s=60)) for name in ("ada", "bob"))
        yield ada, bob, Person(http, url, "")


async def test_a_project_is_made_shared_and_taken_back(people: tuple[Person, Person, Person]) -> None:
    ada, bob, _ = people
    made = await ada.post("/v1/projects", project={"title": "Plans"}, projectId="plans")
    assert made["project"]["name"] == "projects/plans"
    assert (await bob.get("/v1/projects"))["projects"] == []
    grant = {"resource": "projects/plans", "principal": {"user": "users/bob"}}
    await ada.post("/v1/grants:set", **grant, role="ROLE_VIEWER")
    assert [each["title"] for each in (await bob.get("/v1/projects", pageSize="10"))["projects"]] == ["Plans"]
    listed = (await ada.get("/v1/grants", resource="projects/plans", inherited="true"))["grants"]
    assert {each["principal"]["user"]: each["role"] for each in listed} == {
        "users/ada": "ROLE_OWNER", "users/bob": "ROLE_VIEWER",
    }  # fmt: skip
    question = {"resource": "projects/plans", "permission": "PERMISSION_SHARE"}
    answer = (await bob.post("/v1/permissions:check", **question))["answer"]
    assert (answer["allowed"], answer["role"]) == (False, "ROLE_VIEWER")
    await ada.post("/v1/grants:revoke", **grant)
    assert (await bob.get("/v1/projects"))["projects"] == []


async def test_a_link_is_made_redeemed_and_revoked(people: tuple[Person, Person, Person]) -> None:
    ada, bob, _ = people
    await ada.post("/v1/projects", project={"title": "Plans"}, projectId="plans")
    link = {"resource": "projects/plans", "role": "ROLE_COMMENTER"}
    made = await ada.post("/v1/shareLinks", shareLink=link, password="swordfish")
    assert (await bob.ask("POST", "/v1/shareLinks:redeem", {"secret": made["secret"]}))[0] == 404
    got = await bob.post("/v1/shareLinks:redeem", secret=made["secret"], password="swordfish")
    assert got["grant"]["role"] == "ROLE_COMMENTER"
    [listed] = (await ada.get("/v1/shareLinks", resource="projects/plans"))["shareLinks"]
    assert (listed["name"], listed["redemptions"]) == (made["shareLink"]["name"], "1")
    await ada.post(f"/v1/{listed['name']}:revoke")
    assert (await ada.get("/v1/shareLinks", resource="projects/plans"))["shareLinks"] == []
    assert (await bob.get("/v1/projects"))["projects"] == []


async def test_whoever_may_not_is_told_as_everywhere(people: tuple[Person, Person, Person]) -> None:
    ada, bob, nobody = people
    await ada.post("/v1/projects", project={"title": "Plans"}, projectId="plans")
    assert (await nobody.ask("GET", "/v1/projects"))[0] == 401
    assert (await bob.ask("GET", "/v1/grants", resource="projects/plans"))[0] == 404
    principal = {"user": "users/bob"}
    wanted = {"resource": "projects/plans", "principal": principal, "role": "ROLE_OWNER"}
    assert (await bob.ask("POST", "/v1/grants:set", wanted))[0] == 404
    await ada.post("/v1/grants:set", **{**wanted, "role": "ROLE_VIEWER"})
    assert (await bob.ask("POST", "/v1/grants:set", wanted))[0] == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/projects", []),
        ("POST", "/v1/projects", {"project": 7}),
        ("POST", "/v1/grants:set", {"role": "ROLE_KING"}),
        ("GET", "/v1/grants?resource=projects/x&inherited=perhaps", None),
        ("GET", "/v1/projects?pageSize=many", None),
        ("POST", "/v1/shareLinks/NOT-AN-ID:revoke", {}),
    ],
)
async def test_what_is_not_understood_is_400(
    people: tuple[Person, Person, Person], method: str, path: str, body: Any
) -> None:
    status, answer = await people[0].ask(method, path, body)
    assert status == 400, answer
    assert answer["message"]


async def test_a_body_that_is_not_json_is_refused_so_that_no_foreign_form_can_send_one(
    people: tuple[Person, Person, Person],
) -> None:
    ada = people[0]
    headers = {"Authorization": f"Bearer {ada.token}", "Content-Type": "text/plain"}
    async with ada.http.post(f"{ada.url}/v1/grants:set", data="{}", headers=headers) as answer:
        assert answer.status == 400
