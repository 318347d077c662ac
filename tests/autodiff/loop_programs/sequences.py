"""Recurrent networks, filters and recursions along the rows of an array."""

from __future__ import annotations

import numpy as np

from loop_programs import numbers, program


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def logsumexp(x, axis=None):
    return np.log(np.sum(np.exp(x), axis))


@program(
    """
    input X: f64[n, d]
    input W: f64[d, 4 * k]
    input U: f64[k, 4 * k]
    input h0: f64[k]
    fn cell(state, x) {
      h, c = state
      i, f, o, g = split(x @ W + h @ U, 4)
      c = sigmoid(f) * c + sigmoid(i) * tanh(g)
      h = sigmoid(o) * tanh(c)
      return (h, c), h
    }
    (h, c), hs = scan(cell, (h0, 0 * h0), X)
    loss = sum(hs ** 2) + sum(c * h)
    output loss
    """,
    X=numbers(1, 4, 3),
    W=numbers(2, 3, 8),
    U=numbers(3, 2, 8),
    h0=numbers(4, 2),
)
def lstm(X, W, U, h0):
    h, c, loss = h0, np.zeros_like(h0), 0.0
    for x in X:
        i, f, o, g = np.split(W.T @ x + U.T @ h, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        loss += h @ h
    return loss + c @ h


@program(
    """
    input X: f64[n, d]
    input W: f64[3, k, d]
    input U: f64[3, k, k]
    input h0: f64[k]
    h = h0
    for x in X {
      z = sigmoid(W[0] @ x + U[0] @ h)
      r = sigmoid(W[1] @ x + U[1] @ h)
      h = (1 - z) * h + z * tanh(W[2] @ x + U[2] @ (r * h))
    }
    loss = sum(h ** 3)
    output loss
    """,
    X=numbers(5, 4, 2),
    W=numbers(6, 3, 3, 2),
    U=numbers(7, 3, 3, 3),
    h0=numbers(8, 3),
)
def gru(X, W, U, h0):
    h = h0
    for x in X:
        z = sigmoid(W[0] @ x + U[0] @ h)
        r = sigmoid(W[1] @ x + U[1] @ h)
        h = h + z * (np.tanh(W[2] @ x + U[2] @ (r * h)) - h)
    return np.sum(h**3)


@program(
    """
    input X: f64[n, d]
    input Y: f64[n]
    input W: f64[k, d]
    input U: f64[k, k]
    input v: f64[k]
    fn cell(h, x) {
      h = tanh(W @ x + U @ h)
      return h, dot(v, h)
    }
    h, yhat = scan(cell, zeros([k], dtype=f64), X)
    loss = mean((yhat - Y) ** 2)
    output loss
    """,
    X=numbers(9, 5, 2),
    Y=numbers(10, 5),
    W=numbers(11, 3, 2),
    U=numbers(12, 3, 3),
    v=numbers(13, 3),
)
def rnn(X, Y, W, U, v):
    h, residuals = np.zeros(3), []
    for x, y in zip(X, Y, strict=True):
        h = np.tanh(W @ x + U @ h)
        residuals.append(v @ h - y)
    return np.mean(np.square(residuals))


@program(
    """
    input rewards: f64[n]
    input values: f64[n]
    input discount: f64
    fn step(total, at) {
      r, v = at
      total = r + discount * total
      return total, (total - v) ** 2
    }
    first, errors = scan(step, 0.0, (rewards, values), reverse=true)
    loss = first * sum(errors * exp(values))
    output loss
    """,
    rewards=numbers(14, 6),
    values=numbers(15, 6),
    discount=0.9,
)
def discounted_returns(rewards, values, discount):
    n = len(rewards)
    returns = np.array([sum(discount ** (j - i) * rewards[j] for j in range(i, n)) for i in range(n)])
    return returns[0] * np.sum((returns - values) ** 2 * np.exp(values))


@program(
    """
    input x: f64[n]
    fn step(p, v) {
      p = p * v
      return p, p
    }
    last, products = scan(step, 1.0, x)
    loss = sum(products ** 2) + last
    output loss
    """,
    x=[0.7, -1.3, 1.1, 0.9, -0.8],
)
def cumulative_product(x):
    p = np.cumprod(x)
    return p @ p + p[-1]


@program(
    """
    input c: f64[n]
    input x: f64
    fn horner(p, a) = p * x + a
    loss = fold(horner, 0.0, c) * fold(horner, 0.0, c, reverse=true)
    output loss
    """,
    c=[2.0, -1.0, 0.5, 3.0, -0.7],
    x=1.3,
)
def horner(c, x):
    return np.polyval(c, x) * np.polyval(c[::-1], x)


@program(
    """
    input A: f64[n, d, d]
    input v: f64[d]
    fn apply(u, M) {
      fn row(number, r) = (number + 1, dot(r, u) / (1 + number))
      number, new = scan(row, 0.0, M)
      return new, sum(new ** 2)
    }
    u, norms = scan(apply, v, A)
    loss = sum(u) * sum(norms)
    output loss
    """,
    A=numbers(16, 4, 3, 3),
    v=numbers(17, 3),
)
def matrix_chain(A, v):
    norms = 0.0
    for M in A:
        v = (M @ v) / np.array([1.0, 2.0, 3.0])
        norms += v @ v
    return np.sum(v) * norms


@program(
    """
    input x: f64[n]
    input a: f64
    fn step(h, v) {
      h = sin(a * h + v)
      return h, h * v
    }
    h, ys = scan(step, a, x, checkpoint=3)
    loss = h * sum(ys ** 2)
    output loss
    """,
    x=numbers(18, 8),
    a=0.6,
)
def checkpointed_scan(x, a):
    h, squares = a, 0.0
    for v in x:
        h = np.sin(a * h + v)
        squares += (h * v) ** 2
    return h * squares


@program(
    """
    input x: f64[n]
    input a: f64
    input k: i64
    h = a
    for v in zip(x, checkpoint=2) { h = tanh(h * a + v) + 0.5 * h }
    for i in range(k, checkpoint=4) { h = sin(h) + a * h / (1 + i) }
    loss = h ** 2
    output loss
    """,
    x=numbers(19, 5),
    a=0.8,
    k=9,
)
def checkpointed_for(x, a, k):
    h = a
    for v in x:
        h = np.tanh(h * a + v) + 0.5 * h
    for i in range(k):
        h = np.sin(h) + a * h / (1 + i)
    return h**2


@program(
    """
    input Z: f64[n, p]
    input F: f64[m, m]
    input H: f64[p, m]
    input Q: f64[m, m]
    x = zeros([m], dtype=f64)
    P = eye(m, dtype=f64)
    R = eye(p, dtype=f64)
    loss = 0.0
    for z in Z {
      x = F @ x
      P = F @ P @ F.T + Q @ Q.T
      S = H @ P @ H.T + R
      r = z - H @ x
      gain = P @ H.T @ inv(S)
      x = x + gain @ r
      P = P - gain @ H @ P
      sign, logarithm = slogdet(S)
      loss += dot(r, solve(S, r)) + logarithm
    }
    output loss
    """,
    Z=numbers(20, 3, 2),
    F=numbers(21, 2, 2),
    H=numbers(22, 2, 2),
    Q=numbers(23, 2, 2),
)
def kalman(Z, F, H, Q):
    x, P, loss = np.zeros(2), np.eye(2), 0.0
    for z in Z:
        x, P = F @ x, F @ P @ F.T + Q @ Q.T
        S = H @ P @ H.T + np.eye(2)
        r = z - H @ x
        K = np.linalg.solve(S, H @ P).T
        x, P = x + K @ r, P - K @ S @ K.T
        loss += r @ np.linalg.solve(S, r) + np.log(np.linalg.det(S))
    return loss


@program(
    """
    input start: f64[s]
    input moves: f64[s, s]
    input emits: f64[s, m]
    input seen: i64[n]
    alpha = start + emits[:, seen[0]]
    for t in range(1, n) {
      alpha = logsumexp(alpha[:, None] + moves, axis=0) + emits[:, seen[t]]
    }
    loss = -logsumexp(alpha)
    output loss
    """,
    start=numbers(24, 3),
    moves=numbers(25, 3, 3),
    emits=numbers(26, 3, 4),
    seen=[2, 0, 3, 1, 2],
)
def soft_viterbi(start, moves, emits, seen):
    """The sum over all paths, each by itself."""
    paths = np.indices((3,) * len(seen)).reshape(len(seen), -1).T
    scores = [start[p[0]] + sum(moves[p[:-1], p[1:]]) + sum(emits[p, seen]) for p in paths]
    return -logsumexp(np.array(scores))


@program(
    """
    input A: f64[n, 2, 2]
    input s: f64
    hs = stack()
    h = stack([s, 1 - s])
    for M in A {
      h = tanh(M @ h)
      push(hs, h)
    }
    logs = stack()
    k = 0
    while k < n {
      push(logs, log(2 + sum(hs[k])))
      k += 1
    }
    loss = 0.0
    for l in reversed(logs) { loss = l + 0.5 * loss * l }
    output loss
    """,
    A=numbers(27, 4, 2, 2),
    s=0.3,
)
def pushed(A, s):
    h, logs, loss = np.array([s, 1 - s]), [], 0.0
    for M in A:
        h = np.tanh(M @ h)
        logs.append(np.log(2 + h.sum()))
    for l in logs[::-1]:
        loss = l + 0.5 * loss * l
    return loss


@program(
    """
    input x: f64[n]
    input y: f64[m]
    input smooth: f64
    fn softmin(a, b, c) = -smooth * logsumexp([-a / smooth, -b / smooth, -c / smooth])
    fn row(above, v) {
      fn cell(state, at) {
        left, corner = state
        up, w = at
        new = (v - w) ** 2 + softmin(left, corner, up)
        return (new, up), new
      }
      corner, ups = above
      last, new = scan(cell, (10.0, corner), (ups, y))
      return (10.0, new)
    }
    corner, distances = fold(row, (0.0, full([m], 10.0, dtype=f64)), x)
    loss = distances[-1]
    output loss
    """,
    x=numbers(28, 4),
    y=numbers(29, 3),
    smooth=0.7,
)
def soft_time_warping(x, y, smooth):
    D = np.full((len(x) + 1, len(y) + 1), 10.0)
    D[0, 0] = 0
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            ways = np.array([D[i + 1, j], D[i, j], D[i, j + 1]])
            D[i + 1, j + 1] = (a - b) ** 2 - smooth * logsumexp(-ways / smooth)
    return D[-1, -1]


@program(
    """
    input X: f64[n, d]
    input a: f64
    fn settle(row) {
      h = sum(row)
      for v in row { h = tanh(h + a * v) }
      k = 0
      while h > 0.1 and k < 9 {
        h = h * a
        k += 1
      }
      return h
    }
    loss = sum(map(settle, X) ** 2)
    output loss
    """,
    X=numbers(30, 4, 3),
    a=0.7,
)
def mapped(X, a):
    loss = 0.0
    for row in X:
        h, k = sum(row), 0
        for v in row:
            h = np.tanh(h + a * v)
        while h > 0.1 and k < 9:
            h, k = h * a, k + 1
        loss += h**2
    return loss


@program(
    """
    input x: f64[n]
    input a: f64
    input c: i64[n]
    input big: bool
    us = stack()
    k = 0
    while k < 3 {
      push(us, k * sin(x))
      k += 1
    }
    ws = stack()
    while k < 7 {
      push(ws, 0.1 * k * f64(c))
      k += 1
    }
    h = a
    if big {
      for u in us { h = tanh(h + sum(u)) }
      vs = us
    } else {
      h = exp(h) * x[0]
      vs = ws
    }
    other = us if not big else ws
    for v in vs { h = h * 0.5 + sum(v * x) }
    for v in other { h = h + sum(v ** 2 * x) * h }
    loss = h
    output loss
    """,
    x=[0.4, -0.3],
    a=0.6,
    c=[5, 2],
    big=True,
)
def stacks_in_branches(x, a, c, big):
    us = [k * np.sin(x) for k in range(3)]
    ws = [0.1 * k * c for k in range(3, 7)]
    h = a
    for u in us:
        h = np.tanh(h + u.sum())
    for v in us:
        h = h * 0.5 + v @ x
    for v in ws:
        h = h + v**2 @ x * h
    return h
