import "../limits/array.g" as a  # error: E0714
import "/etc/graphc/b.g"  # error: E0714
import "deeper/../../imports/../number.g"  # error: E0714
output y = a.y + b.y + number.y

#$ graphc check outside.g
#! error[E0714]: ../limits/array.g is outside of the program's folder
#!   --> outside.g:1:8
#!    |
#!  1 | import "../limits/array.g" as a  # error: E0714
#!    |        ^^^^^^^^^^^^^^^^^^^
#!    = hint: --allow-import ../limits
#!
#! error[E0714]: /etc/graphc/b.g is outside of the program's folder
#!   --> outside.g:2:8
#!    |
#!  2 | import "/etc/graphc/b.g"  # error: E0714
#!    |        ^^^^^^^^^^^^^^^^^
#!    = hint: --allow-import /etc/graphc
#!
#! error[E0714]: ../number.g is outside of the program's folder
#!   --> outside.g:3:8
#!    |
#!  3 | import "deeper/../../imports/../number.g"  # error: E0714
#!    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    = hint: --allow-import ..
#!
#! error: 3 errors in outside.g
#= 1
