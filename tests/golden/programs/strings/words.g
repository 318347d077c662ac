input names: str[n]
input greeting: str = "hi \"you\"\n\u{1b}[31m\\ é"
input k: i64 = 3
var seen: str = "none"
var log: str[2] = ["a", "nan"]
sep = ", "
greet = join(greeting, names, sep=sep) + "!"
output lengths = length(names)
output loud = upper(concat([names, ["and", "Q"]])[::-1])
output first = where(names < "b", names, lower("LATER"))
output text = "k = " + format(k) + "; " + format(k / 2) + "; " + format(k > 2)
output same = names == names[0]
output sorted = sort(names, descending=true)
output mode = "a" if sep == ", " else seen
log[0] += "!"
log[1] = seen
seen = names[0]
print("greet", greet[0], names, greeting)
output greet

#$ graphc run words.g --feed 'names=["bob", "al"]'
#> greet hi "you"
#> \u{1b}[31m\ é, bob! ["bob", "al"] hi "you"
#> \u{1b}[31m\ é
#> lengths: i64[2] = [3, 2]
#> loud: str[4] = ["Q", "AND", "AL", "BOB"]
#> first: str[2] = ["later", "al"]
#> text: str = "k = 3; 1.5; true"
#> same: bool[2] = [true, false]
#> sorted: str[2] = ["bob", "al"]
#> mode: str = "a"
#> greet: str[2] = ["hi \"you\"\n\u{1b}[31m\\ é, bob!", "hi \"you\"\n\u{1b}[31m\\ é, al!"]

#$ graphc show words.g
#> input names: str[n]
#> input greeting: str = "hi \"you\"\n\u{1b}[31m\\ é"
#> input k: i64 = 3
#> var seen: str = "none"
#> var log: str[2] = ["a", "nan"]
#> sep: str = ", "
#> greet = join(greeting, names, sep=", ") + "!"
#> lengths = length(names)
#> loud = upper(concat([names, ["and", "Q"]])[::-1])
#> first = where(names < "b", names, lower("LATER"))
#> text = "k = " + format(k) + "; " + format(k / 2) + "; " + format(k > 2)
#> same = names == names[0]
#> sorted = sort(names, descending=true)
#> mode: str = "a"
#> print("greet", greet[0], names, greeting)
#> output lengths
#> output loud
#> output first
#> output text
#> output same
#> output sorted
#> output mode
#> output greet
#> log = set_strided(set_strided(log, log[0] + "!", [0], [None], [0]), seen, [1], [None], [0])
#> seen = names[0]

#$ graphc check words.g
#> words.g: ok
#>   inputs    names: str[n]   greeting: str = …   k: i64 = …
#>   state     seen: str   log: str[2]    not trainable
#>   outputs   lengths: i64[n]   loud: str[n+2]   first: str[n]   text: str   same: bool[n]   sorted: str[n]   mode: str
#>             greet: str[n]
#>   effects   print

#$ graphc run words.g --feed 'names=[1, 2]'
#! error[E0303]: input names is declared str[n], but the feed holds integers
#!   --> words.g:1:7
#!    |
#!  1 | input names: str[n]
#!    |       ^^^^^^^^^^^^^ declared here
#!    = hint: feed strings: "a"
#= 1

#$ graphc run words.g --feed names=bob
#! error[E0708]: bob is no value
#!   --> --feed names:1:1
#!    |
#!  1 | bob
#!    | ^^^
#!    = hint: a string has quotes: "bob"
#= 1

#$ graphc run words.g --feed 'names=["bob"]' --feed k=bob
#! error[E0708]: bob is no value
#!   --> --feed k:1:1
#!    |
#!  1 | bob
#!    | ^^^
#!    = hint: a string has quotes: "bob"
#= 1
