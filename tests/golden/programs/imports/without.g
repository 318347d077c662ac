# The numbers of random.g without its import.
x = normal([2])
output mine = x

#$ graphc run without.g --fetch mine
#> mine: f32[2] = [-0.3208365, 1.3818111]

#$ graphc run without.g --fetch mine --seed 7
#> mine: f32[2] = [0.3038986, -1.9765879]
