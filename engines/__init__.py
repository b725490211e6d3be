"""Models in, stems out: everything between an ONNX file and separated audio (see README.md)."""
