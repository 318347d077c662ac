"""Philox4x32-10: random bits as a function of a key and a counter (Salmon, Moraes, Dror and Shaw, 2011).

In: a key of 64 bits.  Out: words of 32 bits by their number, and other keys.  There is no state: the same key gives
the same words on every machine, in any order.  The counter's 128 bits, lowest word first, are

    number (64) | stream (32) | use (32)

where the use is 0 for words that are drawn, 1 for `fold_in` and 2 for `fold_name`: what is drawn with a key says
nothing about the keys that are made of it.  Ops of the random family and the executors call it.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Long = npt.NDArray[np.uint64]
Counter = tuple[int, int, int, int]

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_MASK = 0xFFFFFFFF
_DRAW, _FOLD_IN, _FOLD_NAME = range(3)
_CHUNK = 1 << 15  # blocks at a time: what they need stays in the cache
_FEW = 12  # blocks which are made faster one by one


def block(counter: Counter, key: int) -> Counter:
    """Four words for a counter of four words."""
    a, b, c, d = counter
    k0, k1 = key & _MASK, key >> 32
    for _ in range(_ROUNDS):
        p, q = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b, c, d = (q >> 32) ^ b ^ k0, q & _MASK, (p >> 32) ^ d ^ k1, p & _MASK
        k0, k1 = (k0 + _WEYL[0]) & _MASK, (k1 + _WEYL[1]) & _MASK
    return a, b, c, d


def words(key: int, count: int, stream: int = 0) -> Words:
    """The first `count` words that a key gives: four for each number, in order."""
    blocks = -(-count // 4)
    if blocks <= _FEW:
        few = [w for i in range(blocks) for w in block((i, 0, stream, _DRAW), key)]
        return np.array(few[:count], np.uint32)
    made = np.empty((blocks, 4), np.uint32)
    for start in range(0, blocks, _CHUNK):
        part = made[start : start + _CHUNK]
        _fill(part, key, start, stream)
    return made.reshape(-1)[:count]


def long_words(key: int, count: int, stream: int = 0) -> Long:
    """Words of 64 bits, each made of two, the lower one first."""
    pairs = words(key, 2 * count, stream)
    if np.little_endian:
        return pairs.view(np.uint64)
    return pairs[0::2] | (pairs[1::2].astype(np.uint64) << np.uint64(32))


def _fill(made: Words, key: int, start: int, stream: int) -> None:
    """The rounds of `block` for the numbers from `start` on, all at once.  Each array holds one word of 32 bits."""
    shift, mask = np.uint64(32), np.uint64(_MASK)
    first, second = (np.uint64(m) for m in _MULTIPLIERS)
    b = np.arange(start, start + len(made), dtype=np.uint64)
    a, c, d = b & mask, np.full_like(b, stream), np.full_like(b, _DRAW)
    np.right_shift(b, shift, out=b)
    p, q = np.empty_like(b), np.empty_like(b)
    k0, k1 = key & _MASK, key >> 32
    for _ in range(_ROUNDS):
        np.multiply(a, first, out=p)
        np.multiply(c, second, out=q)
        np.right_shift(q, shift, out=a)
        np.bitwise_xor(a, b, out=a)
        np.bitwise_xor(a, np.uint64(k0), out=a)
        np.right_shift(p, shift, out=c)
        np.bitwise_xor(c, d, out=c)
        np.bitwise_xor(c, np.uint64(k1), out=c)
        np.bitwise_and(q, mask, out=b)
        np.bitwise_and(p, mask, out=d)
        k0, k1 = (k0 + _WEYL[0]) & _MASK, (k1 + _WEYL[1]) & _MASK
    for i, word in enumerate((a, b, c, d)):
        made[:, i] = word


# ---------------------------------------------------------------- keys


def fold_in(key: int, n: int) -> int:
    """A key for the `n`-th of what `key` is for; `n` counts modulo 2**64."""
    return _folded(key, n, _FOLD_IN)


def fold_name(key: int, name: str) -> int:
    """A key for what is called `name` among what `key` is for."""
    return _folded(key, _digest(name), _FOLD_NAME)


def _folded(key: int, n: int, use: int) -> int:
    low, high, _, _ = block((n & _MASK, (n >> 32) & _MASK, 0, use), key)
    return low | high << 32


@lru_cache(4096)
def _digest(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
