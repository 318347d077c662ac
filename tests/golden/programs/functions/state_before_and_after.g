var w: f32 = 1.0
input x: f32 = 2.0
fn model(t) = w * t
output before = model(x)
w = w + 10
output after = model(x)

#$ graphc run state_before_and_after.g --steps 2
#> before: f32 = 22.0
#> after: f32 = 42.0
