"""Two builds of this very checkout give the same bytes."""

from __future__ import annotations

import pytest

from insitu_build.node import ensure_modules, find_node
from insitu_build.site import site_files

pytestmark = pytest.mark.cpython_only


def test_two_builds_give_the_same_bytes() -> None:
    modules = ensure_modules(find_node())
    first, second = site_files(modules), site_files(modules)
    assert [name for name in first if first[name] != second.get(name)] == []
    assert list(first) == list(second)
