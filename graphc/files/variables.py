"""Variables as files hold them: numbers as safetensors, strings, which those lack, as text.

In: arrays by the path of their variable.  Out: bytes, and what a manifest says of them; and arrays again, or
Diagnostics E0704.  `state` and `saved` write both into their folders.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from graphc.files.problems import damaged
from graphc.files.tensors import Tensors, write_tensors
from graphc.ir.literal import dtype_of
from graphc.ir.types import STR, Array


@dataclass(frozen=True, slots=True)
class Packed:
    """Variables, packed: `data` is a safetensors file, `described` has dtypes and shapes, `strings` the others."""

    data: bytes
    described: dict[str, dict[str, Any]]
    strings: dict[str, list[str]]


def pack(variables: Mapping[str, Array]) -> Packed:
    """Variables as bytes and text."""
    strings = {k: a for k, a in sorted(variables.items()) if a.dtype.hasobject}
    data = write_tensors({k: a for k, a in variables.items() if k not in strings})
    described = {
        k: {"dtype": STR.name if k in strings else dtype_of(a).name, "shape": list(a.shape)}
        for k, a in sorted(variables.items())
    }
    return Packed(data, described, {k: a.reshape(-1).tolist() for k, a in strings.items()})


def unpack(packed: Packed, name: str, manifest: str) -> dict[str, Array]:
    """The variables, all of those that are described.  `name`, `manifest`: what messages call the files."""
    arrays = Tensors(packed.data, name).arrays()
    declared = {k: (v["dtype"], v["shape"]) for k, v in packed.described.items()}
    strings = {k: v for k, v in declared.items() if v[0] == STR.name}
    numbers = {k: v for k, v in declared.items() if k not in strings}
    if numbers != {k: (dtype_of(a).name, list(a.shape)) for k, a in arrays.items()}:
        raise damaged(name, f"doesn't hold the variables that {manifest} lists")
    return arrays | _strings(packed.strings, strings, manifest)


def _strings(held: Any, declared: dict[str, tuple[str, list[int]]], manifest: str) -> dict[str, Array]:
    """The variables that hold strings.  Raises Diagnostics E0704."""
    try:
        if held.keys() != declared.keys() or any(len(held[k]) != math.prod(s) for k, (_, s) in declared.items()):
            raise ValueError
        arrays = {k: np.array(held[k], object).reshape(shape) for k, (_, shape) in declared.items()}
    except (AttributeError, KeyError, ValueError, TypeError):
        raise damaged(manifest, "doesn't hold the strings that it lists") from None
    if not all(isinstance(x, str) for a in arrays.values() for x in a.flat):
        raise damaged(manifest, "doesn't hold the strings that it lists")
    return arrays


def well_described(described: object) -> bool:
    """Is it what `Packed.described` may be?"""
    return isinstance(described, dict) and all(
        isinstance(v, dict) and isinstance(v.get("dtype"), str) and isinstance(v.get("shape"), list)
        and all(type(d) is int and d >= 0 for d in v["shape"])
        for v in described.values()
    )  # fmt: skip


def digest_of(strings: Any) -> str:
    """A checksum of text that stands in a manifest."""
    return sha256(json.dumps(strings, sort_keys=True).encode()).hexdigest()
