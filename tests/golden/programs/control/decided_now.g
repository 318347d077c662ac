# A condition that is known is decided at once: no branch is left in the graph.
input x: f32[n, 3]
deep = true
fn layers(t, count) {
  if count == 0 { return t }
  if count == 1 {
    s = tanh(t)
  } else if count == 2 {
    s = tanh(tanh(t))
  } else {
    return undefined_shape_error(t)
  }
  return s
}
fn undefined_shape_error(t) = t @ t
if deep {
  h = layers(x, 2)
} else {
  h = layers(x, 3)
}
output y = sum(h) if deep and not false else x @ x

#$ graphc show decided_now.g
#> input x: f32[n, 3]
#> deep: bool = true
#> h = tanh(tanh(x))
#> y = sum(h)
#> output y

#$ graphc run decided_now.g --feed 'x=[[0, 0, 1]]'
#> y: f32 = 0.64201504
