# Rosenbrock's valley, its gradient and a Newton step:  graphc run samples/rosenbrock.g --feed 'x=[-1.2, 1.0]'
input x: f64[n]
f = sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
df = grad(f, x)
output f
output df
output step = -solve(hessian(f, x), df)
