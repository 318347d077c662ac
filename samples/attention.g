# One causal attention head and its gradient:  graphc run samples/attention.g --feeds samples/data/attention.npz
input X: f32[t, d]  # t tokens of width d
input Wq: f32[d, d]
input Wk: f32[d, d]
input Wv: f32[d, d]
input Wo: f32[d, d]

Q = X @ Wq
K = X @ Wk
V = X @ Wv
scores = Q @ K.T / sqrt(d)
past = tril(ones([t, t])) > 0  # a token sees itself and what came before it
attention = softmax(where(past, scores, -inf), axis=-1)
H = X + attention @ V @ Wo
loss = mean(H ** 2)
dWq, dWk, dWv = grad(loss, [Wq, Wk, Wv])
output loss
output attention
output dWq
output dWk
output dWv
