# What a file draws is its own: the program's numbers are those that it has without the import.
import "noise.g"
x = normal([2])
output mine = x
output its = noise.x
output w = noise.w

#$ graphc run random.g
#> mine: f32[2] = [-0.3208365, 1.3818111]
#> its: f32[2] = [2.2144375, 0.17546658]
#> w: f32 = -1.0956895

#$ graphc run random.g --fetch mine --seed 7
#> mine: f32[2] = [0.3038986, -1.9765879]
