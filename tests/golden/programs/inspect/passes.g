input x: f32; input big: f32[2000, 2000]
scale = 2 * 3 + 4
wave = sin(x)
inverse = inv(big)
again = sin(x)
y = scale * x + (wave - again)
output y

#$ graphc show passes.g -v --stage optimised
#> input x: f32
#> wave = sin(x)
#> again = wave
#> y = 10 * x + (wave - wave)
#> output y
#! prune    line 4   inv(big): nothing needs it; input big needs no feed
#! fold     line 2   2 * 3 + 4  ->  10
#! cse      lines 3, 5   sin(x) computed once

#$ graphc run passes.g --feed x=2.0
#> y: f32 = 20.0
