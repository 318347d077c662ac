# A branch not taken leaves no NaN behind:  graphc run samples/masked.g --feed 'x=[-1, 0, 1, 4, 1000]'
input x: f64[n]
root = where(x > 0, sqrt(x), 0)
logarithm = where(x > 0, log(x), 0)
sinc = where(x != 0, sin(x) / x, 1)
capped = minimum(exp(x), 5)
droot = grad(root, x)
output root
output logarithm
output sinc
output capped
output droot
output dlogarithm = grad(logarithm, x)
output dsinc = grad(sinc, x)
output dcapped = grad(capped, x)
output d2root = grad(droot, x)  # order 2 as well
