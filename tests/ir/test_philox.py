"""Philox4x32-10 against the vectors of its authors, and the keys that are made with it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from graphc.ir import philox

ALL = 0xFFFFFFFF

# kat_vectors of Random123 (Salmon, Moraes, Dror and Shaw, 2011): counter, key, words.
VECTORS = [
    ((0, 0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ALL, ALL, ALL, ALL), ALL << 32 | ALL, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        0x299F31D0 << 32 | 0xA4093822,
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), VECTORS)
def test_known_answers(counter: philox.Counter, key: int, expected: philox.Counter) -> None:
    assert philox.block(counter, key) == expected


@pytest.mark.parametrize("key", [0, 1, 2**32, 2**64 - 1, 0x0123456789ABCDEF])
@pytest.mark.parametrize("stream", [0, 1])
def test_many_words_are_those_of_blocks(key: int, stream: int) -> None:
    """Made one by one or all at once, in any number."""
    blocks = [philox.block((i, 0, stream, 0), key) for i in range(50)]
    expected = list(itertools.chain.from_iterable(blocks))
    for count in (0, 1, 3, 4, 5, 47, 48, 49, 53, 200):
        found = philox.words(key, count, stream)
        assert found.dtype == np.uint32
        assert found.tolist() == expected[:count]


def test_words_beyond_a_chunk() -> None:
    found = philox.words(5, 4 * philox._CHUNK + 12)
    for i in (philox._CHUNK - 1, philox._CHUNK, philox._CHUNK + 2):
        assert tuple(found[4 * i : 4 * i + 4].tolist()) == philox.block((i, 0, 0, 0), 5)


def test_numbers_beyond_32_bits() -> None:
    """The counter's upper half counts, too."""
    made = np.empty((2, 4), np.uint32)
    philox._fill(made, 9, 2**32 - 1, 0)
    assert tuple(made[0].tolist()) == philox.block((ALL, 0, 0, 0), 9)
    assert tuple(made[1].tolist()) == philox.block((0, 1, 0, 0), 9)


def test_long_words_are_pairs() -> None:
    pairs = philox.words(3, 20).astype(np.uint64)
    assert philox.long_words(3, 10).tolist() == (pairs[0::2] | pairs[1::2] << np.uint64(32)).tolist()


def test_keys() -> None:
    """They are what they always were: programs count on it."""
    assert philox.fold_in(0, 0) == philox.block((0, 0, 0, 1), 0)[0] | philox.block((0, 0, 0, 1), 0)[1] << 32
    assert philox.fold_in(1, -1) == philox.fold_in(1, 2**64 - 1)
    assert philox.fold_name(0, "x.normal") == KEY_OF_X
    keys = [philox.fold_in(k, n) for k in range(40) for n in range(40)]
    keys += [philox.fold_name(k, f"{n}") for k in range(40) for n in range(40)]
    keys += philox.long_words(0, 1000).tolist()
    assert len(set(keys)) == len(keys)


KEY_OF_X = 8991684114777571064
