"""The hint of a matrix that isn't positive definite is enough to make it so."""

from __future__ import annotations

import re

import numpy as np
import pytest

import graphc
from graphc.diagnostics import Diagnostics


@pytest.mark.parametrize("matrix", ["-eye(2)", "[[1.0, 2.0], [2.0, 4.0]]", "stack([eye(3), -7.3 * eye(3)])"])
def test_the_hint_works(matrix: str) -> None:
    with pytest.raises(Diagnostics) as error:
        graphc.loads(f"m = {matrix}\noutput y = cholesky(m)\n").compile()()
    hint = error.value.items[0].hint
    assert hint is not None and re.fullmatch(r"cholesky\(m \+ [\d.e-]+ \* eye\(\d\)\)", hint)
    assert np.isfinite(graphc.loads(f"m = {matrix}\noutput y = {hint}\n").compile()()["y"]).all()
