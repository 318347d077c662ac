## The measured lengths.
input x: f32[n]
## How much of it counts.
var w: f32 = 1.0
output y = w * sum(x)

#$ graphc show doc_comments.g
#> ## The measured lengths.
#> input x: f32[n]
#> ## How much of it counts.
#> var w: f32 = 1.0
#> y = w * sum(x)
#> output y

#$ graphc check doc_comments.g --json
#> {"ok": true, "inputs": {"x": {"dtype": "f32", "shape": ["n"], "optional": false}}, "state": {"w": {"dtype": "f32", "shape": [], "trainable": true}}, "modules": {}, "outputs": {"y": {"dtype": "f32", "shape": []}}, "effects": {}, "entries": {}, "tests": [], "diagnostics": []}
