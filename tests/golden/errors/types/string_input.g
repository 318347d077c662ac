input s: text  # error: E0304
output y = 1

#$ graphc check string_input.g
#! error[E0304]: text is not a dtype
#!   --> string_input.g:1:10
#!    |
#!  1 | input s: text  # error: E0304
#!    |          ^^^^
#!    = hint: the dtypes are float, bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64
#= 1
