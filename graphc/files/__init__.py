"""Files of data: arrays in and out, the state of a program, and the values of feeds.

In: paths, and text such as `[[1, 2], [3, 4]]` or `@data.npz:X`.  Out: NumPy arrays, or Diagnostics that name the file.
Formats are `.npy .npz .csv .json .safetensors`.  No file can run code, sizes are checked before memory is taken, and
what is written replaces the old file at once or not at all.
"""

from __future__ import annotations

from graphc.files.arrays import read_array, read_arrays, write_array, write_arrays
from graphc.files.feed_text import parse_feed
from graphc.files.state import is_state, load_random, load_state, load_training, save_state, update_state

__all__ = [
    "is_state", "load_random", "load_state", "load_training", "parse_feed", "read_array", "read_arrays",
    "save_state", "update_state", "write_array", "write_arrays",
]  # fmt: skip
