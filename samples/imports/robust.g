# Regression that outliers bend less, from a file of layers:  graphc run samples/imports/robust.g --feeds samples/data/diabetes.npz --steps 200
import "layers.g" as layers

input X: f32[n, 10]
input Y: f32[n]
input rate: f32 = 0.5
model = layers.Linear(10)

loss = mean(layers.pseudo_huber(model(X) - Y, 50.0))
dw, db = grad(loss, [model.w, model.b])
output loss
output bias = model.b
output steps = layers.steps

model.descend(dw, db, rate)
