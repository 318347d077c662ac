# The chain rule, step by step:  graphc grad samples/chain.g --wrt x --walk
input x: f32 = 3.0
y1 = x + 1
y2 = 2 * x
loss = (y1 - y2) ** 2
output loss
