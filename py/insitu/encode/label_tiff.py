"""Label images to TIFF as ImageJ, Fiji and QuPath open them."""

from __future__ import annotations

import io
import zlib
from typing import Any

from ..errors import ImageUnsupported
from ..objects.runs import Runs, labels_of_runs
from ..types import Spacing

_STRIP_BYTES = 2**20
_LEVEL = 6
_HIGHEST_16 = 65_535
_HIGHEST_32 = 2**24  # single precision has gaps from here on
_MICROMETRES = {"um": 1.0, "mm": 1000.0}


def encode_label_tiff(runs: Runs, spacing: Spacing | None) -> bytes:
    """Each pixel holds the number of its object, and 0 is background.

    ImageJ knows no integers of 32 bits; beyond 65,535 objects they become numbers of single precision, which are exact
    up to 16,777,216. Pixels are compressed in strips of whole rows, so that the image is never held as a whole.

    Parameters
    ----------
    spacing
        Written in micrometres, where the file said it.

    Raises
    ------
    ImageUnsupported
        The highest number of an object is beyond 16,777,216.
    """
    from tifffile import imwrite

    if runs.count > _HIGHEST_32:
        raise ImageUnsupported(f"{runs.count} objects are more than a label image for ImageJ tells apart.")
    dtype = "<u2" if runs.count <= _HIGHEST_16 else "<f4"
    rows = max(1, _STRIP_BYTES // (4 * max(1, runs.width)))
    strips = (
        zlib.compress(labels_of_runs(runs, first, min(first + rows, runs.height)).astype(dtype).data, _LEVEL)
        for first in range(0, runs.height, rows)
    )
    buffer = io.BytesIO()
    imwrite(
        buffer,
        strips,
        shape=(runs.height, runs.width),
        dtype=dtype,
        imagej=True,
        byteorder="<",  # Pillow 12.2 reads compressed floats of the other order swapped
        compression="zlib",
        rowsperstrip=rows,
        **_calibration(runs, spacing),
    )
    return buffer.getvalue()


def _calibration(runs: Runs, spacing: Spacing | None) -> dict[str, Any]:
    shown = {"min": 0.0, "max": float(max(runs.count, 1))}
    if spacing is None:
        return {"metadata": shown}
    factor = _MICROMETRES[spacing.unit]
    return {
        "resolution": (1 / (spacing.x * factor), 1 / (spacing.y * factor)),
        "metadata": {**shown, "unit": "micron"},
    }
