# A variable of a size that only a run tells has no saved value that could be printed.
input x: f32[n]
var m: f32[n] = ones([n])
output y = sum(x * m)

#$ graphc grad unknown_size.g --wrt x --state values
#> # d y / d x of unknown_size.g
#> input x: f32[n]
#> var m: f32[n] = ones([n], dtype=f32)
#> dy_dx = m
#> y = sum(x * m)
#> output y
#> output dy_dx
#! note: m, of a size that a run tells, prints with the initial value, not the saved one

#$ graphc grad unknown_size.g --wrt x --state values --run --feed "x=[1, 2]"
#> y: f32 = 11.0
#> dy_dx: f32[2] = [3.0, 4.0]
