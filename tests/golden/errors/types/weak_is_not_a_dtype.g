input x: weak_float  # error: E0304
output y = x

#$ graphc check weak_is_not_a_dtype.g
#! error[E0304]: weak_float is not a dtype
#!   --> weak_is_not_a_dtype.g:1:10
#!    |
#!  1 | input x: weak_float  # error: E0304
#!    |          ^^^^^^^^^^
#!    = hint: the dtypes are float, bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64
#= 1
