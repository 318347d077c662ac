fn huber(r, delta=1.0) {
  small = abs(r) <= delta
  return where(small, 0.5 * r ** 2, delta * (abs(r) - 0.5 * delta))
}
input r: f32[3] = [-3, 0.5, 2]
output h = huber(r)
output dh = grad(h, r)

#$ graphc run blocks.g
#> h: f32[3] = [2.5, 0.125, 1.5]
#> dh: f32[3] = [-1.0, 0.5, 1.0]

#$ graphc show blocks.g --stage optimised
#> input r: f32[3] = [-3.0, 0.5, 2.0]
#> v1 = abs(r)
#> small = v1 <= 1
#> h = where(small, 0.5 * r ** 2, v1 - 0.5)
#> dh = where(small, 0.5 * (2 * r), sign(r))
#> output h
#> output dh
