"""Every elementwise op and library function, and its derivatives, over the whole range of f32 and f64.

Generated from the op records: the bound is the record's `ulps`.  A value or derivative that can be represented is
neither NaN nor 0 nor infinite, and within the bound; so is a gradient for a cotangent that is very small or large.
`python tests/range_table.py` prints what is compared here as a table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_trials import Record, count
from ranges.cases import SEEDS, cases
from ranges.check import check, check_seeded
from ranges.trials import Case, run

CASES = cases()
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
both = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["f32", "f64"])


@both
@every_case
def test_values_and_derivatives(case: Case, dtype: Any, record_property: Record) -> None:
    found = check(case, dtype)
    for f in found:
        assert f.error <= case.ulps, f
    count(record_property, "derivatives over the range", len(found))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", [c for c in CASES if not c.scaled], ids=lambda case: case.name)
def test_gradients_for_other_cotangents(case: Case, seed: float) -> None:
    """c * f(x) has its gradient where f's derivative is out of range, if f(x), c and the gradient aren't."""
    for f in check_seeded(case, np.float32, seed):
        assert f.error <= case.ulps + 2, f


WITHOUT_LIMIT = {"sin", "cos", "tan", "lgamma", "digamma", "polygamma0", "polygamma1", "polygamma2"}  # on either side


@both
@pytest.mark.parametrize("case", [c for c in CASES if not c.binary], ids=lambda case: case.name)
def test_limits_at_infinity(case: Case, dtype: Any) -> None:
    """Values and derivatives at -inf and inf, in all modes, are what they are nearing far out."""
    if case.name in WITHOUT_LIMIT:
        return
    sides = np.array([-1.0, 1.0])
    found = run(case, dtype, {"x": sides * np.inf, "seed": [1, 1]})
    far, farther = (run(case, np.float64, {"x": sides * size, "seed": [1, 1]}) for size in (1e60, 1e100))
    for name, values in found.items():
        for value, before, after in zip(values, far[name], farther[name], strict=True):
            if np.isnan(after):
                continue  # outside of the domain
            assert not np.isnan(value), name
            if abs(after) < 1e-25 or abs(after) > 1e25:
                assert value == (0 if abs(after) < 1 else np.copysign(np.inf, after)), name
            elif abs(after - before) < 1e-9 * abs(after):
                assert value == pytest.approx(after, rel=1e-6), name
