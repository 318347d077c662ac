"""Arithmetic, elementwise."""

from __future__ import annotations

import numpy as np

from graphc.ir.op import CALL, Domain, Elementwise, Infix, Masked, Operand, Prefix
from graphc.ir.types import NUMBERS

REALS = (-10.0, 10.0)

add = Elementwise(
    name="add",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="Sum.",
    evaluate=np.add,
    vjp=lambda b, g, z, x, y: (g, g),
    mask="pointwise",
    subgradient=None,
    spelling=Infix("+", 50),
    result=None,
    domain=Domain((REALS, REALS)),
    keeps_zero=True,
)

negative = Elementwise(
    name="negative",
    params=(Operand("x", NUMBERS),),
    doc="`-x`.  Unsigned integers wrap around.",
    evaluate=np.negative,
    vjp=lambda b, g, y, x: -g,
    mask="pointwise",
    subgradient=None,
    spelling=Prefix("-", 70),
    result=None,
    domain=Domain((REALS,)),
    keeps_zero=True,
)

multiply = Elementwise(
    name="multiply",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="Product.",
    evaluate=np.multiply,
    vjp=lambda b, g, z, x, y: (g * y, x * g),
    mask="pointwise",
    subgradient=None,
    spelling=Infix("*", 60),
    result=None,
    domain=Domain((REALS, REALS)),
    keeps_zero=False,
)

maximum = Elementwise(
    name="maximum",
    params=(Operand("x", NUMBERS), Operand("y", NUMBERS)),
    doc="The larger of two; NaN if either is.",
    evaluate=np.maximum,
    vjp=lambda b, g, z, x, y: (
        Masked(b.where(b.equal(x, y), 0.5 * g, g), lambda: x >= y, clean=False),
        Masked(b.where(b.equal(x, y), 0.5 * g, g), lambda: y >= x, clean=False),
    ),
    mask="pointwise",
    subgradient="at a tie, half to each operand",
    spelling=CALL,
    result=None,
    domain=Domain((REALS, REALS)),
    keeps_zero=False,
)

RECORDS = (add, negative, multiply, maximum)
