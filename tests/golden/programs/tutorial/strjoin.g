# The graph of the tutorial's string join: the print comes after the join, whose value it shows.
input x: str
input y: str

fn strjoin(x, y) {
  z = join(x, y, sep=" ")
  print(z)
  return z
}

output z = strjoin(x, y)

#$ graphc show strjoin.g --dot
#> digraph program {
#>   graph [rankdir=TB, fontname="Helvetica,Arial,sans-serif", fontsize=11, nodesep=0.3, ranksep=0.35, labelloc=t, labeljust=l, label=<<font point-size="14"><b>strjoin.g</b></font><br align="left"/>>]
#>   node [fontname="Helvetica,Arial,sans-serif", fontsize=11, shape=box, style="rounded,filled", penwidth=1.3, margin="0.12,0.06", height=0.3]
#>   edge [fontname="Helvetica,Arial,sans-serif", fontsize=9, color="#6B6B6B", fontcolor="#6B6B6B", arrowsize=0.6]
#>   n0 [label=<<b>x</b><br/><font point-size="9" color="#404040">str</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="strjoin.g:2  input x: str"]
#>   n1 [label=<<b>y</b><br/><font point-size="9" color="#404040">str</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="strjoin.g:3  input y: str"]
#>   out0 [label="z", shape="oval", style="filled", fillcolor="#303030", fontcolor="white", color="#303030", tooltip="output z: str"]
#>   subgraph cluster_1 {
#>     graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="strjoin, line 11"]
#>     n3 [label=<<b>z</b><br/><font point-size="9" color="#404040">join(x, y, sep=&quot; &quot;)</font>>, color="#0072B2", fillcolor="#DCEBF7", tooltip="strjoin.g:6  z = join(x, y, sep=\" \")"]
#>     n4 [label=<print z>, color="#6B6B6B", fillcolor="#F3F3F3", tooltip="strjoin.g:7  print(z)", style="rounded,filled,dashed"]
#>   }
#>   n0 -> n3 [edgetooltip="x: str", color="#0072B2"]
#>   n1 -> n3 [edgetooltip="y: str", color="#0072B2"]
#>   n3 -> n4 [edgetooltip="z: str", color="#0072B2"]
#>   n3 -> out0 [edgetooltip="z: str", color="#303030"]
#> }
