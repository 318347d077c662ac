"""How the rules of views treat masks: what `clean` promises, and how a mask moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from evaluation import evaluate, parameter

from graphc.ir.builder import Builder
from graphc.ir.op import Masked, Op
from graphc.ops import CATALOGUE


def rule_values(op: Op, arrays: Sequence[Any], attrs: Sequence[Any], seeds: Sequence[Any]) -> list[Any]:
    """Per operand None, or (value, mask or None, clean) as arrays, for cotangents `seeds` of the results."""
    b = Builder(CATALOGUE)
    terms = [parameter(b, a) for a in arrays]
    node = b.emit(op, [t.value for t in terms], attrs)
    g = [parameter(b, s) for s in seeds]
    env = {t.value: np.asarray(a) for t, a in zip((*terms, *g), (*arrays, *seeds), strict=True)}
    y = [b.term(r) for r in node.results]
    single = len(y) == 1
    given = [tuple(terms)] if op.variadic else terms
    assert callable(op.vjp)
    returned = op.vjp(b, g[0] if single else tuple(g), y[0] if single else tuple(y), *given, *node.attrs)
    returned = returned if isinstance(returned, tuple) else (returned,)
    found: list[Any] = []
    for cotangent, operand in zip(returned, terms, strict=True):
        if isinstance(cotangent, Masked):
            mask = cotangent.mask() if callable(cotangent.mask) else cotangent.mask
            assert cotangent.value.shape == mask.shape == operand.shape
            found.append((cotangent.value.value, mask.value, cotangent.clean))
        elif cotangent is not None:
            assert cotangent.shape == operand.shape
            found.append((cotangent.value, None, False))
        else:
            found.append(None)
    values = evaluate(b.nodes, env)
    return [None if f is None else (values[f[0]], f[1] and values[f[1]], f[2]) for f in found]


def _check_mask_rule(op: Op, arrays: Sequence[Any], attrs: Sequence[Any]) -> None:
    """On positive operands nothing cancels, so that the mask is where the cotangent isn't zero."""
    positive = [np.abs(a) for a in arrays]
    b = Builder(CATALOGUE)
    terms = [parameter(b, a) for a in positive]
    node = b.emit(op, [t.value for t in terms], attrs)
    mask = np.random.default_rng(1).random(node.results[0].type.shape) < 0.5
    given = parameter(b, mask)
    assert callable(op.mask)
    masks = op.mask(b, given, *terms, *node.attrs)
    values = evaluate(b.nodes, {given.value: mask, **{t.value: a for t, a in zip(terms, positive, strict=True)}})
    for m, (cotangent, _, _) in zip(masks, rule_values(op, positive, attrs, [mask.astype(float)]), strict=True):
        assert not np.any((cotangent != 0) & ~values[m.value])
        assert np.all(cotangent[values[m.value]] != 0) or op.name == "linear_recurrence"


def check_masks(op: Op, arrays: Sequence[Any], attrs: Sequence[Any] = ()) -> None:
    """A clean value is zero off its mask; views move booleans or accumulate integers as they do cotangents."""
    rng = np.random.default_rng(0)
    b = Builder(CATALOGUE)
    node = b.emit(op, [parameter(b, a).value for a in arrays], attrs)
    shapes = [r.type.shape for r in node.results]
    floats = [rng.uniform(1, 2, s) for s in shapes]
    for found in rule_values(op, arrays, attrs, floats):
        if found and found[2]:
            value, mask, _ = found
            assert mask.dtype == bool
            np.testing.assert_array_equal(value != 0, mask)
    if callable(op.mask):
        _check_mask_rule(op, arrays, attrs)
    if op.mask in ("moves", "accumulates"):
        masks = [rng.random(s) < 0.5 for s in shapes]
        moved = masks if op.mask == "moves" else [m.astype(np.int64) for m in masks]
        expected = rule_values(op, arrays, attrs, [np.where(m, f, 0.0) for m, f in zip(masks, floats, strict=True)])
        for found, wanted in zip(rule_values(op, arrays, attrs, moved), expected, strict=True):
            assert (found is None) == (wanted is None)
            if found:
                assert found[0].dtype == (bool if op.mask == "moves" else np.int64)
                np.testing.assert_array_equal(found[0] != 0, wanted[0] != 0)
