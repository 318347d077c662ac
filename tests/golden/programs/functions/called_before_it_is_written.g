input x: f32 = 3.0
output y = twice(x) + thrice(x)
fn twice(t) = 2 * t
fn thrice(t) = twice(t) + t

#$ graphc run called_before_it_is_written.g
#> y: f32 = 15.0
