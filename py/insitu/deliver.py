"""Files to take away from an image with objects; page and command line give the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PIL import Image as PilImage
from PIL import ImageColor

from .analysis import Segmentation
from .encode.geojson import encode_geojson
from .encode.imagej_roi import encode_roi_zip, roi_names
from .encode.label_tiff import encode_label_tiff
from .encode.png import encode_png
from .pack_types import Pack
from .types import Spacing

PACKAGES = ("tifffile",)
"""Of the site's lock file: without it an engine cannot write these files."""

OVERLAY_SIDE_PX = 1024
"""Longest side of a drawing."""


def object_files(
    name: str, found: Segmentation, pack: Pack, spacing: Spacing | None, drawing: PilImage.Image | None
) -> Mapping[str, Callable[[], Iterator[bytes]]]:
    """What belongs to one image: the end of each file's name, and how to make the file, part by part.

    Parameters
    ----------
    name
        Of the image.
    drawing
        The objects over the image; without it there is no overlay.
    """
    label = pack.classes[0]
    red, green, blue = ImageColor.getrgb(label.colour)[:3]
    runs, measured = found.runs, found.measurements
    names = [
        f"{column.title} ({column.unit})" if column.unit else column.title for column in measured.columns
    ]

    def rois() -> Iterator[bytes]:
        yield encode_roi_zip(runs, roi_names(runs.count, label.id), (red, green, blue))

    def labels() -> Iterator[bytes]:
        yield encode_label_tiff(runs, spacing)

    def geojson() -> Iterator[bytes]:
        return encode_geojson(runs, name, label.name, (red, green, blue), names, measured.values)

    files: dict[str, Callable[[], Iterator[bytes]]] = {
        "_labels.tif": labels,
        "_rois.zip": rois,
        ".geojson": geojson,
    }
    if drawing is not None:
        files["_overlay.png"] = partial(_overlay, drawing)
    return files


def _overlay(drawing: PilImage.Image) -> Iterator[bytes]:
    yield encode_png(drawing)
