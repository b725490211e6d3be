"""Architectures, data, training and ONNX export. The only folder that knows torch."""
