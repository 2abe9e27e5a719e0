from __future__ import annotations

import numpy as np
import pytest

from insitu.pack_types import Tiling
from insitu.tiles import cut_tiles

TILING = Tiling(tile_px=64, halo_px=24, edge_px=10, multiple=8)


@pytest.mark.parametrize("size", [(1, 1), (64, 64), (65, 200), (300, 63)])
def test_tiles_cover_every_pixel_once(size: tuple[int, int]) -> None:
    covered = np.zeros(size, int)
    for tile in cut_tiles(*size, TILING):
        covered[slice(*tile.rows), slice(*tile.columns)] += 1
    np.testing.assert_array_equal(covered, 1)


@pytest.mark.parametrize("size", [(5, 7), (64, 130), (301, 250)])
def test_windows_lie_on_the_grid_of_the_network(size: tuple[int, int]) -> None:
    for tile in cut_tiles(*size, TILING):
        for window in (tile.window_rows, tile.window_columns):
            assert window[0] % 8 == 0
            assert window[1] % 8 == 0


def test_windows_reach_a_halo_beyond_the_tile_inside_and_the_edge_outside() -> None:
    tiles = {(tile.rows[0], tile.columns[0]): tile for tile in cut_tiles(200, 200, TILING)}
    assert tiles[0, 0].window_rows == (-16, 88)
    assert tiles[64, 0].window_rows == (40, 152)
    assert tiles[192, 64].window_rows == (168, 216)
    assert tiles[192, 64].crop == (slice(24, 32), slice(24, 88))


def test_one_tile_sees_of_the_surroundings_what_many_see() -> None:
    whole = next(iter(cut_tiles(200, 200, Tiling(1024, 24, 10, 8))))
    parts = list(cut_tiles(200, 200, TILING))
    assert min(tile.window_rows[0] for tile in parts) == whole.window_rows[0]
    assert max(tile.window_columns[1] for tile in parts) == whole.window_columns[1]
