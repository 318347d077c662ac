# What the passes remove:  graphc run -v samples/unused.g --feed x=2.0
input x: f32; input big: f32[2000, 2000]
scale = 2 * 3 + 4
wave = sin(x)
inverse = inv(big)  # nothing needs it, so `big` needs no feed
ramp = scale * x
again = sin(x)  # computed once
y = ramp + (wave - again)
output y
