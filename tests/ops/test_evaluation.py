"""The checks of this folder can fail: wrong rules are caught, at the order where they are wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from evaluation import apply, check_vjp

from graphc.ops import CATALOGUE


def test_a_wrong_derivative() -> None:
    wrong = replace(CATALOGUE["sin"], vjp=lambda b, g, y, x: g * b.sin(x))
    with pytest.raises(AssertionError, match="sin, order 1"):
        check_vjp(wrong, [np.array([0.3, 1.0])])


def test_a_wrong_second_derivative() -> None:
    """Right in value, but the branch for equal numbers forgets that they may move apart."""

    def rule(b: Any, g: Any, z: Any, x: Any, y: Any) -> Any:
        difference = b.where(b.equal(x, y), 0, x - y)
        return g * b.sigmoid(difference), g * b.sigmoid(-difference)

    wrong = replace(CATALOGUE["logaddexp"], vjp=rule)
    with pytest.raises(AssertionError, match="logaddexp, order 2"):
        check_vjp(wrong, [np.array([1.0, 2.0]), np.array([1.0, 2.0])])


def test_a_wrong_dtype() -> None:
    wrong = replace(CATALOGUE["exp"], evaluate=lambda x: np.exp(x.astype(np.float64)))
    with pytest.raises(AssertionError):
        apply(wrong, np.ones(2, np.float32))
