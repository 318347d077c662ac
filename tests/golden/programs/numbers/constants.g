input x: f64 = 1.0
output circle = 2 * pi * x
output infinite = -inf * x
output missing = nan + x
output small = 5e-324 * x
output same = 0.1 + 0.2

#$ graphc run constants.g
#> circle: f64 = 6.283185307179586
#> infinite: f64 = -inf
#> missing: f64 = nan
#> small: f64 = 5e-324
#> same: f32 = 0.3

#$ graphc run constants.g --json
#> {"outputs": {"circle": {"dtype": "f64", "shape": [], "data": 6.283185307179586}, "infinite": {"dtype": "f64", "shape": [], "data": "-inf"}, "missing": {"dtype": "f64", "shape": [], "data": "nan"}, "small": {"dtype": "f64", "shape": [], "data": 5e-324}, "same": {"dtype": "f32", "shape": [], "data": 0.3}}}
