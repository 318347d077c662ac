fn start(shape, dtype=float) = zeros(shape, dtype=dtype) + 1
output a = start([2])
output b = start([2], dtype=i32)
output c = start([2], f64)

#$ graphc run dtype_arguments.g
#> a: f32[2] = [1.0, 1.0]
#> b: i32[2] = [1, 1]
#> c: f64[2] = [1.0, 1.0]

#$ graphc run dtype_arguments.g --float f64
#> a: f64[2] = [1.0, 1.0]
#> b: i32[2] = [1, 1]
#> c: f64[2] = [1.0, 1.0]
