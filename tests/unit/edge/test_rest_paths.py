"""The paths of all services together: none of them is taken by another rpc."""

from __future__ import annotations

import re

import pytest

from edge.gateway.binding import Binding
from edge.gateway.router import Router
from edge.rest import BINDINGS


@pytest.fixture(scope="module")
def router() -> Router:
    router = Router()
    for binding in BINDINGS:
        router.add(binding)
    return router


@pytest.mark.parametrize("binding", BINDINGS, ids=lambda each: f"{each.verb} {each.template}")
def test_a_path_means_its_own_rpc(router: Router, binding: Binding) -> None:
    path = re.sub(r"\{[^=}]+=([^}]*)\}", lambda match: match[1], binding.template).replace("*", "x-1")
    assert router.match(binding.verb, path).binding is binding
