# activations
