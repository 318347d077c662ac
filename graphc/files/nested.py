"""`.json` files: nested lists of numbers, or an object of them by name.

In: bytes.  Out: arrays.  Numbers that JSON lacks are the strings "nan", "inf" and "-inf"; what `--json` prints for an
array, `{"dtype": …, "shape": …, "data": …}`, is read back.  Called by `arrays`; `read_json` gives other documents.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from graphc.files.problems import damaged, key_needed, no_keys, no_names, no_such_key, unreadable
from graphc.ir.decimals import array_of, number, singles_of, to_f32, with_singles
from graphc.ir.literal import json_value
from graphc.ir.types import DTYPES, STR, Array

_NON_FINITE = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}


def parse_json(data: bytes, name: str) -> Any:
    """The value of a JSON file.  Raises Diagnostics E0704."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=number)
    except UnicodeDecodeError:
        raise damaged(name, "is no JSON file: it isn't UTF-8 text") from None
    except json.JSONDecodeError as error:
        what = "is empty" if not data.strip() else f"is no JSON: line {error.lineno}, {error.msg.lower()}"
        raise damaged(name, what) from None
    except OverflowError:
        raise damaged(name, "has a number that is too large for f64") from None
    except (RecursionError, ValueError):
        raise damaged(name, "is nested too deeply, or has numbers with too many digits") from None


def read_json(path: str) -> Any:
    """The value of the JSON file at a path.  Raises Diagnostics E0701 and E0704."""
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise unreadable(path, error if isinstance(error, OSError) else FileNotFoundError()) from error
    return parse_json(data, path)


class Document:
    """A JSON file of one array, or of several by name.  Raises Diagnostics E0703 and E0704."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._value: Any = parse_json(data, name)
        self._named: dict[str, Any] | None = None
        if isinstance(self._value, dict) and not _is_array(self._value):
            self._named = self._value

    def arrays(self) -> dict[str, Array]:
        if self._named is None:
            raise no_names(self.name)
        return {key: self._array(value, f"{self.name}:{key}") for key, value in self._named.items()}

    def read(self, key: str | None) -> Array:
        if self._named is None:
            if key is not None:
                raise no_keys(self.name, key)
            return self._array(self._value, self.name)
        if key is None:
            if len(self._named) != 1:
                raise key_needed(self.name, self._named)
            (key,) = self._named
        if key not in self._named:
            raise no_such_key(self.name, key, self._named, "array")
        return self._array(self._named[key], f"{self.name}:{key}")

    def _array(self, value: Any, name: str) -> Array:
        dtype = None
        shape = None
        if isinstance(value, dict):
            if not _is_array(value):
                raise damaged(name, "holds an object where an array should be")
            if value["dtype"] == STR.name:
                return self._strings(value["data"], value.get("shape"), name)
            dtype, shape, value = DTYPES[value["dtype"]].numpy, value.get("shape"), value["data"]
        try:
            numbers = _numbers(value)
            array = to_f32(array_of(numbers)) if dtype == np.float32 else array_of(numbers, dtype)
            if shape is None or array.shape == tuple(shape):
                return array
            return with_singles(array.reshape(shape), singles_of(array))
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise damaged(name, "is no array: its lists have different lengths, or hold something else") from None

    def _strings(self, value: Any, shape: Any, name: str) -> Array:
        """Among strings, none is short for a number."""
        try:
            array = np.array(value, object)
            array = array if shape is None or array.shape == tuple(shape) else array.reshape(shape)
        except (ValueError, TypeError, RecursionError):
            array = np.empty((), object)
        if not all(isinstance(item, str) for item in array.flat):
            raise damaged(name, "is no array of strings: its lists have different lengths, or hold something else")
        return array


def _is_array(value: dict[str, Any]) -> bool:
    """Is it the form that `--json` prints?"""
    return isinstance(value.get("dtype"), str) and value["dtype"] in DTYPES and "data" in value


def _numbers(value: Any) -> Any:
    """With the strings for non-finite numbers replaced, if numbers are what there is."""
    if isinstance(value, str):
        return _NON_FINITE.get(value, value)
    if not isinstance(value, list):
        if value is None or isinstance(value, dict):
            raise TypeError("no number")
        return value
    result: list[Any] = []
    todo = [(value, result)]
    strings: set[str] = set()
    while todo:
        source, target = todo.pop()
        for item in source:
            if isinstance(item, list):
                target.append([])
                todo.append((item, target[-1]))
            elif isinstance(item, str):
                strings.add(item)
                target.append(_NON_FINITE.get(item, item))
            elif item is None or isinstance(item, dict):
                raise TypeError("no number")
            else:
                target.append(item)
    return result if strings <= _NON_FINITE.keys() else value


def to_json(array: Array) -> Any:
    """Nested lists that `json` can write and `Document` reads."""
    return json_value(array)["data"]
