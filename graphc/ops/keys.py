"""Keys of random numbers, made of each other.

A key is a u64.  The words that it gives are those of `graphc/ir/philox.py`, and so are the keys that are made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphc.ir import philox
from graphc.ir.op import (
    CALL,
    REQUIRED,
    Attribute,
    Inferred,
    NotDifferentiable,
    Note,
    Operand,
    Param,
    Placeholder,
    TypeRuleError,
)
from graphc.ir.random import Implied, Random
from graphc.ir.types import STRONG_INTS, U64, TensorType

KEYS = frozenset({U64})
KEY = Operand("key", KEYS, group=None, default=Implied.PLACE)


def random_op(
    name: str,
    params: tuple[Param, ...],
    doc: str,
    rule: Callable[..., Inferred],
    evaluate: Callable[..., Any],
    vjp: Any,
) -> Random:
    return Random(
        name=name,
        params=params,
        doc=doc,
        evaluate=evaluate,
        vjp=NotDifferentiable(vjp, zero=False) if isinstance(vjp, str) else vjp,
        mask="opaque",
        subgradient=None,
        spelling=CALL,
        rule=rule,
    )


random_key = Placeholder(
    name="random_key",
    params=(),
    doc="""The key of the run: it depends on the seed and on how many runs came before.

    In the initial value of a variable and the default of an input it depends on the seed alone.""",
    evaluate=lambda: None,
    vjp=NotDifferentiable("it has no operands"),
    mask="opaque",
    subgradient=None,
    spelling=CALL,
    rule=lambda: Inferred((TensorType(U64),)),
)


def _key_rule(key: TensorType, *attrs: Any) -> Inferred:
    check_key("site", 0, key)
    return Inferred((TensorType(U64),), attrs)


def check_key(name: str, operand: int, *scalars: TensorType) -> None:
    for i, type in enumerate(scalars, operand):
        if type.shape:
            raise TypeRuleError("E0311", f"{name} takes a scalar key, not {type}", (Note(i, str(type)),))


NO_DERIVATIVE = "keys are integers"

site = random_op(
    "site",
    (Attribute("name", "string", REQUIRED), Operand("key", KEYS, group=None, default=Implied.RUN)),
    """A key for the place `name`, made of the key of the run or of another one.

    `normal([3])` in the binding of `x` is `normal([3], key=site("x.normal"))`.""",
    _key_rule,
    lambda key, name: np.uint64(philox.fold_name(int(key), name)),
    NO_DERIVATIVE,
)


def _fold_in_rule(key: TensorType, n: TensorType) -> Inferred:
    check_key("fold_in", 0, key)
    if n.shape:
        message = f"fold_in takes one number, not {n}"
        raise TypeRuleError("E0311", message, (Note(1, str(n)),), "map(f, arange(n)), with fold_in in f")
    return Inferred((TensorType(U64),))


fold_in = random_op(
    "fold_in",
    (Operand("key", KEYS, group=None), Operand("n", STRONG_INTS, group=None)),
    "A key for the `n`-th of what `key` is for, an iteration say.  It gives other numbers than `key` and all others.",
    _fold_in_rule,
    lambda key, n: np.uint64(philox.fold_in(int(key), int(n))),
    NO_DERIVATIVE,
)

RECORDS = (random_key, site, fold_in)
