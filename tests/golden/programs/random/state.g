# Initial values depend on the seed, draws also on the number of the run, which a saved state keeps.
var w: f32[2] = normal([2])
step = normal([2])
w += step
output w
output step

#$ graphc run state.g --steps 3
#> w: f32[2] = [1.5040137, 2.5480835]
#> step: f32[2] = [0.18964946, 1.0220639]

#$ graphc run state.g --seed 5 --steps 3
#> w: f32[2] = [-1.4159435, 3.7187274]
#> step: f32[2] = [-1.2956426, 0.6034408]

#$ graphc run state.g --fetch w --seed 5
#> w: f32[2] = [0.4601835, 2.0017855]
