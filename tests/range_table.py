"""`python tests/range_table.py [NAME…]`: the largest errors over the range of f32 and f64, as a table.

One line for each function and dtype: at how many points each output was compared, and its largest error in ulps (see
`ranges.trials.allowed`); `c*` is the gradient for cotangents from 1e-30 to 1e30.
"""

from __future__ import annotations

import sys

import numpy as np
from ranges.cases import SEEDS, cases
from ranges.check import Found, check, check_seeded


def main(names: list[str]) -> None:
    compared: list[Found] = []
    chosen = [c for c in cases() if not names or c.name in names]
    for case in chosen:
        for dtype in (np.float32, np.float64):
            found = check(case, dtype)
            seeded = (
                [f for s in SEEDS for f in check_seeded(case, np.float32, s)]
                if dtype is np.float32 and not case.scaled
                else []
            )
            shown = "  ".join(f"{f.output} {f.error:.2f}" for f in found)
            shown += f"  c* {max(f.error for f in seeded):.2f}" if seeded else ""
            print(f"{case.name:14} {dtype.__name__[-2:]} {found[0].points:5}  {shown}", flush=True)
            for f in [f for f in (*found, *seeded) if f.error > case.ulps]:
                print(f"    {f.output} at {f.at}: {f.actual} instead of {f.right}")
            compared += [*found, *seeded]
    worst = max(compared, key=lambda f: f.error)
    points = sum(f.points for f in compared)
    print(f"{len(chosen)} functions, {len(compared):,} outputs, {points:,} points; ", end="")
    print(f"the largest error is {worst.error:.2f} ulp, of {worst.case.name} ({worst.output}) at {worst.at}")


if __name__ == "__main__":
    main(sys.argv[1:])
