"""Structured damage, where no fuzzer that follows coverage can be had, and for tests."""

from __future__ import annotations

import random

_ODD = (0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF)
_SIZES = (1, 2, 4, 8)
_LIMIT = 1 << 16


def mutate(data: bytes, source: random.Random) -> bytes:
    """Change a file in one to six ways: bits, numbers at and beside their limits, parts left out, doubled or moved."""
    damaged = bytearray(data)
    for _ in range(source.randint(1, 6)):
        if not damaged:
            break
        source.choice(_WAYS)(damaged, source)
    return bytes(damaged[:_LIMIT])


def _flip(data: bytearray, source: random.Random) -> None:
    data[source.randrange(len(data))] ^= 1 << source.randrange(8)


def _replace(data: bytearray, source: random.Random) -> None:
    size = source.choice(_SIZES)
    place = _place(data, source)
    order = "little" if source.random() < 0.5 else "big"
    highest = (1 << 8 * size) - 1
    value = source.choice((*_ODD, highest, highest >> 1, (highest >> 1) + 1, source.randint(0, highest)))
    data[place : place + size] = (value & highest).to_bytes(size, "little" if order == "little" else "big")


def _cut(data: bytearray, source: random.Random) -> None:
    place = _place(data, source)
    del data[place : place + source.randint(1, 64)]


def _shorten(data: bytearray, source: random.Random) -> None:
    del data[source.randrange(len(data)) :]


def _double(data: bytearray, source: random.Random) -> None:
    place = _place(data, source)
    data[place:place] = data[place : place + source.randint(1, 256)]


def _move(data: bytearray, source: random.Random) -> None:
    start, end = _place(data, source), _place(data, source)
    size = source.choice(_SIZES)
    data[end : end + size] = data[start : start + size]


def _place(data: bytearray, source: random.Random) -> int:
    """Anywhere, but every second time in the header, where the sizes are."""
    return source.randrange(min(len(data), 256) if source.random() < 0.5 else len(data))


_WAYS = (_flip, _flip, _replace, _replace, _replace, _cut, _shorten, _double, _move)
