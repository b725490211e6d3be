"""TagBox as one ONNX file: an autoencoder and taggers, a step of the ascent, or all of its steps.

`gradient` makes the graph of a step, which holds the gradient; `step` the file that the engine
steers; `loop` the same with Adam inside, as one graph; `parity` compares; `make` is the whole way.
"""
