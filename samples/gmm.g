# A mixture of three Gaussians:  graphc run samples/gmm.g --feed length=@samples/data/iris.csv:petal_length --feed width=@samples/data/iris.csv:petal_width
input length: f64[n]  # petals of n flowers
input width: f64[n]
input rate: f64 = 0.05
var weight: f64[3] = zeros([3], dtype=f64)  # logits of the mixture's proportions
var centre: f64[3, 2] = [[1.5, 0.3], [4.0, 1.2], [5.5, 2.0]]
var spread: f64[3, 2] = zeros([3, 2], dtype=f64)  # logarithms of the standard deviations

x = stack([length, width], axis=1)
z = (x[:, None, :] - centre) * exp(-spread)  # f64[n, 3, 2]
log_density = sum(-0.5 * z ** 2 - spread - 0.5 * log(2 * pi), axis=-1)
loglik = mean(logsumexp(log_softmax(weight, axis=0) + log_density, axis=-1))
dweight, dcentre, dspread = grad(loglik, [weight, centre, spread])
output loglik
output dweight
output dcentre
output dspread

weight += rate * dweight  # with --steps 500 it climbs to a maximum
centre += rate * dcentre
spread += rate * dspread
