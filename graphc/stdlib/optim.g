# Optimisers, their schedules and clipping.
#
# An optimiser is a function f(w, dw, state, …) that gives the new w and the new state: w, m = f(w, dw, m).  The
# functions here make one: f = sgd(0.01, momentum=0.9).  A state is a parameter with a default, its value before the
# first step: a number fills a tensor like w, unless the parameter has a type of its own (step: i64 = 0).  So
# minimize(loss, with=f) can keep one of each for every variable; by hand, keep them in variables of your own.
# Names, defaults and formulas are those of torch.optim.

## Stochastic gradient descent, with momentum (Polyak, 1964; Nesterov, 1983) and weight decay: w, m = f(w, dw, m), or
## w = f(w, dw) without momentum.
fn sgd(lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=false) {
  fn plain(w, dw) = w - lr * decayed(w, dw, weight_decay)

  fn heavy(w, dw, m=0.0) {
    g = decayed(w, dw, weight_decay)
    m = momentum * m + g
    return w - lr * (g + momentum * m if nesterov else m), m
  }

  # The first step isn't dampened.
  fn damped(w, dw, m=0.0, step: i64 = 0) {
    g = decayed(w, dw, weight_decay)
    m = where(step == 0, g, momentum * m + (1 - dampening) * g)
    return w - lr * (g + momentum * m if nesterov else m), m, step + 1
  }

  return plain if momentum == 0 else (heavy if dampening == 0 else damped)
}

## Adam (Kingma and Ba, 2015): w, m, v, step = f(w, dw, m, v, step).  Weight decay is added to the gradient; with
## amsgrad (Reddi, Kale and Kumar, 2018) a fifth state is the largest v so far.
fn adam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=false) {
  fn plain(w, dw, m=0.0, v=0.0, step: i64 = 0) {
    g = decayed(w, dw, weight_decay)
    m, v, step = moments(g, m, v, step, beta1, beta2)
    return w - lr * adapted(m, v, step, beta1, beta2, eps), m, v, step
  }

  fn largest(w, dw, m=0.0, v=0.0, step: i64 = 0, peak=0.0) {
    g = decayed(w, dw, weight_decay)
    m, v, step = moments(g, m, v, step, beta1, beta2)
    peak = maximum(peak, v)
    return w - lr * adapted(m, peak, step, beta1, beta2, eps), m, v, step, peak
  }

  return largest if amsgrad else plain
}

## Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w itself decays by lr * weight_decay, and the
## gradient stays as it is.
fn adamw(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01, amsgrad=false) {
  fn plain(w, dw, m=0.0, v=0.0, step: i64 = 0) {
    m, v, step = moments(dw, m, v, step, beta1, beta2)
    return w * (1 - lr * weight_decay) - lr * adapted(m, v, step, beta1, beta2, eps), m, v, step
  }

  fn largest(w, dw, m=0.0, v=0.0, step: i64 = 0, peak=0.0) {
    m, v, step = moments(dw, m, v, step, beta1, beta2)
    peak = maximum(peak, v)
    return w * (1 - lr * weight_decay) - lr * adapted(m, peak, step, beta1, beta2, eps), m, v, step, peak
  }

  return largest if amsgrad else plain
}

## RMSprop (Hinton, 2012): w, v = f(w, dw, v).  With centered (Graves, 2013), the mean of the gradients is a state a;
## with momentum, m is one: w, v, a, m = f(w, dw, v, a, m).
fn rmsprop(lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=false) {
  fn plain(w, dw, v=0.0) {
    g = decayed(w, dw, weight_decay)
    v = average(v, g ** 2, alpha)
    return w - lr * g / (sqrt(v) + eps), v
  }

  fn heavy(w, dw, v=0.0, m=0.0) {
    g = decayed(w, dw, weight_decay)
    v = average(v, g ** 2, alpha)
    m = momentum * m + g / (sqrt(v) + eps)
    return w - lr * m, v, m
  }

  fn central(w, dw, v=0.0, a=0.0) {
    g = decayed(w, dw, weight_decay)
    v = average(v, g ** 2, alpha)
    a = average(a, g, alpha)
    return w - lr * g / (deviation(v, a) + eps), v, a
  }

  fn central_heavy(w, dw, v=0.0, a=0.0, m=0.0) {
    g = decayed(w, dw, weight_decay)
    v = average(v, g ** 2, alpha)
    a = average(a, g, alpha)
    m = momentum * m + g / (deviation(v, a) + eps)
    return w - lr * m, v, a, m
  }

  if centered { return central if momentum == 0 else central_heavy }
  return plain if momentum == 0 else heavy
}

## Adagrad (Duchi, Hazan and Singer, 2011): w, s, step = f(w, dw, s, step), where s sums the squares of the gradients.
fn adagrad(lr=0.01, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10) {
  fn plain(w, dw, s=initial_accumulator_value) {
    g = decayed(w, dw, weight_decay)
    s = s + g ** 2
    return w - lr * g / (sqrt(s) + eps), s
  }

  fn slowing(w, dw, s=initial_accumulator_value, step: i64 = 0) {
    g = decayed(w, dw, weight_decay)
    s = s + g ** 2
    return w - lr / (1 + w.dtype(step) * lr_decay) * g / (sqrt(s) + eps), s, step + 1
  }

  return plain if lr_decay == 0 else slowing
}

# ---------------------------------------------------------------- parts of them

## The gradient of the loss and of weight_decay / 2 * sum(w ** 2).
fn decayed(w, dw, weight_decay) = dw + weight_decay * w if weight_decay != 0 else dw

## A running mean, which forgets by a factor of alpha at each step.
fn average(mean, x, alpha) = alpha * mean + (1 - alpha) * x

## The standard deviation of numbers whose squares have the mean `square`, and they themselves `mean`.
fn deviation(square, mean) = sqrt(maximum(square - mean ** 2, 0))

## Running means of the gradient and of its square, and how many there have been.
fn moments(g, m, v, step: i64, beta1, beta2) = average(m, g, beta1), average(v, g ** 2, beta2), step + 1

## The direction of Adam: the moments as they would be had they not begun at 0, one over the root of the other.
fn adapted(m, v, step: i64, beta1, beta2, eps) {
  t = m.dtype(step)
  return m / unforgotten(beta1, t) / (sqrt(v) / sqrt(unforgotten(beta2, t)) + eps)
}

## 1 - beta ** t, to full precision where beta is almost 1.
fn unforgotten(beta, t) = -expm1(t * log(beta))

# ---------------------------------------------------------------- schedules: a rate that depends on the step

## The rate times `factor` in the first `steps` steps.
fn constant(step, rate, steps=5, factor=1/3) = rate * where(step < steps, factor, 1.0)

## Times gamma after every `every` steps.
fn stepwise(step, rate, every, gamma=0.1) = rate * gamma ** (step // every)

## Times gamma after each step.
fn exponential(step, rate, gamma) = rate * gamma ** step

## From the rate down to `end` along half a wave of `steps` steps (Loshchilov and Hutter, 2017); then it rises again.
fn cosine(step, rate, steps, end=0.0) = end + (rate - end) * (1 + cos(pi * step / steps)) / 2

## From rate * start to rate * end in `steps` steps, along a line.
fn linear(step, rate, steps=5, start=1/3, end=1.0) = rate * (start + (end - start) * minimum(step / steps, 1))

## The rate, reached along a line in the first `steps` steps: rate / steps, 2 * rate / steps, …
fn warm_up(step, rate, steps) = rate * minimum((step + 1) / steps, 1)

# ---------------------------------------------------------------- clipping of gradients

## Each element between -limit and limit.
fn clip_value(g, limit) = clip(g, -limit, limit)

## The norm of all elements of several gradients, whatever their size.
fn global_norm(gradients) {
  total = 0.0
  for g in gradients { total = hypot(total, norm(g)) }
  return total
}

## A gradient scaled down if the norm of all gradients together is above a limit.
fn clip_norm(g, limit, norm) = g * minimum(limit / (norm + 1e-6), 1)
