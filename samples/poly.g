# A polynomial and its value:  graphc run samples/poly.g --feed x=3.0
input x: f32 = 0.0
a = 1.0; b = -2.0; c = 1.0
y = a * x ** 2 + b * x + c
output y
