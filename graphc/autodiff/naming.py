"""Names of derivatives: `dloss_dw`, and of their derivatives `d2loss_dw2`, `d2loss_dw_dz`."""

from __future__ import annotations

import re

DERIVATIVE = re.compile(r"d(\d*)(\w+?)_d(\w+)")


def derivative_name(y: str, x: str) -> str:
    """The name of the derivative of `y` by `x`; the dots of a path become `_`."""
    y, x = (name.replace(".", "_") for name in (y, x))
    match = DERIVATIVE.fullmatch(y)
    factors = None if match is None else _factors(match[3], int(match[1] or 1))
    if match is None or factors is None:
        return f"d{y}_d{x}"
    if factors and factors[-1][0] == x:
        factors[-1] = (x, factors[-1][1] + 1)
    else:
        factors.append((x, 1))
    below = "_".join(f"d{name}{order if order > 1 else ''}" for name, order in factors)
    return f"d{sum(order for _, order in factors)}{match[2]}_{below}"


def _factors(below: str, order: int) -> list[tuple[str, int]] | None:
    """`x2_dz` of order 3 is x twice and z once; None if the orders don't add up: it is a name like any other."""
    names = below.split("_d")
    if len(names) == order:
        return [(name, 1) for name in names]
    factors = []
    for name in names:
        match = re.fullmatch(r"(\w*?\D)(\d+)", name)
        spare = order - len(names) + 1
        if match is not None and 1 < int(match[2]) <= spare:
            factors.append((match[1], int(match[2])))
        elif match is not None and len(names) == 1 and match[2].endswith(str(order)):
            factors.append((name.removesuffix(str(order)), order))
        else:
            factors.append((name, 1))
    return factors if sum(n for _, n in factors) == order else None
