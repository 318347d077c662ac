## One trace, called twice: each call draws its own numbers, and `--seed` gives them again.
fn add_noise(x) = x + normal(x.shape)

input x: f32[3] = [10, 20, 30]
a = add_noise(x)
b = add_noise(x)
print("differ:", all(a != b))
output a
output b

#$ graphc run two_calls.g
#> differ: true
#> a: f32[3] = [8.428326, 19.252108, 29.81875]
#> b: f32[3] = [10.136776, 21.024712, 30.463348]

#$ graphc run two_calls.g --seed 7
#> differ: true
#> a: f32[3] = [12.049189, 20.17905, 31.112896]
#> b: f32[3] = [10.623441, 19.272495, 30.783972]

#$ graphc run two_calls.g --seed 7
#> differ: true
#> a: f32[3] = [12.049189, 20.17905, 31.112896]
#> b: f32[3] = [10.623441, 19.272495, 30.783972]

#$ graphc run two_calls.g --seed 7 --steps 2
#> differ: true
#> differ: true
#> a: f32[3] = [9.6294, 19.659529, 30.42577]
#> b: f32[3] = [10.774864, 20.808369, 28.72064]

#$ graphc show two_calls.g
#> input x: f32[3] = [10.0, 20.0, 30.0]
#> a = x + normal([3], dtype=f32, key=site("a.add_noise/normal"))
#> b = x + normal([3], dtype=f32, key=site("b.add_noise/normal"))
#> print("differ:", all(a != b))
#> output a
#> output b

#$ graphc show two_calls.g --core
#> input x: f32[3] = [10.0, 20.0, 30.0]
#> key: u64 = random_key()                            # two_calls.g:5:5   a = add_noise(x)
#> v1: u64 = site("a.add_noise/normal", key=key)      # two_calls.g:2:23   fn add_noise(x) = x + normal(x.shape)
#> v2: f32 = 0.0                                      # two_calls.g:2:23
#> v3: f32 = 1.0                                      # two_calls.g:2:23
#> v4: f32[3] = normal([3], mean=v2, std=v3, key=v1)  # two_calls.g:2:23
#> a: f32[3] = add(x, v4)                             # two_calls.g:2:19
#> v5: u64 = site("b.add_noise/normal", key=key)      # two_calls.g:2:23
#> v6: f32 = 0.0                                      # two_calls.g:2:23
#> v7: f32 = 1.0                                      # two_calls.g:2:23
#> v8: f32[3] = normal([3], mean=v6, std=v7, key=v5)  # two_calls.g:2:23
#> b: f32[3] = add(x, v8)                             # two_calls.g:2:19
#> v9: bool[3] = not_equal(a, b)                      # two_calls.g:7:22   print("differ:", all(a != b))
#> v10: bool = all(v9)                                # two_calls.g:7:18
#> print("differ:", v10)                              # two_calls.g:7:1
#> output a
#> output b

#$ graphc run two_calls.g --seed -1
#! error: a seed is a whole number from 0 to 2**64 - 1, not -1
#!    = hint: --seed 1, or --seed random
#= 2

#$ graphc run two_calls.g --seed 7 --eager
#> differ: true
#> a: f32[3] = [12.049189, 20.17905, 31.112896]
#> b: f32[3] = [10.623441, 19.272495, 30.783972]

#$ graphc run two_calls.g --seed 7 --steps 2 --eager
#> differ: true
#> differ: true
#> a: f32[3] = [9.6294, 19.659529, 30.42577]
#> b: f32[3] = [10.774864, 20.808369, 28.72064]
