# Imports what stands above it: a program there may, this file alone must be allowed to.
import "../layers.g" as below  # error: E0714
factor = below.scale * 10
fn scaled(x) = factor * below.affine(x)
fn reset() { assign(below.calls, 0) }

#$ graphc check scaled.g --allow-import ..
#> scaled.g: ok
#>   state     below.calls: i64   below.W: f32[2, 2]    not trainable
#>   outputs   factor: f32
#>   effects   assert, print
