# Python's % on strings: what to write here.
input t: f32
input name: str
a = "%5.2f s" % t  # error: E0304
b = "step %d of %d" % t  # error: E0304
c = "after %s: " % 3  # error: E0304
d = name % 3  # error: E0304
e = 3 % name  # error: E0304
f = "100%% of %d" % t  # error: E0304

#$ graphc check percent.g
#! error[E0304]: % takes no strings beside numbers
#!   --> percent.g:4:5
#!    |
#!  4 | a = "%5.2f s" % t  # error: E0304
#!    |     ^^^^^^^^^^^^^
#!    |     ---------   - f32
#!    |     |
#!    |     str
#!    = hint: format(t) + " s"
#!
#! error[E0304]: % takes no strings beside numbers
#!   --> percent.g:5:5
#!    |
#!  5 | b = "step %d of %d" % t  # error: E0304
#!    |     ^^^^^^^^^^^^^^^^^^^
#!    |     ---------------   - f32
#!    |     |
#!    |     str
#!    = hint: "step " + format(t) + " of %d"
#!
#! error[E0304]: % takes no strings beside numbers
#!   --> percent.g:6:5
#!    |
#!  6 | c = "after %s: " % 3  # error: E0304
#!    |     ^^^^^^^^^^^^^^^^
#!    |     ------------   - int
#!    |     |
#!    |     str
#!    = hint: "after " + format(3) + ": "
#!
#! error[E0304]: % takes no strings beside numbers
#!   --> percent.g:7:5
#!    |
#!  7 | d = name % 3  # error: E0304
#!    |     ^^^^^^^^
#!    |     ----   - int
#!    |     |
#!    |     str
#!    = hint: name + format(3)
#!
#! error[E0304]: % takes no strings beside numbers
#!   --> percent.g:8:5
#!    |
#!  8 | e = 3 % name  # error: E0304
#!    |     ^^^^^^^^
#!    |     -   ---- str
#!    |     |
#!    |     int
#!
#! error[E0304]: % takes no strings beside numbers
#!   --> percent.g:9:5
#!    |
#!  9 | f = "100%% of %d" % t  # error: E0304
#!    |     ^^^^^^^^^^^^^^^^^
#!    |     -------------   - f32
#!    |     |
#!    |     str
#!    = hint: "100% of " + format(t)
#!
#! error: 6 errors in percent.g
#= 1
