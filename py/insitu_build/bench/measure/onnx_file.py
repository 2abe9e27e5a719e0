"""A network of a given size, written without the `onnx` package: just enough protobuf for a few convolutions.

Field numbers are those of onnx.proto (ONNX 1.x, IR version 8).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

_IR_VERSION = 8
_OPSET = 17
_FLOAT = 1
_INTS = 7


def large_network(layers: int, channels: int = 512, side: int = 64) -> bytes:
    """`layers` dense 3 x 3 convolutions with random weights: 9.4 MB each at 512 channels.

    The input is (1, 3, side, side) float32, the output (1, channels, 1, 1).
    """
    random = np.random.default_rng(0)
    shapes = {"stem": (channels, 3, 3, 3), **{f"conv{n}": (channels, channels, 3, 3) for n in range(layers)}}
    nodes, tensors, before = [], [], "image"
    for name, shape in shapes.items():
        weights = random.standard_normal(shape, dtype=np.float32) / np.float32(np.sqrt(9 * shape[1]))
        tensors.append(_tensor(f"{name}.weight", weights))
        nodes.append(_node("Conv", [before, f"{name}.weight"], name, _ints("pads", [1, 1, 1, 1])))
        nodes.append(_node("Relu", [name], f"{name}.relu"))
        before = f"{name}.relu"
    nodes.append(_node("GlobalAveragePool", [before], "pooled"))
    graph = [
        *(_bytes(1, node) for node in nodes),
        _text(2, "large"),
        *(_bytes(5, tensor) for tensor in tensors),
        _bytes(11, _value("image", (1, 3, side, side))),
        _bytes(12, _value("pooled", (1, channels, 1, 1))),
    ]
    opset = _text(1, "") + _int(2, _OPSET)
    return _int(1, _IR_VERSION) + _bytes(7, b"".join(graph)) + _bytes(8, opset)


def _node(operator: str, inputs: Iterable[str], output: str, *attributes: bytes) -> bytes:
    names = b"".join(_text(1, name) for name in inputs) + _text(2, output)
    return names + _text(4, operator) + b"".join(_bytes(5, attribute) for attribute in attributes)


def _ints(name: str, values: Iterable[int]) -> bytes:
    return _text(1, name) + b"".join(_int(8, value) for value in values) + _int(20, _INTS)


def _tensor(name: str, array: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bytes:
    dims = b"".join(_int(1, length) for length in array.shape)
    return dims + _int(2, _FLOAT) + _text(8, name) + _bytes(9, array.astype("<f4").tobytes())


def _value(name: str, shape: Iterable[int]) -> bytes:
    dims = b"".join(_bytes(1, _int(1, length)) for length in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _int(1, _FLOAT) + _bytes(2, dims)))


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
