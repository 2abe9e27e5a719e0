"""Pixels to tensor: geometry with Pillow's filters, then the operations of a description.

The same code prepares images for training, under CPython and in the browser. Every
operation gives the same bits in each: elementwise float32 arithmetic is IEEE exact, and
sums run strictly in order (`_ordered_sum`), because the order of numpy's own pairwise
sums depends on the processor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from .errors import PackInvalid
from .pack_types import Geometry, Operation
from .scale import scale
from .statistics import percentiles
from .types import Picture

FILTERS: Mapping[str, PilImage.Resampling] = {
    "nearest": PilImage.Resampling.NEAREST,
    "box": PilImage.Resampling.BOX,
    "bilinear": PilImage.Resampling.BILINEAR,
    "hamming": PilImage.Resampling.HAMMING,
    "bicubic": PilImage.Resampling.BICUBIC,
    "lanczos": PilImage.Resampling.LANCZOS,
}


def prepare(picture: Picture, geometry: Geometry, operations: Sequence[Operation]) -> NDArray[np.float32]:
    """Turn an image into the input of a network.

    Returns
    -------
    (1, 3, geometry.height, geometry.width) float32
        Contiguous, ready for `Session.run`.
    """
    return as_input(fit(picture, geometry), operations)


def as_input(fitted_hwc: NDArray[np.uint8], operations: Sequence[Operation]) -> NDArray[np.float32]:
    """What `fit` gave, (h, w, 3), as the input of a network: (1, 3, h, w) float32, contiguous."""
    return np.ascontiguousarray(normalise(fitted_hwc, operations)[np.newaxis])


def resample(image_hwc: NDArray[np.uint8], geometry: Geometry) -> NDArray[np.uint8]:
    """Scale an image to the size of the network's input.

    Parameters
    ----------
    image_hwc : (H, W, C) uint8

    Returns
    -------
    (geometry.height, geometry.width, C) uint8
    """
    return fit(Picture(image_hwc), geometry)


def fit(picture: Picture, geometry: Geometry) -> NDArray[np.uint8]:
    """A picture at the size of the network's input, (geometry.height, geometry.width, 3) uint8."""
    return np.asarray(_FITS[geometry.fit](picture, geometry))


def _scale(picture: Picture, size: tuple[int, int], geometry: Geometry) -> PilImage.Image:
    return scale(picture, size, FILTERS[geometry.filter], geometry.reducing_gap)


def _stretch(picture: Picture, geometry: Geometry) -> PilImage.Image:
    return _scale(picture, (geometry.width, geometry.height), geometry)


def _crop(picture: Picture, geometry: Geometry) -> PilImage.Image:
    """Shorter side to `shorter_side`, then the centre; sizes and offsets round as torchvision's do."""
    shorter = geometry.shorter_side or min(geometry.width, geometry.height)
    scale_num, scale_den = shorter, min(picture.width, picture.height)
    size = (
        max(geometry.width, picture.width * scale_num // scale_den),
        max(geometry.height, picture.height * scale_num // scale_den),
    )
    scaled = _scale(picture, size, geometry)
    left = round((scaled.width - geometry.width) / 2.0)
    top = round((scaled.height - geometry.height) / 2.0)
    return scaled.crop((left, top, left + geometry.width, top + geometry.height))


def _letterbox(picture: Picture, geometry: Geometry) -> PilImage.Image:
    ratio = min(geometry.width / picture.width, geometry.height / picture.height)
    size = (max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio)))
    canvas = PilImage.new("RGB", (geometry.width, geometry.height), (geometry.pad,) * 3)
    offset = ((geometry.width - size[0]) // 2, (geometry.height - size[1]) // 2)
    canvas.paste(_scale(picture, size, geometry), offset)
    return canvas


_FITS: Mapping[str, Callable[[Picture, Geometry], PilImage.Image]] = {
    "stretch": _stretch,
    "crop": _crop,
    "letterbox": _letterbox,
}


def normalise(image_hwc: NDArray[Any], operations: Sequence[Operation]) -> NDArray[np.float32]:
    """Apply the operations of a bioimage.io description to one image.

    Parameters
    ----------
    image_hwc : (H, W, C) of any dtype

    Returns
    -------
    (C, H, W) float32
        Statistics are taken per image; `axes` naming `channel` are not reduced over it.

    Notes
    -----
    `fixed_zero_mean_unit_variance` is read as the specification writes it,
    ``(x - mean) / std``; bioimageio.core adds 1e-6 to `std`, which would put ImageNet-normalised
    tensors 1e-5 away from what training code computes.
    """
    tensor = np.ascontiguousarray(np.moveaxis(image_hwc, -1, 0))
    for operation in operations:
        tensor = _operation(operation.id)(tensor, **operation.kwargs)
    return np.ascontiguousarray(tensor, dtype=np.float32)


def fix_statistics(operations: Sequence[Operation], image_hwc: NDArray[Any]) -> tuple[Operation, ...] | None:
    """The operations with figures of this image in place of those that would be taken of what they are applied to.

    So each tile of an image is normalised by the same figures. None if the image has one value only.

    Notes
    -----
    `scale_range` over all channels is the one operation with statistics that is known here. Where both percentiles are
    one value, the largest value of the image stands for the higher one: of an image with few objects all but a
    thousandth may be background.
    """
    fixed = []
    for operation in operations:
        if operation.id == "scale_range" and not _keeps_channels(operation.kwargs.get("axes")):
            step = _fix_range(operation.kwargs, image_hwc)
            if step is None:
                return None
            fixed.append(step)
        elif operation.id in _STATISTICAL:
            raise PackInvalid(
                f"The operation {operation.id!r} needs figures that are not taken of tiled images."
            )
        else:
            fixed.append(operation)
    return tuple(fixed)


def _fix_range(kwargs: Mapping[str, Any], image_hwc: NDArray[Any]) -> Operation | None:
    ranks = (float(kwargs.get("min_percentile", 0.0)), float(kwargs.get("max_percentile", 100.0)))
    low, high = percentiles(image_hwc, ranks)
    if low == high:
        high = float(image_hwc.max())
    if low == high:
        return None
    std = high - low + float(kwargs.get("eps", 1e-6))
    return Operation("fixed_zero_mean_unit_variance", {"mean": low, "std": std})


_STATISTICAL = ("scale_range", "zero_mean_unit_variance")


def _operation(name: str) -> Callable[..., NDArray[Any]]:
    try:
        return OPERATIONS[name]
    except KeyError:
        known = ", ".join(sorted(OPERATIONS))
        raise PackInvalid(f"The operation {name!r} is not known. Known are: {known}.") from None


def _per_channel(value: float | Sequence[float]) -> NDArray[np.float32]:
    """A scalar, or one value a channel shaped to broadcast over (C, H, W)."""
    array = np.asarray(value, dtype=np.float32)
    return array if array.ndim == 0 else array.reshape(-1, 1, 1)


def _as_float32(x: NDArray[Any]) -> NDArray[np.float32]:
    return x.astype(np.float32, copy=False)


def _ensure_dtype(x: NDArray[Any], dtype: str) -> NDArray[Any]:
    return x.astype(np.dtype(dtype), copy=False)


def _binarize(x: NDArray[Any], threshold: float | Sequence[float], axis: str | None = None) -> NDArray[Any]:
    return (x > _per_channel(threshold)).astype(np.float32)


def _clip(
    x: NDArray[Any],
    min: float | None = None,
    max: float | None = None,
    min_percentile: float | None = None,
    max_percentile: float | None = None,
    axes: Sequence[str] | None = None,
) -> NDArray[Any]:
    low = _percentile(x, min_percentile, axes, "inverted_cdf") if min_percentile is not None else min
    high = _percentile(x, max_percentile, axes, "inverted_cdf") if max_percentile is not None else max
    return np.asarray(np.clip(x, low, high))


def _scale_linear(
    x: NDArray[Any],
    gain: float | Sequence[float] = 1.0,
    offset: float | Sequence[float] = 0.0,
    axis: str | None = None,
) -> NDArray[Any]:
    return _divide_or_multiply(_as_float32(x), gain) + _per_channel(offset)


def _divide_or_multiply(x: NDArray[np.float32], gain: float | Sequence[float]) -> NDArray[np.float32]:
    """``x * gain``; a gain that is 1/n for a whole n divides by n.

    ``x * float32(1/255)`` is off by one unit in the last place for half of all bytes, and
    training code divides by 255: so does this.
    """
    if isinstance(gain, (int, float)) and 0 < abs(gain) < 1:
        inverse = round(1 / gain)
        if abs(1 / gain - inverse) < 1e-3:
            return x / np.float32(inverse)
    return x * _per_channel(gain)


def _sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    return np.float32(1) / (np.float32(1) + np.exp(-_as_float32(x)))


def _softmax(x: NDArray[Any], axis: str = "channel") -> NDArray[Any]:
    shifted = np.exp(_as_float32(x) - np.max(x, axis=0, keepdims=True))
    return np.asarray(shifted / np.sum(shifted, axis=0, keepdims=True))


def _fixed_zero_mean_unit_variance(
    x: NDArray[Any], mean: float | Sequence[float], std: float | Sequence[float], axis: str | None = None
) -> NDArray[Any]:
    return (_as_float32(x) - _per_channel(mean)) / _per_channel(std)


def _zero_mean_unit_variance(
    x: NDArray[Any], axes: Sequence[str] | None = None, eps: float = 1e-6
) -> NDArray[Any]:
    mean = _mean(x.astype(np.float64), axes)
    std = np.sqrt(_mean((x - mean) ** 2, axes))
    return (_as_float32(x) - mean.astype(np.float32)) / (std + eps).astype(np.float32)


def _scale_range(
    x: NDArray[Any],
    axes: Sequence[str] | None = None,
    min_percentile: float = 0.0,
    max_percentile: float = 100.0,
    eps: float = 1e-6,
) -> NDArray[Any]:
    low = _percentile(x, min_percentile, axes, "linear")
    high = _percentile(x, max_percentile, axes, "linear")
    return (_as_float32(x) - low) / (high - low + np.float32(eps))


def _keeps_channels(axes: Sequence[str] | None) -> bool:
    return axes is not None and "channel" not in axes


def _percentile(x: NDArray[Any], q: float, axes: Sequence[str] | None, method: str) -> NDArray[np.float32]:
    """One value, or one a channel (C, 1, 1) when `axes` leaves the channels apart."""
    over = (1, 2) if _keeps_channels(axes) else (0, 1, 2)
    return np.percentile(x, q, axis=over, method=method, keepdims=True).astype(np.float32)  # type: ignore[call-overload,no-any-return]


def _mean(x: NDArray[np.float64], axes: Sequence[str] | None) -> NDArray[np.float64]:
    groups = x.reshape(x.shape[0] if _keeps_channels(axes) else 1, -1)
    return (_ordered_sum(groups) / groups.shape[1]).reshape(-1, 1, 1)


def _ordered_sum(groups: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of each row, strictly from left to right, so that every processor gives the same bits."""
    return np.add.accumulate(groups, axis=1)[:, -1]


OPERATIONS: Mapping[str, Callable[..., NDArray[Any]]] = {
    "ensure_dtype": _ensure_dtype,
    "binarize": _binarize,
    "clip": _clip,
    "scale_linear": _scale_linear,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "fixed_zero_mean_unit_variance": _fixed_zero_mean_unit_variance,
    "zero_mean_unit_variance": _zero_mean_unit_variance,
    "scale_range": _scale_range,
}
"""Operations of the bioimage.io model specification 0.5 that Insitu computes."""
