import optim
var w: f32 = 2.0
fn improve(loss) {
  minimize(loss, with=optim.sgd(0.25))  # error: E0413
}
improve(w ** 2)

#$ graphc check loss_as_parameter.g
#! error[E0413]: loss is a parameter here: how it was computed is not seen from inside
#!   --> loss_as_parameter.g:4:12
#!    |
#!  4 |   minimize(loss, with=optim.sgd(0.25))  # error: E0413
#!    |            ^^^^
#!    |
#!  6 | improve(w ** 2)
#!    | --------------- in this call of improve
#!    = hint: compute it in this function, or call minimize where it is computed
#= 1
