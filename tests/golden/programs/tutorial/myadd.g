# The graph of the tutorial's myadd: a dashed edge leads from the prints of the loop to the join that follows.
input a: str
input b: str

fn myadd(a, b) {
  for i in range(3) {
    print(i)
  }
  return a + b
}

output c = myadd(a, b)

#$ graphc show myadd.g --dot
#> digraph program {
#>   graph [rankdir=TB, fontname="Helvetica,Arial,sans-serif", fontsize=11, nodesep=0.3, ranksep=0.35, labelloc=t, labeljust=l, label=<<font point-size="14"><b>myadd.g</b></font><br align="left"/>>]
#>   node [fontname="Helvetica,Arial,sans-serif", fontsize=11, shape=box, style="rounded,filled", penwidth=1.3, margin="0.12,0.06", height=0.3]
#>   edge [fontname="Helvetica,Arial,sans-serif", fontsize=9, color="#6B6B6B", fontcolor="#6B6B6B", arrowsize=0.6]
#>   n0 [label=<<b>a</b><br/><font point-size="9" color="#404040">str</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="myadd.g:2  input a: str"]
#>   n1 [label=<<b>b</b><br/><font point-size="9" color="#404040">str</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="myadd.g:3  input b: str"]
#>   out0 [label="c", shape="oval", style="filled", fillcolor="#303030", fontcolor="white", color="#303030", tooltip="output c: str"]
#>   subgraph cluster_1 {
#>     graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="myadd, line 12"]
#>     n3 [label=<for>, color="#0072B2", fillcolor="#DCEBF7", tooltip="myadd.g:6  for i in range(3) {"]
#>     n4 [label=<<b>c</b><br/><font point-size="9" color="#404040">a + b</font>>, color="#0072B2", fillcolor="#FCE9D4", tooltip="myadd.g:9  return a + b"]
#>     subgraph cluster_2 {
#>       graph [style="rounded,dashed", color="#9A9A9A", fontcolor="#6B6B6B", fontsize="10", margin="8", labeljust="l", label="for: each step"]
#>       n3r0_0 [label=<<b>i</b><br/><font point-size="9" color="#404040">i64</font>>, style="filled", fillcolor="white", shape="parallelogram", color="#009E73", margin="0.02", tooltip="myadd.g:6  for i in range(3) {"]
#>       n3r0_2 [label=<print i>, color="#6B6B6B", fillcolor="#F3F3F3", tooltip="myadd.g:7  print(i)", style="rounded,filled,dashed"]
#>     }
#>   }
#>   n3r0_0 -> n3r0_2 [edgetooltip="i: i64", color="#0072B2"]
#>   n3r0_2 -> n3 [style="dotted", arrowhead="odot"]
#>   n0 -> n4 [edgetooltip="a: str", color="#0072B2"]
#>   n1 -> n4 [edgetooltip="b: str", color="#0072B2"]
#>   n3 -> n4 [style="dashed", color="#6B6B6B", arrowhead="vee"]
#>   n4 -> out0 [edgetooltip="c: str", color="#303030"]
#> }

#$ graphc run myadd.g --feed a=hello --feed b=world
#> 0
#> 1
#> 2
#> c: str = "helloworld"
