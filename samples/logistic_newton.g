# Logistic regression by Newton's method:  graphc run samples/logistic_newton.g --feeds samples/data/breast_cancer.npz --steps 8
input X: f64[n, 30]  # standardised features of n tumours
input Y: i64[n]      # 1 benign, 0 malignant
input ridge: f64 = 0.01
var w: f64[31] = zeros([31], dtype=f64)

A = concat([X, ones([n, 1], dtype=f64)], axis=1)
z = A @ w
loss = mean(softplus(z) - Y * z) + 0.5 * ridge * sum(w ** 2)
slope = grad(loss, w)
accuracy = mean(f64((z > 0) == (Y == 1)))
steepness = norm(slope)  # near 0: converged
output loss
output accuracy
output steepness

w -= solve(hessian(loss, w), slope)
