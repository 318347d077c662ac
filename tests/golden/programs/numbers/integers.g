# Integers are exact, however long, until they meet a dtype.
big = 2 ** 100
input x: f64 = 1.0
output ratio = big / (2 ** 98)
output scaled = x * (big // 2 ** 90)
output hexadecimal = 0xFF + 1_000
output remainder = -7 % 3
output quotient = -7 // 3

#$ graphc run integers.g
#> ratio: f32 = 4.0
#> scaled: f64 = 1024.0
#> hexadecimal: i64 = 1255
#> remainder: i64 = 2
#> quotient: i64 = -3
