# Each block is a test of its own, even if another has its name; what a failed assert compares is shown.
fn sq(x) = x * x
test "squares" { assert sq(2.0) == 5.0, "of a number" }
test "squares" { assert sq(3.0) == 9.0 }
test "in a list" {
  y = sq([1.0, 2.0])
  assert all(y == [1.0, 4.5])
}
test "in a loop" {
  for a in [1.0, 2.0] { assert a + 1.0 < 2.5 }
}

#$ graphc test tests_that_fail.g
#> FAILED  tests_that_fail.g: squares
#> ok      tests_that_fail.g: squares
#> FAILED  tests_that_fail.g: in a list
#> FAILED  tests_that_fail.g: in a loop
#> 1 passed, 3 failed
#! error[E0601]: of a number
#!   --> tests_that_fail.g:3:18
#!    |
#!  3 | test "squares" { assert sq(2.0) == 5.0, "of a number" }
#!    |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    = note: operand: x * x: f64 = 4.0
#! error[E0601]: this assertion does not hold
#!   --> tests_that_fail.g:7:3
#!    |
#!  7 |   assert all(y == [1.0, 4.5])
#!    |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    = note: operands: y: f64[2] = [1.0, 4.0], [1.0, 4.5]: f64[2] = [1.0, 4.5]
#! error[E0601]: this assertion does not hold
#!   --> tests_that_fail.g:10:25
#!    |
#! 10 |   for a in [1.0, 2.0] { assert a + 1.0 < 2.5 }
#!    |                         ^^^^^^^^^^^^^^^^^^^^
#!    = note: operand: a + 1.0: f64 = 3.0
#= 1
