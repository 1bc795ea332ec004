"""Conformance suites are plain modules: their assertions are to be explained like those of tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.conformance.log_suite")
