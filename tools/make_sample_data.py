"""Writes samples/data: the data sets that scikit-learn ships, in the form that the sample programs take.

    python -m venv /tmp/data-venv && /tmp/data-venv/bin/pip install scikit-learn
    /tmp/data-venv/bin/python tools/make_sample_data.py [FOLDER]

What comes in: scikit-learn's bundled copies (nothing is downloaded).  What goes out: one file per data set, byte for
byte the same on every run and machine: archives are stored uncompressed with a fixed date, means are exactly rounded
sums, the split comes from NumPy's frozen `RandomState` stream, and the formulas use exact arithmetic only.
Sources and licences are in samples/data/README.md.
"""

from __future__ import annotations

import io
import math
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets

Array = np.ndarray[Any, np.dtype[Any]]

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_npz(path: Path, arrays: Mapping[str, Array]) -> None:
    """`np.savez` with the entries in the order given and no clock in the file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", ZIP_EPOCH)
            entry.create_system = 3  # "Unix", whatever wrote it
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, buffer.getvalue())


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    lines = [",".join(columns), *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def standardise(x: Array) -> Array:
    """Columns with mean 0 and standard deviation 1; `fsum` makes the result independent of summation order."""
    columns = []
    for column in x.T:
        centred = column - math.fsum(column) / len(column)
        columns.append(centred / math.sqrt(math.fsum(centred**2) / len(column)))
    return np.stack(columns, axis=1)


def digits(folder: Path) -> None:
    """1,797 images of 8 x 8 pixels, grey levels 0 to 16 scaled to 0..1; every fifth of a shuffled deck is held out."""
    data = datasets.load_digits()
    order = np.random.RandomState(0).permutation(len(data.data))
    held_out, training = np.split(order, [len(order) // 5])
    pixels, labels = (data.data / 16).astype("<f4"), data.target.astype("<i8")
    arrays = {"X": pixels[training], "Y": labels[training], "Xtest": pixels[held_out], "Ytest": labels[held_out]}
    write_npz(folder / "digits.npz", arrays)


def diabetes(folder: Path) -> None:
    """Ten standardised measurements of 442 patients, and the progression of the disease one year later."""
    data = datasets.load_diabetes(scaled=False)
    write_npz(folder / "diabetes.npz", {"X": standardise(data.data).astype("<f4"), "Y": data.target.astype("<f4")})


def breast_cancer(folder: Path) -> None:
    """Thirty standardised features of 569 tumours; label 1 is benign."""
    data = datasets.load_breast_cancer()
    write_npz(folder / "breast_cancer.npz", {"X": standardise(data.data).astype("<f8"), "Y": data.target.astype("<i8")})


def iris(folder: Path) -> None:
    """150 flowers in centimetres; species 0 setosa, 1 versicolor, 2 virginica."""
    data = datasets.load_iris()
    columns = ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"]
    rows = ([*(f"{v:.1f}" for v in x), str(y)] for x, y in zip(data.data, data.target, strict=True))
    write_csv(folder / "iris.csv", columns, rows)


def lab(folder: Path) -> None:
    """A made-up decay, 2 exp(-t/2) + 0.5 at 25 times, read from a dial: rounded after a fixed, noise-like offset."""
    times = [k / 4 for k in range(25)]
    offsets = [((k * k * 7 + k * 3) % 11 - 5) / 250 for k in range(25)]
    signal = [2 * math.exp(-t / 2) + 0.5 + offset for t, offset in zip(times, offsets, strict=True)]
    write_csv(
        folder / "lab.csv",
        ["time", "signal", "err"],
        ([f"{t:.2f}", f"{s:.3f}", "0.020"] for t, s in zip(times, signal, strict=True)),
    )


def attention(folder: Path) -> None:
    """Made-up tokens and weights for one attention head: multiples of 1/8 from quadratic residues, exact in f32."""

    def table(rows: int, columns: int, a: int, b: int) -> Array:
        k = np.arange(rows * columns)
        return (((k * k * a + k * b) % 17 - 8) / 8).reshape(rows, columns).astype("<f4")

    weights = {name: table(4, 4, a, a + 2) for name, a in (("Wq", 2), ("Wk", 3), ("Wv", 5), ("Wo", 7))}
    write_npz(folder / "attention.npz", {"X": table(6, 4, 3, 1), **weights})


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for write in (digits, diabetes, breast_cancer, iris, lab, attention):
        write(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "samples" / "data")
