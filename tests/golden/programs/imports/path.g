# The first import names the path of the variables for all.
from "parts/scaled.g" import scaled
import "layers.g" as layers
output y = scaled([1.0, 1.0]) + layers.shift
output calls = layers.calls

#$ graphc run path.g
#> layers, read once
#> y: f32[2] = [202.0, 198.0]
#> calls: i64 = 1

#$ graphc check path.g
#> path.g: ok
#>   state     scaled.below.calls: i64   scaled.below.W: f32[2, 2]    not trainable
#>   outputs   y: f32[2]   calls: i64
#>   effects   assert, print
