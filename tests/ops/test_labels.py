"""Labels of classes: `one_hot`, `at_label` and the losses that take them refuse what is no class, with its row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp
from mask_checks import check_masks
from running import IN_F64, compiled, outputs

from graphc.diagnostics import Diagnostics
from graphc.driver.eager import Eager
from graphc.frontend.parse import parse
from graphc.ir.dims import symbol
from graphc.ir.op import EvaluationError, TypeRuleError
from graphc.ir.types import BOOL, F32, F64, I64, TensorType
from graphc.ops import CATALOGUE
from graphc.source import Source

n, m = symbol("n"), symbol("m")
X = np.random.default_rng(2).uniform(0.5, 2, (4, 3))
LABELS = np.array([2, 0, 1, 2])


def test_one_hot() -> None:
    found = apply(CATALOGUE["one_hot"], np.array([[2, 0], [0, 1]]), attrs=(3, F32))
    np.testing.assert_array_equal(found, np.eye(3, dtype=np.float32)[[[2, 0], [0, 1]]])
    assert apply(CATALOGUE["one_hot"], np.int64(1), attrs=(3, BOOL)).tolist() == [False, True, False]
    assert CATALOGUE["one_hot"].infer((TensorType(I64, (m,)),), (n, F64)).types == (TensorType(F64, (m, n)),)


def test_at_label() -> None:
    assert apply(CATALOGUE["at_label"], X, LABELS).tolist() == [X[0, 2], X[1, 0], X[2, 1], X[3, 2]]
    check_vjp(CATALOGUE["at_label"], [X, LABELS])
    check_masks(CATALOGUE["at_label"], [X, LABELS])
    with pytest.raises(TypeRuleError, match=r"takes labels i64\[n\], one for each row") as raised:
        CATALOGUE["at_label"].infer((TensorType(F32, (n, 3)), TensorType(I64, (n, 1))), ())
    assert raised.value.code == "E0310"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([0, 1, -1]), "label -1 in row 2 is out of range: there are 3 classes"),
        (np.array([3, 0]), "label 3 in row 0 is out of range"),
        (np.array([[0, 1], [2, 200]], np.uint8), r"label 200 in row \[1, 1\] is out of range"),
        (np.int64(-3), "label -3 is out of range"),
        (np.array([2**64 - 1], np.uint64), "label 18446744073709551615 in row 0"),
    ],
)
def test_labels_are_classes(labels: Any, message: str) -> None:
    with pytest.raises(EvaluationError, match=message) as raised:
        apply(CATALOGUE["one_hot"], labels, attrs=(3, F32))
    assert raised.value.code == "E0605"
    with pytest.raises(EvaluationError, match=message):
        apply(CATALOGUE["at_label"], np.zeros((*labels.shape, 3)), labels)


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [("cross_entropy", "l"), ("cross_entropy", "dx"), ("cross_entropy", "hx"), ("nll", "l"), ("nll", "dx")],
)
@pytest.mark.parametrize("label", [-1, 3])
def test_losses_refuse_what_is_no_class(loss: str, wanted: str, label: int) -> None:
    """Also where only a derivative is asked for, which doesn't read the loss."""
    program = f"import losses\ninput x: f64[n, 3]\ninput i: i64[n]\nl = losses.{loss}(x, i)\n"
    if wanted != "l":
        program += "dx = grad(l, x)\n" + "hx = hvp(l, x, dx)\n" * (wanted == "hx")
    program += f"output {wanted}"
    feeds = {"x": X, "i": np.array([0, 1, label, 2])}
    for passes in (True, False):
        with pytest.raises(Diagnostics, match=f"label {label} in row 2 is out of range"):
            outputs(compiled(program), passes=passes, **feeds)
    with pytest.raises(Diagnostics, match=f"label {label} in row 2"):
        Eager(IN_F64, feeds).run(parse(Source("test.g", program)))


def test_cross_entropy() -> None:
    program = "import losses\ninput x: f64[n, 3]\ninput i: i64[n]\nl = losses.cross_entropy(x, i)\n"
    found = outputs(compiled(program + "output l\noutput dx = grad(l, x)"), x=X, i=LABELS)
    p = np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found["l"], -np.log(p[np.arange(4), LABELS]).mean(), rtol=1e-14)
    np.testing.assert_allclose(found["dx"], (p - np.eye(3)[LABELS]) / 4, rtol=1e-13)
