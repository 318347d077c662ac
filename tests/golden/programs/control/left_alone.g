# Leaving early, decided now and by the run: what a branch that has left would have bound, nobody sees.
input x: f64

fn undecided(v, early=false) {
  h = abs(v) + 1
  while h < 4 {
    h = 2 * h
    if early { return v }
  }
  for i in range(3) { if early { return v } }
  while false { if v > 2 { return v } }
  return 2 * h
}

fn twice(v) {
  for i in range(2) { if v > i { return v * i } }
  if false { return v }
  while false { if v > 2 { return v } }
  return 2 * v
}

t = 0.0
for i in range(3) {
  if x > 0 {
    if i > 1 { break }
    y = x
  } else {
    if i < 1 { continue }
    y, z = [-x, 1.0]
  }
  t += y
}

output a = undecided(x)
output b = undecided(x, early=true)
output c = twice(x)
output t
output slope = grad(t, x)

#$ graphc run left_alone.g --feed x=2
#> a: f64 = 12.0
#> b: f64 = 2.0
#> c: f64 = 0.0
#> t: f64 = 4.0
#> slope: f64 = 2.0

#$ graphc run left_alone.g --feed x=-2 --eager
#> a: f64 = 12.0
#> b: f64 = -2.0
#> c: f64 = -4.0
#> t: f64 = 4.0
#> slope: f64 = -2.0

#$ graphc run left_alone.g --feed x=1
#> a: f64 = 8.0
#> b: f64 = 1.0
#> c: f64 = 0.0
#> t: f64 = 2.0
#> slope: f64 = 2.0
