# A program with inputs and outputs can be run, and not imported.
input x: f32 = 1.0
output y = 2 * x
fn double(t) = 2 * t

#$ graphc run declares.g
#> y: f32 = 2.0
