# Imported by random.g.
var w: f32 = normal()
x = normal([2])

#$ graphc run noise.g
#> x: f32[2] = [-0.3208365, 1.3818111]
