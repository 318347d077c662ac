input price: f32
output total = 3 * $price  # error: E0108

#$ graphc check unknown_character.g
#! error[E0108]: $ means nothing here
#!   --> unknown_character.g:2:20
#!    |
#!  2 | output total = 3 * $price  # error: E0108
#!    |                    ^ unknown character
#!    = hint: remove it
#= 1
