# An updated copy, at known places, computed ones and where a mask holds: literals adopt the dtype of what is stored.
input a: f64
input i: i64
input x: f64[3]
v = [0.0, 0.0, 0.0]
v[1] = a
w = [0, 0, 0]
w[i] = a
m = [1, 2, 3]
m[i] *= 2
m[0] -= 1
f = zeros([3])
f[i] = i
f[2] = 3
y = x
y[y > 0.5] -= 0.25
y[y > 0.7] = 1
q = ["a", "b"]
q[1] += "c"
q[i] += "d"
for j in [1, 2] {
  fn times(t) = t * a
  r = times(j)
}
output v
output w
output m
output f
output y
output q
output r

#$ graphc run updates_adopt_dtypes.g --feed a=0.1 --feed i=0 --feed 'x=[0.25, 0.75, 1]'
#> v: f64[3] = [0.0, 0.1, 0.0]
#> w: f64[3] = [0.1, 0.0, 0.0]
#> m: i64[3] = [1, 2, 3]
#> f: f32[3] = [0.0, 0.0, 3.0]
#> y: f64[3] = [0.25, 0.5, 1.0]
#> q: str[2] = ["ad", "bc"]
#> r: f64 = 0.2

#$ graphc run updates_adopt_dtypes.g --feed a=0.1 --feed i=0 --feed 'x=[0.25, 0.75, 1]' --eager
#> v: f64[3] = [0.0, 0.1, 0.0]
#> w: f64[3] = [0.1, 0.0, 0.0]
#> m: i64[3] = [1, 2, 3]
#> f: f32[3] = [0.0, 0.0, 3.0]
#> y: f64[3] = [0.25, 0.5, 1.0]
#> q: str[2] = ["ad", "bc"]
#> r: f64 = 0.2
