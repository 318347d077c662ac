"""`repeats` against a loop that remembers where each place stood."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation import apply

from graphc.ir.op import EvaluationError
from graphc.ops import CATALOGUE


@pytest.mark.parametrize("shape", [(0,), (1,), (40,), (5, 7)])
def test_repeats(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    places = rng.integers(-3, 3, (*shape, 2))
    turn, before, most = apply(CATALOGUE["repeats"], places, attrs=((3, 4),))
    count: dict[tuple[int, int], int] = {}
    last: dict[tuple[int, int], int] = {}
    for k, (i, j) in enumerate(places.reshape(-1, 2)):
        place = (int(i) % 3, int(j) % 4)
        assert turn.ravel()[k] == count.get(place, 0)
        assert before.ravel()[k] == last.get(place, k)
        count[place] = count.get(place, 0) + 1
        last[place] = k
    assert most == max(count.values(), default=1) - 1


def test_places_exist() -> None:
    with pytest.raises(EvaluationError, match="index 3 is out of range for axis 1 of size 3"):
        apply(CATALOGUE["repeats"], np.array([[0, 3]]), attrs=((2, 3),))
