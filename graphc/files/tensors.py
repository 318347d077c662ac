"""`.safetensors` files: arrays by name, in a format that checks its own sizes.

In: bytes.  Out: arrays.  Called by `arrays` and `state`.
"""

from __future__ import annotations

import numpy as np

from graphc.files.problems import damaged, key_needed, no_such_key
from graphc.ir.types import Array

_DTYPES = {
    "BOOL": "?", "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "U8": "<u1", "U16": "<u2", "U32": "<u4", "U64": "<u8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip


class Tensors:
    """A safetensors file.  Raises Diagnostics E0703 and E0704."""

    def __init__(self, data: bytes, name: str) -> None:
        import safetensors

        self.name = name
        try:
            self._tensors = dict(sorted(safetensors.deserialize(data)))  # type: ignore[no-untyped-call]
        except safetensors.SafetensorError:
            raise damaged(name, "is empty" if not data else "is no .safetensors file, or a damaged one") from None

    def arrays(self) -> dict[str, Array]:
        return {key: self.read(key) for key in self._tensors}

    def read(self, key: str | None) -> Array:
        """The array `key`, or the only one."""
        if key is None:
            if len(self._tensors) != 1:
                raise key_needed(self.name, self._tensors)
            (key,) = self._tensors
        elif key not in self._tensors:
            raise no_such_key(self.name, key, self._tensors, "array")
        tensor = self._tensors[key]
        dtype = _DTYPES.get(tensor["dtype"])
        if dtype is None:
            raise damaged(f"{self.name}:{key}", f"holds {tensor['dtype']} numbers, which aren't known")
        return np.frombuffer(bytearray(tensor["data"]), dtype).reshape(tensor["shape"])


def write_tensors(arrays: dict[str, Array]) -> bytes:
    """A safetensors file.  ValueError for strings, which it can't hold."""
    from safetensors.numpy import save

    for name, array in arrays.items():
        if array.dtype.hasobject or array.dtype.kind not in "biuf":
            raise ValueError(f"{name} holds strings, which .safetensors files can't")
    return save({name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()})
