# A decay to fit:  graphc run samples/decay.g --feed t=@samples/data/lab.csv:time --feed obs=@samples/data/lab.csv:signal
input t: f64[n]
input obs: f64[n]
var A: f64 = 1.0
var k: f64 = 1.0
var c: f64 = 0.0
loss = mean((A * exp(-k * t) + c - obs) ** 2)
output loss
