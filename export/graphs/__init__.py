"""From a trained network to one ONNX file: export, parity, golden values, variants, Loop."""
