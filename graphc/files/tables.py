"""`.csv` files: columns with a heading, or a matrix without.

In: bytes.  Out: arrays - i64 where all cells are whole numbers, else f64, bool for true and false, strings for a column
of words.  A bad cell is an error that names its line.  Called by `arrays`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import numpy as np

from graphc.diagnostics import Diagnostics
from graphc.files.problems import damaged, no_such_key, problem
from graphc.ir.decimals import array_of, number, singles_of, with_singles
from graphc.ir.literal import dtype_of, format_number
from graphc.ir.types import Array

_BOOLS = {"true": True, "false": False}
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by row, with the line each row begins on.  `header`: the names of the columns, if it has them.

    `words`: a column may hold words; where numbers are wanted, one is an error that names the cell.
    """

    name: str
    header: list[str] | None
    rows: list[list[str]]
    lines: list[int]
    words: bool = True

    def arrays(self) -> dict[str, Array]:
        if self.header is None:
            raise problem("E0703", f"{self.name} has no line with the names of its columns")
        return {name: self._column(i) for i, name in enumerate(self.header)}

    def read(self, key: str | None) -> Array:
        """A column by its name, or without `key` all of it: a matrix, or a vector where there is one column."""
        if key is not None:
            if self.header is None or key not in self.header:
                raise no_such_key(self.name, key, self.header or (), "column")
            return self._column(self.header.index(key))
        columns = [self._column(i) for i in range(len(self.rows[0]) if self.rows else len(self.header or ()))]
        if len(columns) == 1:
            return columns[0]
        if not columns:
            return np.empty((0, 0))
        if len({c.dtype.kind in "if" for c in columns}) > 1:
            names = ", ".join(self.header or ())
            raise problem("E0703", f"{self.name} has columns of words and of numbers", f"its columns are {names}")
        singles = {row * len(columns) + i: x for i, c in enumerate(columns) for row, x in singles_of(c).items()}
        return with_singles(np.stack(columns, axis=1), singles)

    def _column(self, index: int) -> Array:
        cells = [row[index].strip() for row in self.rows]
        if not cells:
            return np.empty(0)
        first = cells[0]
        if first.lower() in _BOOLS:
            return np.array([self._bool(cell, i, index) for i, cell in enumerate(cells)], np.bool_)
        if not _is_number(first) and first:
            if not self.words:
                raise self._bad(first, 0, index, "no number")
            return np.array([row[index].strip(" \t") for row in self.rows])  # line breaks in quotes are part of a text
        try:
            whole = [int(cell) for cell in cells]
            if all(-_LARGEST <= n < _LARGEST for n in whole):
                return np.array(whole, np.int64)
            if all(0 <= n < 2 * _LARGEST for n in whole):
                return np.array(whole, np.uint64)
        except ValueError:
            pass  # not all whole: they are floats
        return array_of([self._float(cell, i, index) for i, cell in enumerate(cells)], np.dtype(np.float64))

    def _float(self, cell: str, row: int, column: int) -> float:
        try:
            return number(cell)
        except ValueError:
            raise self._bad(cell, row, column, "no number") from None
        except OverflowError:
            raise self._bad(cell, row, column, "too large for f64") from None

    def _bool(self, cell: str, row: int, column: int) -> bool:
        value = _BOOLS.get(cell.lower())
        if value is None:
            raise self._bad(cell, row, column, "neither true nor false")
        return value

    def _bad(self, cell: str, row: int, column: int, what: str) -> Diagnostics:
        named = f'column "{self.header[column]}"' if self.header else f"column {column + 1}"
        text = f'"{cell}" in {named} is {what}' if cell else f"{named} is empty"
        hint = "write nan for a number that is missing" if what == "no number" else None
        if hint and _is_number(point := cell.replace(",", ".", 1)):
            hint = f"decimals have a point: {point}"
        return damaged(f"{self.name}:{self.lines[row]}:", text, hint=hint)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def parse_table(data: bytes, name: str, *, words: bool = True) -> Table:
    """Raises Diagnostics E0704."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise damaged(name, "is no CSV file: it isn't UTF-8 text") from None
    if not text.strip():
        raise damaged(name, "is empty")
    rows, numbers, line = [], [], 1
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                numbers.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise damaged(f"{name}:{reader.line_num}:", f"can't be read as CSV: {error}") from None
    for row, at in zip(rows, numbers, strict=True):
        if len(row) != len(rows[0]):
            cells = f"{len(row)} cell{'s' * (len(row) != 1)}"
            raise damaged(f"{name}:{at}:", f"{cells}, where line {numbers[0]} has {len(rows[0])}")
    if all(_is_number(cell) or cell.strip().lower() in _BOOLS for cell in rows[0]):
        return Table(name, None, rows, numbers, words)
    header = [cell.strip() for cell in rows[0]]
    seen: set[str] = set()
    for column in header:
        if column in seen:
            raise damaged(name, f'has two columns "{column}"')
        seen.add(column)
    return Table(name, header, rows[1:], numbers[1:], words)


def _delimiter(text: str) -> str:
    """The likeliest of the usual ones, by the first line."""
    first = next(line for line in StringIO(text, newline="") if line.strip())
    return max(",;\t", key=first.count)


def format_table(columns: dict[str, Array]) -> Iterator[str]:
    """Lines of a table with a heading.  ValueError unless all are vectors of one length."""
    shapes = {array.shape for array in columns.values()}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        raise ValueError("a table has columns of one length")
    yield ",".join(_quoted(name) for name in columns)
    texts = [[_cell(x, array) for x in array] for array in columns.values()]
    for row in zip(*texts, strict=True):
        yield ",".join(row)


def format_matrix(array: Array) -> Iterator[str]:
    """Lines of a number, vector or matrix.  ValueError for more axes."""
    if array.ndim > 2:
        raise ValueError(f"an array with {array.ndim} axes is no table")
    for row in array.reshape(-1, 1) if array.ndim < 2 else array:
        yield ",".join(_cell(x, array) for x in row)


def _cell(value: object, array: Array) -> str:
    return _quoted(value) if isinstance(value, str) else format_number(value, dtype_of(array))


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in ',;"\n\r\t') else text
