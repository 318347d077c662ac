# Without any output, a run returns what no binding or state update reads.
input x: f32 = 2.0
var total: f32 = 0.0
a = 2 * x
b = a ** 2
unused = 3 * x
seen = x + 1
print("seen", seen)
total += x

#$ graphc run default_outputs.g
#> seen 3.0
#> b: f32 = 16.0
#> unused: f32 = 6.0
#> seen: f32 = 3.0

#$ graphc check default_outputs.g
#> default_outputs.g: ok
#>   inputs    x: f32 = …
#>   state     total: f32    trainable
#>   outputs   b: f32   unused: f32   seen: f32
#>   effects   print
