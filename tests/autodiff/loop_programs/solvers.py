"""Integration, iteration to a tolerance, and optimisation, differentiated through."""

from __future__ import annotations

import numpy as np

from loop_programs import numbers, program


@program(
    """
    input start: f64[2]
    input length: f64
    input steps: i64
    fn slope(s) = [s[1], -9.81 / length * sin(s[0]) - 0.1 * s[1]]
    s = start
    dt = 1.0 / steps
    for i in range(steps) {
      k1 = slope(s)
      k2 = slope(s + dt / 2 * k1)
      k3 = slope(s + dt / 2 * k2)
      k4 = slope(s + dt * k3)
      s = s + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    }
    loss = sum(s ** 2)
    output loss
    """,
    start=[0.8, -0.3],
    length=1.7,
    steps=12,
)
def pendulum(start, length, steps):
    def slope(s):
        return np.array([s[1], -9.81 / length * np.sin(s[0]) - 0.1 * s[1]])

    s, h = start, 1 / int(steps)
    for _ in range(steps):
        a = slope(s)
        b = slope(s + h / 2 * a)
        c = slope(s + h / 2 * b)
        d = slope(s + h * c)
        s = s + h * (a + 2 * b + 2 * c + d) / 6
    return s @ s


@program(
    """
    input y0: f64
    input rate: f64
    t, y, h = 0.0, y0, 0.4
    tries = 0
    while t < 1 {
      if t + h > 1 { h = 1 - t }
      k1 = -rate * y * y + sin(3 * t)
      k2 = -rate * (y + h * k1) ** 2 + sin(3 * (t + h))
      error = abs(h * (k2 - k1) / 2)
      if error < 0.01 {
        t += h
        y += h * (k1 + k2) / 2
      }
      h = h * clip(0.9 * sqrt(0.01 / error), 0.3, 2)
      tries += 1
    }
    loss = y ** 2
    output loss
    """,
    y0=1.5,
    rate=1.2,
)
def adaptive_steps(y0, rate):
    t, y, h = 0.0, y0, 0.4
    while t < 1:
        h = 1 - t if t + h > 1 else h
        a = -rate * y**2 + np.sin(3 * t)
        b = -rate * (y + h * a) ** 2 + np.sin(3 * (t + h))
        e = abs(h * (b - a) / 2)
        if e < 0.01:
            t, y = t + h, y + h * (a + b) / 2
        h = h * min(max(0.9 * np.sqrt(0.01 / e), 0.3), 2)
    return y**2


@program(
    """
    input x: f64
    y = x
    while abs(y * y - x) > 1e-12 * x { y = (y + x / y) / 2 }
    loss = y
    output loss
    """,
    x=7.3,
)
def newton_sqrt(x):
    return np.sqrt(x)


@program(
    """
    input a: f64
    input x0: f64
    x, before = x0, x0 + 1
    while abs(x - before) > 1e-13 { x, before = cos(a * x), x }
    loss = x ** 2
    output loss
    """,
    a=0.8,
    x0=0.5,
)
def fixed_point(a, x0):
    """cos(a * x) = x, by Newton's method."""
    x = 0.7
    for _ in range(30):
        x -= (x - np.cos(a * x)) / (1 + a * np.sin(a * x))
    return x**2


@program(
    """
    input B: f64[n, n]
    input v0: f64[n]
    A = B @ B.T
    v = v0 / norm(v0)
    before = 0 * v
    while norm(v - before) > 1e-13 {
      w = A @ v
      v, before = w / norm(w), v
    }
    value = dot(v, A @ v)
    loss = log(value) + v[0] ** 2
    output loss
    """,
    B=[[1.0, 0.2, -0.3], [0.4, 0.5, 0.1], [-0.2, 0.3, 0.2]],
    v0=[1.0, 0.7, -0.4],
)
def power_iteration(B, v0):
    values, vectors = np.linalg.eigh(B @ B.T)
    return np.log(values[-1]) + vectors[0, -1] ** 2


@program(
    """
    input a: f64
    input b: f64
    input c: f64
    low, high = a, b
    sides = 0
    for i in range(6) {
      middle = (low + high) / 2
      if middle ** 3 - middle < c {
        low = middle
        sides = 2 * sides + 1
      } else {
        high = middle
        sides = 2 * sides
      }
    }
    x = (low + high) / 2
    for k in range(3) { x -= (x ** 3 - x - c) / (3 * x ** 2 - 1) }
    loss = low * high + x * sides
    output loss
    """,
    a=1.0,
    b=2.2,
    c=1.36,
)
def bisection(a, b, c):
    """The bounds are dyadic fractions of the interval; three steps of Newton's method leave nothing of the start."""
    root = max(np.roots([1, 0, -1, -c]).real)
    k = int((root - a) / (b - a) * 64)
    low, high = (a + (b - a) * (k + i) / 64 for i in (0, 1))
    x = (low + high) / 2
    for _ in range(3):
        x = (2 * x**3 + c) / (3 * x**2 - 1)
    return low * high + x * k


@program(
    """
    input x0: f64[n]
    input rate: f64
    input target: f64[n]
    fn energy(x) = sum((x ** 2 - target) ** 2) + 0.1 * sum(x[1:] * x[:-1])
    x = x0
    for i in range(7) {
      e = energy(x)
      x -= rate * grad(e, x)
    }
    loss = energy(x)
    output loss
    """,
    x0=[0.9, 1.4, 0.7],
    rate=0.04,
    target=[1.1, 2.0, 0.3],
)
def hypergradient(x0, rate, target):
    x = x0
    for _ in range(7):
        g = 4 * x * (x**2 - target)
        g[1:] += 0.1 * x[:-1]
        g[:-1] += 0.1 * x[1:]
        x = x - rate * g
    return np.sum((x**2 - target) ** 2) + 0.1 * x[1:] @ x[:-1]


@program(
    """
    input x0: f64
    input momentum: f64
    fn cost(x) = log(1 + x ** 2)
    x, velocity, k = x0, 0.0, 0
    while cost(x) > 0.05 and k < 50 {
      y = cost(x)
      velocity = momentum * velocity - 0.3 * grad(y, x)
      x += velocity
      k += 1
    }
    loss = cost(x)
    output loss
    """,
    x0=1.3,
    momentum=0.4,
)
def descent_until_small(x0, momentum):
    x, v = x0, 0.0
    while np.log1p(x**2) > 0.05:
        v = momentum * v - 0.3 * 2 * x / (1 + x**2)
        x = x + v
    return np.log1p(x**2)


@program(
    """
    input P: f64[s, s]
    input p0: f64[s]
    input n: i64
    T = softmax(P)
    power = eye(s, dtype=f64)
    left = n
    while left > 0 {
      if left % 2 == 1 { power = power @ T }
      T = T @ T
      left = left // 2
    }
    p = p0 @ power
    loss = -sum(p * log(p))
    output loss
    """,
    P=numbers(1, 3, 3),
    p0=[0.2, 0.5, 0.3],
    n=11,
)
def markov_chain(P, p0, n):
    T = np.exp(P) / np.exp(P).sum(1, keepdims=True)
    p = p0
    for _ in range(n):
        p = p @ T
    return -p @ np.log(p)


@program(
    """
    input re: f64
    input im: f64
    x, y, k = 0.0, 0.0, 0
    while x * x + y * y < 16 and k < 40 {
      x, y = x * x - y * y + re, 2 * x * y + im
      k += 1
    }
    loss = k + 1 - log2(log(x * x + y * y))
    output loss
    """,
    re=-0.8,
    im=0.4,
)
def escape(re, im):
    z, k = 0j, 0
    while abs(z) < 4 and k < 40:
        z, k = z * z + complex(re, im), k + 1
    return k + 1 - np.log2(np.log(abs(z) ** 2))


@program(
    """
    input A: f64[n, n]
    input b: f64[n]
    x = 0 * b
    for sweep in range(4) {
      for i in range(n) {
        x[i] = x[i] + (b[i] - dot(A[i], x)) / A[i, i]
      }
    }
    loss = sum(x ** 2)
    output loss
    """,
    A=[[3.0, 0.5, -0.4], [0.3, 2.0, 0.6], [-0.2, 0.7, 4.0]],
    b=[1.0, -0.5, 0.8],
)
def gauss_seidel(A, b):
    x, L = np.zeros(3), np.tril(A)
    for _ in range(4):
        x = np.linalg.solve(L, b - (A - L) @ x)
    return x @ x


@program(
    """
    input X: f64[n, d]
    Q = 0 * X
    for i in range(n) {
      v = X[i]
      for j in range(i) { v = v - dot(Q[j], v) * Q[j] }
      Q[i] = v / norm(v)
    }
    loss = sum(Q ** 3)
    output loss
    """,
    X=numbers(3, 3, 4),
)
def gram_schmidt(X):
    Q, R = np.linalg.qr(X.T)
    return np.sum((Q * np.sign(np.diag(R))) ** 3)
