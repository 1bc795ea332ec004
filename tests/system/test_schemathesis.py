"""Schemathesis, which nobody here wrote, calls every operation of the OpenAPI document of a running Shoal.

It is given real names half of the time, so that not only refusals are seen. What is asked is derived from the test
alone: a failure comes again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.system.shoal import ROOT, ShoalProcess

DOCUMENT: dict[str, Any] = json.loads((ROOT / "gen/openapi/shoal.json").read_text())
OPERATIONS = {operation["operationId"]: operation for path in DOCUMENT["paths"].values() for operation in path.values()}
ENDLESS = {
    "CollabService_WatchDocument",
    "DocumentService_WatchDocuments",
    "NotificationService_StreamNotifications",
}
"""They answer for as long as the caller listens."""
EXAMPLES, PATIENCE_S = 4, 20.0
LONGEST_URL = 8000
"""The HTTP server refuses longer ones before anybody here is asked, and not in JSON."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
pytestmark = pytest.mark.slow

schemathesis.openapi.format("int64", st.integers(-(2**63), 2**63 - 1).map(str))
schemathesis.openapi.format("uint64", st.integers(0, 2**64 - 1).map(str))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


class Person:
    """Somebody who is signed in, and has something of each kind that a path can name."""

    def __init__(self, url: str) -> None:
        self.url, self.http = url, requests.Session()
        answer = self.http.post(f"{url}/v1/session", json={"name": "Ada"}, timeout=PATIENCE_S)
        self.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        self.http.cookies.clear()

    def make(self, path: str, body: dict[str, Any], kind: str) -> str:
        """Create something, and return its name."""
        answer = self.http.post(f"{self.url}/v1/{path}", json=body, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        name: str = answer.json()[kind]["name"]
        return name

    def names_for(self, wanted: set[str]) -> dict[str, str]:
        """Return what stands in a path for each of these parameters, made anew: calls may delete it."""
        found = {}
        if {"document", "version"} & wanted:
            document = self.make("documents", {"document": {"title": "Ada's"}}, "document")
            found["document"] = document
            found["version"] = self.make(f"{document}/versions", {"title": "One"}, "version")
        if {"project", "folder"} & wanted:
            project = self.make("projects", {"project": {"title": "Ada's"}}, "project")
            found["project"] = project
            found["folder"] = self.make(f"{project}/folders", {"folder": {"title": "In it"}}, "folder")
        if {"organization", "group", "role"} & wanted:
            organization = self.make("organizations", {"organization": {"title": "Ada's"}}, "organization")
            role = {"role": {"title": "Reader", "permissions": ["PERMISSION_DOCUMENT_READ"]}}
            found["organization"] = organization
            found["group"] = self.make(f"{organization}/groups", {"group": {"title": "All"}}, "group")
            found["role"] = self.make(f"{organization}/roles", role, "role")
        return {kind: name.rpartition("/")[2] for kind, name in found.items() if kind in wanted}


@pytest.fixture(scope="module")
def ada(shoal: ShoalProcess) -> Iterator[Person]:
    person = Person(shoal.url)
    yield person
    person.http.close()


def as_shown(operation_id: str, names: dict[str, str]) -> Case:
    """The call as the document shows it, with real names in the path."""
    body = OPERATIONS[operation_id].get("requestBody", {}).get("content", {}).get("application/json")
    operation = SCHEMA.find_operation_by_id(operation_id)
    if body is None:
        return operation.Case(path_parameters=names)
    return operation.Case(path_parameters=names, body=body["example"], media_type="application/json")


def as_given(names: dict[str, str], mode: GenerationMode, operation_id: str) -> st.SearchStrategy[Case]:
    operation = SCHEMA.find_operation_by_id(operation_id)
    if not names:
        return operation.as_strategy(generation_mode=mode)
    real = operation.as_strategy(generation_mode=mode, path_parameters=names)
    return real | operation.as_strategy(generation_mode=mode)


def fits_a_request(case: Case) -> bool:
    sent = case.as_transport_kwargs(base_url="http://localhost")
    return len(requests.Request("GET", sent["url"], params=sent["params"]).prepare().url or "") < LONGEST_URL


def check_stream(operation: dict[str, Any], response: Response) -> None:
    """A stream is no JSON value but one a line, of which schemathesis knows nothing."""
    answers = operation["responses"]
    answer = answers[str(response.status_code)]
    answer = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
    schema = {**answer["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
    for line in response.content.splitlines():
        Draft202012Validator(schema).validate(json.loads(line))


def called(ada: Person, operation_id: str) -> Callable[[Case], None]:
    operation = OPERATIONS[operation_id]
    streams = "x-server-streaming" in operation

    def call(case: Case) -> None:
        response = case.call(base_url=ada.url, session=ada.http, timeout=PATIENCE_S)
        checks = [not_a_server_error, status_code_conformance] if streams else CHECKS
        case.validate_response(response, checks=checks)
        # `default` would make every status a documented one.
        assert str(response.status_code) in operation["responses"], response.text
        if streams:
            check_stream(operation, response)

    return call


@pytest.mark.parametrize("operation_id", sorted(set(OPERATIONS) - ENDLESS))
def test_an_operation_answers_as_it_is_documented(ada: Person, operation_id: str) -> None:
    parameters = OPERATIONS[operation_id].get("parameters", [])
    names = ada.names_for({each["name"] for each in parameters if each["in"] == "path"})
    call = called(ada, operation_id)
    if names or not any(each["in"] == "path" for each in parameters):
        call(as_shown(operation_id, names))
    for mode in GenerationMode:
        if mode.is_negative and not (parameters or "requestBody" in OPERATIONS[operation_id]):
            continue
        run = given(case=as_given(names, mode, operation_id).filter(fits_a_request))(lambda case: call(case))
        settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(run)()
