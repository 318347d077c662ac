"""Differentiation."""

from __future__ import annotations

from graphc.autodiff.errors import DerivativeError
from graphc.autodiff.forward import jvp
from graphc.autodiff.higher import hessian, hvp, jacobian
from graphc.autodiff.path import Break, broken_path
from graphc.autodiff.reverse import gradient

__all__ = ["Break", "DerivativeError", "broken_path", "gradient", "hessian", "hvp", "jacobian", "jvp"]
