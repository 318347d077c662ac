"""The functions to try: one case for each op of the records and for each elementwise function of the library.

`ODD` names what isn't tried everywhere, with the reason; it is to stay short.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ranges.trials import Case

from graphc.ir.op import REQUIRED, Attribute, Elementwise, Infix, Op, Operand, Prefix
from graphc.ir.types import F64
from graphc.ops import RECORDS

DEFAULT = (0.0, 1.0, -1.0)

SEEDS = (2.0**-66, 2.0**66, 2.0**-100, 2.0**100)  # cotangents to try besides 1

# Where a function has zeros, kinks or poles besides.
BESIDE: dict[str, tuple[float, ...]] = {
    "lgamma": (1.0, 2.0, 0.5),
    "digamma": (1.4616321449683623, 1.0),
    "polygamma": (1.0,),
    "tan": (0.0, 1.5),
    "relu6": (0.0, 6.0),
    "hard_sigmoid": (0.0,),  # at 3 it depends on the rounding of x / 6 on which side of the kink it is
    "log_sigmoid": (0.0,),
    "logit": (0.0, 0.5, 1.0),
}
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "integer_pow": ("2", "3", "4", "7", "-1", "-2", "-3", "-6"),
    "polygamma": ("0", "1", "2"),
    "inversion": ("", "power=2", "power=2, imaginary=true", "imaginary=true"),
}
# Of the prelude; an upper bound for each, in ulps.
LIBRARY: dict[str, float] = {
    "relu": 2,
    "leaky_relu": 4,
    "elu": 4,
    "selu": 6,
    "gelu": 16,
    "gelu_tanh": 16,
    "silu": 16,
    "log_sigmoid": 8,
    "mish": 16,
    "relu6": 2,
    "hard_sigmoid": 4,
    "hard_tanh": 2,
    "softsign": 8,
    "logit": 8,
    "normal_cdf": 16,
    "normal_logpdf": 8,
}


# What isn't tried everywhere, and why.
FACTOR = {"second": (0.0, 1e30), "scaled": True}
ODD: dict[str, dict[str, Any]] = {
    # 1 / z of a subnormal z is infinite, and so is the cotangent of the quotient
    "divide": {"normal": True},
    "divide_no_nan": {"normal": True},
    # x // z may be infinite where x % z isn't
    "remainder": {"second": (1e-4, 1e4), "scaled": True},
    # y - 1 is y beyond 2 ** 24; y * x ** (y - 1) leaves the range for an x that is subnormal and a y near 0
    "pow": {"normal": True, "first": (0.0, 1e37), "second": (1e-6, 2**24)},
    "integer_pow": {"normal": True},
    "atan2": {"normal": True},
    # its second derivatives are third ones of hypot, cotangents of 1 / r three times
    "direction": {"normal": True, "scaled": True, "first": (1e-10, 1e30), "second": (1e-10, 1e30)},
    "inversion": {"normal": True},
    # a factor is multiplied by the operand before the function makes the product small
    "gaussian": FACTOR,
    "normal_gate": FACTOR,
    # tanh(x) of a subnormal x has few digits, which a factor shows
    "gate": {"normal": True, **FACTOR},
    "sech2": {"normal": True, **FACTOR},
    # mpmath takes minutes for a gamma function at -1e38; beside a pole the next polygamma leaves the range
    "lgamma": {"mpmath": False, "scaled": True},
    "digamma": {"mpmath": False, "scaled": True},
    "polygamma": {"mpmath": False, "scaled": True},
    "erfinv": {"mpmath": False},
}


def tried(op: Elementwise) -> bool:
    """Elementwise, of floats, with a float for a result."""
    return (
        op.differentiable
        and all(F64 in p.accepts for p in op.operands)
        and 1 <= len(op.operands) - sum(p.default is not REQUIRED for p in op.operands[2:]) <= 2
        and op.name not in ("cast", "stop_grad")
    )


def expressions(op: Op) -> Iterator[tuple[str, str]]:
    """How it is written, of `x` and `z`; once for each choice of attributes."""
    for value in ATTRIBUTES.get(op.name, ("",)):
        match op.spelling:
            case Infix(symbol=symbol):
                yield f"{op.name}{value}", f"x {symbol} {value or 'z'}"
            case Prefix(symbol=symbol):
                yield op.name, f"{symbol}x"
            case _:
                names = iter("xz")
                arguments = [next(names, "") if isinstance(p, Operand) else "" for p in op.params]
                first = next((i for i, p in enumerate(op.params) if isinstance(p, Attribute)), 0)
                arguments.insert(first if "=" not in value else len(arguments), value)
                yield f"{op.name}{value}", f"{op.name}({', '.join(a for a in arguments if a)})"


def cases() -> list[Case]:
    found: list[Case] = []
    for op in RECORDS:
        if isinstance(op, Elementwise) and tried(op):
            beside, odd = BESIDE.get(op.name, DEFAULT), ODD.get(op.name, {})
            for name, expression in expressions(op):
                found.append(Case(name, expression, op.ulps, beside, len(op.operands) > 1, **odd))
    found += [Case(name, f"{name}(x)", ulps, BESIDE.get(name, DEFAULT)) for name, ulps in LIBRARY.items()]
    return found
