"""A limit in seconds: the alarm may go off at any step of Python, and is always understood."""

import signal
from time import perf_counter

import pytest

from graphc.cli.deadline import within
from graphc.cli.failure import Misuse
from graphc.diagnostics import Diagnostics


def busy(seconds):
    """Something that takes so long and gives 7."""
    until = perf_counter() + seconds
    while perf_counter() < until:
        pass
    return 7


def test_what_ends_in_time_is_given_and_what_does_not_is_said():
    assert within(None, lambda: busy(1e-4)) == 7
    assert within(30.0, lambda: busy(1e-4)) == 7
    with pytest.raises(Diagnostics) as caught:
        within(1e-3, lambda: busy(30.0))
    assert [d.code for d in caught.value.items] == ["E0611"]


def test_an_alarm_at_any_moment_is_understood():
    before = signal.getsignal(signal.SIGALRM)
    ended = over = 0
    for i in range(3000):
        try:
            assert within((i % 300 + 1) * 1e-6, lambda: busy(1e-4)) == 7
            ended += 1
        except Diagnostics as error:
            assert error.items[0].code == "E0611"
            over += 1
        assert signal.getsignal(signal.SIGALRM) is before
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert over > 100 and ended > 100


def test_what_else_goes_wrong_is_passed_on_and_the_alarm_is_off():
    with pytest.raises(ZeroDivisionError):
        within(30.0, lambda: 1 // 0)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e9])
def test_a_time_beyond_what_timers_count(seconds):
    with pytest.raises(Misuse):
        within(seconds, lambda: 7)
