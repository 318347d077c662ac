# What both branches bind comes out; only the branch that is taken runs.
input x: f32
var w: f32 = 1.0
count = 0
if x > 0 {
  y = sqrt(x) * w
  print("positive", y)
  w -= 0.5 * y
  count = 1
} else if x < -10 {
  y = 2
  assert x > -20, "far too small"
} else {
  y = exp(x)
}
output y
output slope = grad(y, x)
output count

#$ graphc run if.g --feed x=4.0
#> positive 2.0
#> y: f32 = 2.0
#> slope: f32 = 0.25
#> count: i64 = 1

#$ graphc run if.g --feed x=0.0
#> y: f32 = 1.0
#> slope: f32 = 1.0
#> count: i64 = 0

#$ graphc run if.g --feed x=-15.0
#> y: f32 = 2.0
#> slope: f32 = 0.0
#> count: i64 = 0

#$ graphc run if.g --feed x=-25.0
#! error[E0601]: far too small
#!   --> if.g:12:3
#!    |
#! 12 |   assert x > -20, "far too small"
#!    |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#!    = note: operand: x: f32 = -25.0
#= 1

#$ graphc run if.g --feed x=4.0 --steps 2
#> positive 2.0
#> positive 0.0
#> y: f32 = 0.0
#> slope: f32 = 0.0
#> count: i64 = 1

#$ graphc grad if.g --wrt x --of y
#> # d y / d x of if.g
#> input x: f32
#> var w: f32 = 1.0
#> v1 = x > 0
#> y = sqrt(x) * w if v1 else 2 if x < -10 else exp(x)
#> dy_dx = 0.5 * w / sqrt(x) if v1 else 0 if x < -10 else exp(x)
#> output y
#> output dy_dx

#$ graphc grad if.g --wrt x --of y --order 2 --run --feed x=4.0
#> y: f32 = 2.0
#> dy_dx: f32 = 0.25
#> d2y_dx2: f32 = -0.03125

#$ graphc show if.g
#> input x: f32
#> var w: f32 = 1.0
#> count_1 = 0
#> v1 = x > 0
#> if v1 {
#>   y_1 = sqrt(x) * w
#>   print("positive", y_1)
#>   y = y_1
#>   w_1 = w - 0.5 * y_1
#>   count_2 = 1
#> } else {
#>   if x < -10 {
#>     assert x > -20, "far too small"
#>     y_3 = 2
#>     y_2 = f32(y_3)
#>   } else {
#>     y_2 = exp(x)
#>   }
#>   y = y_2
#>   w_1 = w
#>   count_2 = count_1
#> }
#> if v1 {
#>   slope = 0.5 * (1 * w) / sqrt(x)
#> } else {
#>   v2: f32 = 1.0
#>   slope = 0 if x < -10 else v2 * exp(x)
#> }
#> count = i64(count_2)
#> output y
#> output slope
#> output count
#> w = w_1

#$ graphc show if.g --core
#> input x: f32
#> var w: f32 = 1.0
#> count_1 = 0                            # if.g:4:9   count = 0
#> v1: f32 = 0.0                          # if.g:5:8   if x > 0 {
#> v2: bool = greater(x, v1)              # if.g:5:4
#> if v2 {                                # if.g:5:1
#>   v3: f32 = sqrt(x)                    # if.g:6:7   y = sqrt(x) * w
#>   y_1: f32 = multiply(v3, w)           # if.g:6:7
#>   print("positive", y_1)               # if.g:7:3   print("positive", y)
#>   v4: f32 = 0.5                        # if.g:8:8   w -= 0.5 * y
#>   v5: f32 = multiply(v4, y_1)          # if.g:8:8
#>   v6: f32 = subtract(w, v5)            # if.g:8:3
#>   count_3 = 1                          # if.g:9:11   count = 1
#>   y = y_1
#>   w_1 = v6
#>   count_2 = count_3
#> } else {
#>   v7: f32 = -10.0                      # if.g:10:15   } else if x < -10 {
#>   v8: bool = less(x, v7)               # if.g:10:11
#>   if v8 {                              # if.g:10:8
#>     y_3 = 2                            # if.g:11:7   y = 2
#>     v9: f32 = -20.0                    # if.g:12:14   assert x > -20, "far too small"
#>     v10: bool = greater(x, v9)         # if.g:12:10
#>     assert v10, "far too small"        # if.g:12:3
#>     v11: f32 = f32(y_3)                # if.g:11:7   y = 2
#>     y_2 = v11
#>   } else {
#>     y_4: f32 = exp(x)                  # if.g:14:7   y = exp(x)
#>     y_2 = y_4
#>   }
#>   y = y_2
#>   w_1 = w
#>   count_2 = count_1
#> }
#> if v2 {                                # adjoint of if.g:5:1   if x > 0 {
#>   v12: f32 = 1.0                       # if.g:17:16   output slope = grad(y, x)
#>   v13: f32 = sqrt(x)                   # if.g:6:7   y = sqrt(x) * w
#>   v14: f32 = multiply(v12, w)          # adjoint of if.g:6:7
#>   v15: f32 = 0.5                       # adjoint of if.g:6:7
#>   v16: f32 = multiply(v15, v14)        # adjoint of if.g:6:7
#>   dy_dx: f32 = divide(v16, v13)        # adjoint of if.g:6:7
#>   slope = dy_dx
#> } else {
#>   v17: f32 = 1.0                       # if.g:17:16   output slope = grad(y, x)
#>   v18: f32 = -10.0                     # if.g:10:15   } else if x < -10 {
#>   v19: bool = less(x, v18)             # if.g:10:11
#>   if v19 {                             # adjoint of if.g:10:8
#>     v20: f32 = 0.0                     # adjoint of if.g:10:8
#>     dy_dx_1 = v20
#>   } else {
#>     y_5: f32 = exp(x)                  # if.g:14:7   y = exp(x)
#>     dy_dx_2: f32 = multiply(v17, y_5)  # adjoint of if.g:14:7
#>     dy_dx_1 = dy_dx_2
#>   }
#>   slope = dy_dx_1
#> }
#> count: i64 = i64(count_2)              # if.g:18:8   output count
#> output y
#> output slope
#> output count
#> w = w_1

#$ graphc show if.g --dot
#> digraph program {
#>   graph [rankdir=TB, fontname="Helvetica,Arial,sans-serif", fontsize=11, nodesep=0.3, ranksep=0.35, labelloc=t, labeljust=l, label=<<font point-size="14"><b>if.g</b></font><br align="left"/><font color="#0072B2">■</font> program&#160;&#160;<font color="#D55E00">■</font> adjoint<br align="left"/>>]
#>   node [fontname="Helvetica,Arial,sans-serif", fontsize=11, shape=box, style="rounded,filled", penwidth=1.3, margin="0.12,0.06", height=0.3]
#>   edge [fontname="Helvetica,Arial,sans-serif", fontsize=9, color="#6B6B6B", fontcolor="#6B6B6B", arrowsize=0.6]
#>   n0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:2  input x: f32"]
#>   n1 [label=<<b>w</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="cylinder", color="#B97A00", margin="0.12,0.1", tooltip="if.g:3  var w: f32 = 1.0"]
#>   n4 [label=<x &gt; 0>, color="#0072B2", fillcolor="#DCEBF7", tooltip="if.g:5  if x > 0 {"]
#>   n6 [label=<<b>y, w, count</b><br/><font point-size="9" color="#404040">cond</font>>, color="#0072B2", fillcolor="#DCEBF7", tooltip="if.g:5  if x > 0 {"]
#>   n7 [label=<<b>slope</b><br/><font point-size="9" color="#404040">cond</font>>, color="#D55E00", fillcolor="#DCEBF7", tooltip="adjoint of if.g:5  if x > 0 {"]
#>   n8 [label=<<b>count</b><br/><font point-size="9" color="#404040">i64(count)</font>>, color="#0072B2", fillcolor="#EFE6DC", tooltip="if.g:18  output count"]
#>   out0 [label="y", shape="oval", style="filled", fillcolor="#303030", fontcolor="white", color="#303030", tooltip="output y: f32"]
#>   out1 [label="slope", shape="oval", style="filled", fillcolor="#303030", fontcolor="white", color="#303030", tooltip="output slope: f32"]
#>   out2 [label="count", shape="oval", style="filled", fillcolor="#303030", fontcolor="white", color="#303030", tooltip="output count: i64"]
#>   new0 [shape="cylinder", color="#B97A00", margin="0.12,0.1", label=<<b>w</b><br/><font point-size="9" color="#404040">new value</font>>, style="filled,dashed", fillcolor="white"]
#>   subgraph cluster_1 {
#>     graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="y: if"]
#>     n6r0_0 [label=<<b>count</b><br/><font point-size="9" color="#404040">int</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n6r0_1 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n6r0_2 [label=<<b>w</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n6r0_4 [label=<sqrt(x)>, color="#0072B2", fillcolor="#FCE9D4", tooltip="if.g:6  y = sqrt(x) * w"]
#>     n6r0_5 [label=<<b>y</b><br/><font point-size="9" color="#404040">· * w</font>>, color="#0072B2", fillcolor="#FCE9D4", tooltip="if.g:6  y = sqrt(x) * w"]
#>     n6r0_6 [label=<print &quot;positive&quot; y>, color="#6B6B6B", fillcolor="#F3F3F3", tooltip="if.g:7  print(\"positive\", y)", style="rounded,filled,dashed"]
#>     n6r0_8 [label=<0.5 * y>, color="#0072B2", fillcolor="#DDF1E4", tooltip="if.g:8  w -= 0.5 * y"]
#>     n6r0_9 [label=<w - ·>, color="#0072B2", fillcolor="#DDF1E4", tooltip="if.g:8  w -= 0.5 * y"]
#>     n6r0_10 [label=<<b>count</b><br/><font point-size="9" color="#404040">1</font>>, color="#6B6B6B", fillcolor="#F3F3F3", tooltip="if.g:9  count = 1", shape="note", style="filled"]
#>   }
#>   subgraph cluster_2 {
#>     graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="y: else"]
#>     n6r1_0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n6r1_2 [label=<<b>w</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n6r1_3 [label=<<b>count</b><br/><font point-size="9" color="#404040">int</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n6r1_5 [label=<x &lt; -10>, color="#0072B2", fillcolor="#F6E1EE", tooltip="if.g:10  } else if x < -10 {"]
#>     n6r1_6 [label=<<b>y</b><br/><font point-size="9" color="#404040">cond</font>>, color="#0072B2", fillcolor="#F6E1EE", tooltip="if.g:10  } else if x < -10 {"]
#>     subgraph cluster_3 {
#>       graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="y: if"]
#>       n6r1_6r0_0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:10  } else if x < -10 {"]
#>       n6r1_6r0_4 [label=<x &gt; -20>, color="#0072B2", fillcolor="#FBF5CF", tooltip="if.g:12  assert x > -20, \"far too small\""]
#>       n6r1_6r0_5 [label=<assert · &quot;far too small&quot;>, color="#6B6B6B", fillcolor="#F3F3F3", tooltip="if.g:12  assert x > -20, \"far too small\"", style="rounded,filled,dashed"]
#>       n6r1_6r0_6 [label=<f32(2)>, color="#0072B2", fillcolor="#E4E4F6", tooltip="if.g:11  y = 2"]
#>     }
#>     subgraph cluster_4 {
#>       graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="y: else"]
#>       n6r1_6r1_0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:10  } else if x < -10 {"]
#>       n6r1_6r1_2 [label=<<b>y</b><br/><font point-size="9" color="#404040">exp(x)</font>>, color="#0072B2", fillcolor="#DDF0F2", tooltip="if.g:14  y = exp(x)"]
#>     }
#>   }
#>   subgraph cluster_5 {
#>     graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="dy_dx: if"]
#>     n7r0_0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n7r0_1 [label=<<b>w</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n7r0_3 [label=<sqrt(x)>, color="#0072B2", fillcolor="#FCE9D4", tooltip="if.g:6  y = sqrt(x) * w"]
#>     n7r0_4 [label=<1 * w>, color="#D55E00", fillcolor="#FCE9D4", tooltip="adjoint of if.g:6  y = sqrt(x) * w"]
#>     n7r0_6 [label=<0.5 * ·>, color="#D55E00", fillcolor="#FCE9D4", tooltip="adjoint of if.g:6  y = sqrt(x) * w"]
#>     n7r0_7 [label=<<b>dy_dx</b><br/><font point-size="9" color="#404040">/</font>>, color="#D55E00", fillcolor="#FCE9D4", tooltip="adjoint of if.g:6  y = sqrt(x) * w"]
#>   }
#>   subgraph cluster_6 {
#>     graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="dy_dx: else"]
#>     n7r1_0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n7r1_1 [label=<<b>w</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:5  if x > 0 {"]
#>     n7r1_4 [label=<x &lt; -10>, color="#0072B2", fillcolor="#F6E1EE", tooltip="if.g:10  } else if x < -10 {"]
#>     n7r1_5 [label=<<b>dy_dx</b><br/><font point-size="9" color="#404040">cond</font>>, color="#D55E00", fillcolor="#F6E1EE", tooltip="adjoint of if.g:10  } else if x < -10 {"]
#>     subgraph cluster_7 {
#>       graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="dy_dx: if"]
#>       n7r1_5r0_0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:10  } else if x < -10 {"]
#>       n7r1_5r0_1 [label=<<b>g</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="adjoint of if.g:10  } else if x < -10 {"]
#>       n7r1_5r0_2 [label=<f32(0)>, color="#6B6B6B", fillcolor="#F3F3F3", tooltip="adjoint of if.g:10  } else if x < -10 {", shape="note", style="filled"]
#>     }
#>     subgraph cluster_8 {
#>       graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="dy_dx: else"]
#>       n7r1_5r1_0 [label=<<b>x</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="if.g:10  } else if x < -10 {"]
#>       n7r1_5r1_1 [label=<<b>g</b><br/><font point-size="9" color="#404040">f32</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="adjoint of if.g:10  } else if x < -10 {"]
#>       n7r1_5r1_2 [label=<<b>y</b><br/><font point-size="9" color="#404040">exp(x)</font>>, color="#0072B2", fillcolor="#DDF0F2", tooltip="if.g:14  y = exp(x)"]
#>       n7r1_5r1_3 [label=<<b>dy_dx</b><br/><font point-size="9" color="#404040">g * y</font>>, color="#D55E00", fillcolor="#DDF0F2", tooltip="adjoint of if.g:14  y = exp(x)"]
#>     }
#>   }
#>   n0 -> n4 [edgetooltip="x: f32", color="#0072B2"]
#>   n4 -> n6 [edgetooltip="bool", label=" bool ", color="#0072B2"]
#>   n0 -> n6 [edgetooltip="x: f32", color="#0072B2"]
#>   n1 -> n6 [edgetooltip="w: f32", color="#0072B2"]
#>   n0 -> n6r0_1 [style="dotted", constraint="false"]
#>   n1 -> n6r0_2 [style="dotted", constraint="false"]
#>   n6r0_1 -> n6r0_4 [edgetooltip="x: f32", color="#0072B2"]
#>   n6r0_4 -> n6r0_5 [edgetooltip="f32", color="#0072B2"]
#>   n6r0_2 -> n6r0_5 [edgetooltip="w: f32", color="#0072B2"]
#>   n6r0_5 -> n6r0_6 [edgetooltip="y: f32", color="#0072B2"]
#>   n6r0_5 -> n6r0_8 [edgetooltip="y: f32", color="#0072B2"]
#>   n6r0_2 -> n6r0_9 [edgetooltip="w: f32", color="#0072B2"]
#>   n6r0_8 -> n6r0_9 [edgetooltip="f32", color="#0072B2"]
#>   n6r0_5 -> n6 [style="dotted", arrowhead="odot"]
#>   n6r0_9 -> n6 [style="dotted", arrowhead="odot"]
#>   n6r0_10 -> n6 [style="dotted", arrowhead="odot"]
#>   n6r0_6 -> n6 [style="dotted", arrowhead="odot"]
#>   n0 -> n6r1_0 [style="dotted", constraint="false"]
#>   n1 -> n6r1_2 [style="dotted", constraint="false"]
#>   n6r1_0 -> n6r1_5 [edgetooltip="x: f32", color="#0072B2"]
#>   n6r1_5 -> n6r1_6 [edgetooltip="bool", label=" bool ", color="#0072B2"]
#>   n6r1_0 -> n6r1_6 [edgetooltip="x: f32", color="#0072B2"]
#>   n6r1_0 -> n6r1_6r0_0 [style="dotted", constraint="false"]
#>   n6r1_6r0_0 -> n6r1_6r0_4 [edgetooltip="x: f32", color="#0072B2"]
#>   n6r1_6r0_4 -> n6r1_6r0_5 [edgetooltip="bool", label=" bool ", color="#0072B2"]
#>   n6r1_6r0_6 -> n6r1_6 [style="dotted", arrowhead="odot"]
#>   n6r1_6r0_5 -> n6r1_6 [style="dotted", arrowhead="odot"]
#>   n6r1_0 -> n6r1_6r1_0 [style="dotted", constraint="false"]
#>   n6r1_6r1_0 -> n6r1_6r1_2 [edgetooltip="x: f32", color="#0072B2"]
#>   n6r1_6r1_2 -> n6r1_6 [style="dotted", arrowhead="odot"]
#>   n6r1_6 -> n6 [style="dotted", arrowhead="odot"]
#>   n6r1_2 -> n6 [style="dotted", arrowhead="odot"]
#>   n6r1_3 -> n6 [style="dotted", arrowhead="odot"]
#>   n6r1_6 -> n6 [style="dotted", arrowhead="odot"]
#>   n4 -> n7 [edgetooltip="bool", color="#D55E00", minlen="0"]
#>   n1 -> n7 [edgetooltip="w: f32", color="#D55E00", minlen="0"]
#>   n0 -> n7 [edgetooltip="x: f32", color="#D55E00", minlen="0"]
#>   n6 -> n7 [style="invis", minlen="0"]
#>   n0 -> n7r0_0 [style="dotted", constraint="false"]
#>   n1 -> n7r0_1 [style="dotted", constraint="false"]
#>   n7r0_0 -> n7r0_3 [edgetooltip="x: f32", color="#0072B2"]
#>   n7r0_1 -> n7r0_4 [edgetooltip="w: f32", color="#D55E00", minlen="0"]
#>   n7r0_6 -> n7r0_4 [edgetooltip="f32", color="#D55E00", dir="back"]
#>   n7r0_3 -> n7r0_6 [style="invis", minlen="0"]
#>   n7r0_7 -> n7r0_6 [edgetooltip="f32", color="#D55E00", dir="back"]
#>   n7r0_3 -> n7r0_7 [edgetooltip="f32", color="#D55E00", minlen="0"]
#>   n7r0_3 -> n7r0_7 [style="invis", minlen="0"]
#>   n7r0_7 -> n7 [style="dotted", arrowhead="odot"]
#>   n0 -> n7r1_0 [style="dotted", constraint="false"]
#>   n1 -> n7r1_1 [style="dotted", constraint="false"]
#>   n7r1_0 -> n7r1_4 [edgetooltip="x: f32", color="#0072B2"]
#>   n7r1_4 -> n7r1_5 [edgetooltip="bool", label=" bool ", color="#D55E00", minlen="0"]
#>   n7r1_0 -> n7r1_5 [edgetooltip="x: f32", color="#D55E00", minlen="0"]
#>   n7r1_0 -> n7r1_5r0_0 [style="dotted", constraint="false"]
#>   n7r1_5r0_2 -> n7r1_5 [style="dotted", arrowhead="odot"]
#>   n7r1_0 -> n7r1_5r1_0 [style="dotted", constraint="false"]
#>   n7r1_5r1_0 -> n7r1_5r1_2 [edgetooltip="x: f32", color="#0072B2"]
#>   n7r1_5r1_3 -> n7r1_5r1_1 [edgetooltip="g: f32", color="#D55E00", dir="back"]
#>   n7r1_5r1_2 -> n7r1_5r1_3 [edgetooltip="y: f32", color="#D55E00", minlen="0"]
#>   n7r1_5r1_2 -> n7r1_5r1_3 [style="invis", minlen="0"]
#>   n7r1_5r1_3 -> n7r1_5 [style="dotted", arrowhead="odot"]
#>   n7r1_5 -> n7 [style="dotted", arrowhead="odot"]
#>   n6 -> n8 [edgetooltip="count: int", label=" int ", color="#0072B2"]
#>   n6 -> out0 [edgetooltip="y: f32", label=" f32 ", color="#303030"]
#>   n7 -> out1 [edgetooltip="dy_dx: f32", color="#303030"]
#>   n8 -> out2 [edgetooltip="i64", label=" i64 ", color="#303030"]
#>   n6 -> new0 [color="#B97A00", penwidth="1.6"]
#>   new0 -> n1 [color="#B97A00", style="dashed", constraint="false"]
#> }
