"""A site with a tiny pack, and a host beside it, for the tests of the API."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.hosts import add_shapes, host_of
from helpers.pictures import encoded

from insitu_build.server import SiteServer

SIDE = 16


def colour(red: int, green: int, blue: int, format: str = "PNG", side: int = SIDE) -> bytes:
    """One of the pack `shapes`: red is a disc, green a square, blue a star."""
    return encoded(np.full((side, side, 3), (red, green, blue), np.uint8), format)


@pytest.fixture(scope="session")
def embed_dist(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("embed") / "dist"
    shutil.copytree(dist, copy)
    add_shapes(copy)
    return copy


@pytest.fixture
def insitu(embed_dist: Path) -> Iterator[SiteServer]:
    """The site of Insitu, with `shapes` as its default pack."""
    for path in embed_dist.rglob("*"):
        os.utime(path)
    with SiteServer(embed_dist, sub_path="/insitu/") as server:
        yield server


@pytest.fixture
def host(insitu: SiteServer, tmp_path: Path) -> Iterator[SiteServer]:
    """A page of another origin without a policy of its own."""
    with host_of(insitu, tmp_path / "host") as server:
        yield server
