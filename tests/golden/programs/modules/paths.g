# A variable's name may be a path; it is read and assigned by it, and saved, fetched and differentiated by it.
input x: f32[3] = [1.0, 1.0, 1.0]
var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
var net.layers.0.b: f32 = 0.5, trainable=false
fn half(net, y) = net * y            # a parameter called net is no path
fn reset() {
  assign(net.layers.0.b, 0)
}
loss = sum(half(x, net.l1.W)) + net.layers.0.b
dw = grad(loss, net.l1.W)
net.l1.W -= 0.5 * dw
net.l1.W[0] = 7
if loss > 100 { net.l1.W += 1 }
reset()
print(net.l1.W.shape[0], net.l1.W.sum())
output loss
output net.l1.W

#$ graphc run paths.g --steps 2
#> 3 11.0
#> 3 10.0
#> loss: f32 = 11.0
#> net.l1.W: f32[3] = [7.0, 1.0, 2.0]

#$ graphc run paths.g --fetch net.layers.0.b,net.l1.W
#> net.layers.0.b: f32 = 0.5
#> net.l1.W: f32[3] = [7.0, 1.5, 2.5]

#$ graphc grad paths.g --wrt net.l1.W,net.layers.0.b --of loss
#> # d loss / d net.l1.W, d loss / d net.layers.0.b of paths.g
#> input x: f32[3] = [1.0, 1.0, 1.0]
#> var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
#> var net.layers.0.b: f32 = 0.5, trainable=false
#> dloss_dnet_l1_W = x
#> loss = sum(x * net.l1.W) + net.layers.0.b
#> dloss_dnet_layers_0_b: f32 = 1.0
#> output loss
#> output dloss_dnet_l1_W
#> output dloss_dnet_layers_0_b

#$ graphc show paths.g
#> input x: f32[3] = [1.0, 1.0, 1.0]
#> var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
#> var net.layers.0.b: f32 = 0.5, trainable=false
#> loss = sum(x * net.l1.W) + net.layers.0.b
#> dw = x * broadcast_to(f32(1), [3])
#> v1 = set_strided(net.l1.W - 0.5 * dw, 7, [0], [None], [0])
#> net_l1_W = v1 + 1 if loss > 100 else v1
#> print(i64(3), sum(net_l1_W))
#> output loss
#> net.l1.W = net_l1_W
#> output net.l1.W
#> net.layers.0.b = 0.0

#$ graphc show paths.g --core
#> input x: f32[3] = [1.0, 1.0, 1.0]
#> var net.l1.W: f32[3] = [1.0, 2.0, 3.0]
#> var net.layers.0.b: f32 = 0.5, trainable=false
#> v1: f32[3] = multiply(x, net.l1.W)                  # paths.g:5:19   fn half(net, y) = net * y
#> v2: f32 = sum(v1)                                   # paths.g:9:8   loss = sum(half(x, net.l1.W)) + net.layers.0.b
#> loss: f32 = add(v2, net.layers.0.b)                 # paths.g:9:8
#> v3: f32 = 1.0                                       # paths.g:10:6   dw = grad(loss, net.l1.W)
#> v4: f32[3] = broadcast_to(v3, [3])                  # adjoint of paths.g:9:8   loss = sum(half(x, net.l1.W)) + net.layers.0.b
#> dw: f32[3] = multiply(x, v4)                        # adjoint of paths.g:5:19   fn half(net, y) = net * y
#> v5: f32 = 0.5                                       # paths.g:11:13   net.l1.W -= 0.5 * dw
#> v6: f32[3] = multiply(v5, dw)                       # paths.g:11:13
#> v7: f32[3] = subtract(net.l1.W, v6)                 # paths.g:11:1
#> v8: f32 = 7.0                                       # paths.g:12:15   net.l1.W[0] = 7
#> v9: f32[3] = set_strided(v7, v8, [0], [None], [0])  # paths.g:12:1
#> v10: f32 = 100.0                                    # paths.g:13:11   if loss > 100 { net.l1.W += 1 }
#> v11: bool = greater(loss, v10)                      # paths.g:13:4
#> if v11 {                                            # paths.g:13:1
#>   v12: f32 = 1.0                                    # paths.g:13:29
#>   v13: f32[3] = add(v9, v12)                        # paths.g:13:17
#>   net_l1_W = v13
#> } else {
#>   net_l1_W = v9
#> }
#> v14: i64 = 3                                        # paths.g:15:7   print(net.l1.W.shape[0], net.l1.W.sum())
#> v15: f32 = sum(net_l1_W)                            # paths.g:15:26
#> print(v14, v15)                                     # paths.g:15:1
#> output loss
#> net.l1.W = net_l1_W
#> output net.l1.W
#> net.layers.0.b = 0.0                                # paths.g:7:26   assign(net.layers.0.b, 0)

#$ graphc check paths.g
#> paths.g: ok
#>   inputs    x: f32[3] = …
#>   state     net.l1.W: f32[3]    trainable
#>             net.layers.0.b: f32    not trainable
#>   outputs   loss: f32   net.l1.W: f32[3]
#>   effects   print
