"""Architectures, data, training and ONNX export. The only folder that knows torch."""

import engines  # noqa: F401 - before anything imports onnxruntime, which engines keeps quiet
