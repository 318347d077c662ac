input x: f32[2] = [1, 2]
y = sum(x ** 3)
g = grad(y, x)
output penalty = sum(g ** 2)
output dpenalty = grad(penalty, x)

#$ graphc run of_a_gradient.g
#> penalty: f32 = 153.0
#> dpenalty: f32[2] = [36.0, 288.0]
