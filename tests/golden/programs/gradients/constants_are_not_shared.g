# a and c are equal and differ all the same.
input x: f32 = 0.0
a = 1.0
b = -2.0
c = 1.0
y = a * x ** 2 + b * x + c
da, db, dc = grad(y, [a, b, c])
output da
output db
output dc

#$ graphc run constants_are_not_shared.g
#> da: f32 = 0.0
#> db: f32 = 0.0
#> dc: f32 = 1.0
