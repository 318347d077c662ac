"""Operands and attributes to try each op with: generated from its record where the kind says enough, else the table's.

In: a record.  Out: its `Sample`s.  Called by the tests of all ops.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from op_samples import TABLE, Sample, Shape, real, scattered

from graphc.ir.op import Control, Effect, Elementwise, Op, Placeholder, Reduction, Rule
from graphc.ir.types import BOOL, STRONG, WEAK_FLOAT, WEAK_INT

KINDS_WITHOUT_SAMPLES: dict[type[Op], str] = {
    Placeholder: "is bound from outside: tests/executors",
    Effect: "takes a token: tests/executors",
    Control: "owns regions: tests/ops/test_loop_ops.py, tests/autodiff",
    Rule: "owns a region: tests/autodiff",
}


def samples(op: Op) -> tuple[Sample, ...]:
    """What to try an op with; nothing for a kind without samples."""
    if isinstance(op, tuple(KINDS_WITHOUT_SAMPLES)):
        return ()
    if op.name in TABLE:
        return TABLE[op.name]
    if isinstance(op, Elementwise):
        return tuple(elementwise(op))
    if isinstance(op, Reduction):
        return tuple(reduction(op))
    raise AssertionError(f"{op.name} has no samples: add some to tests/op_samples.py")


# ---------------------------------------------------------------- elementwise

SHAPES: dict[int, list[tuple[Shape, ...]]] = {
    1: [((),), ((3,),), ((2, 3),), ((2, 3, 4),), ((0,),), ((2, 0, 3),), ((1, 1),)],
    2: [
        ((), ()),
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((2, 1), (1, 3)),
        ((), (2, 3, 4)),
        ((0, 3), (1, 3)),
        ((1,), (4,)),
        ((2, 3, 1), (2, 1, 4)),
        ((1, 1), ()),
    ],
    3: [
        ((), (), ()),
        ((3,), (), (3,)),
        ((2, 1), (3,), ()),
        ((2, 3), (2, 3), (2, 3)),
        ((0,), (1,), (0,)),
        ((1,), (3,), ()),
    ],
}

# Attributes of elementwise ops, and of reductions besides axis and keepdims.
ATTRIBUTES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "cast": tuple((t,) for t in (*STRONG, WEAK_INT, WEAK_FLOAT)),
    "integer_pow": tuple((k,) for k in (0, 1, 2, 3, 4, 7, -1, -2, -5)),
    "polygamma": ((0,), (1,), (2,)),
    "gaussian": ((1.0, 0), (0.5, 1), (2.0, 2)),
    "inversion": ((1, False), (2, False), (2, True), (1, True), (3, False)),
    "variance": ((0,), (1,), (0.5,)),
    "std": ((0,), (1,), (0.5,)),
}

# Second operands which must not be negative integers.
NATURAL = {"pow", "shift_left", "shift_right"}


def elementwise(op: Elementwise) -> Iterator[Sample]:
    """All shapes that broadcast with each other, over the record's domain."""
    accepted = [p.accepts for p in op.operands]
    count = len(accepted)
    layouts = [(real, shapes) for shapes in SHAPES[count]]
    layouts += [(scattered, ((4, 3),) * count), (scattered, ((2, 3, 2), (3, 2), (2,))[:count])]
    for attrs in ATTRIBUTES.get(op.name, ((),)):
        for layout, shapes in layouts:
            arrays = []
            for i, (shape, (low, high)) in enumerate(zip(shapes, op.domain.intervals, strict=True)):
                array = layout(shape, low, high, i)
                arrays.append(array > 0 if accepted[i] == {BOOL} else array)
            yield Sample(tuple(arrays), attrs)


# ---------------------------------------------------------------- reductions

AXES: list[tuple[Shape, list[Any]]] = [
    ((), [None, ()]),
    ((5,), [None, 0, -1]),
    ((2, 3), [None, 0, -1, (1, 0), ()]),
    ((2, 3, 4), [None, 1, (0, -1)]),
    ((1, 3), [0, None]),
    ((2, 0, 3), [0, 1, None]),
    ((0,), [None]),
]


def reduction(op: Reduction) -> Iterator[Sample]:
    """All shapes and axes, with and without keepdims."""
    for (shape, choices), more in itertools.product(AXES, ATTRIBUTES.get(op.name, ((),))):
        for axis, keepdims in itertools.product(choices, (False, True)):
            axes = range(len(shape)) if axis is None else [axis] if isinstance(axis, int) else axis
            count = int(np.prod([shape[a] for a in axes], dtype=int))
            if count or op.empty:
                enough = count > ("correction" in [a.name for a in op.attributes])
                arrays = (real(shape, 0.4, 2.0) if op.operands[0].accepts != {BOOL} else real(shape) > 0,)
                yield Sample(arrays, (axis, keepdims, *more), smooth=enough)
    yield Sample((scattered((3, 4), 0.4, 2.0),), (0, False, *ATTRIBUTES.get(op.name, ((),))[0]))
