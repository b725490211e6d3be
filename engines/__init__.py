"""Models in, stems out: everything between an ONNX file and separated audio (see README.md)."""

import os

# Unless it finds this when it is imported, onnxruntime (from 1.29) sends Microsoft what models are
# loaded and how they run, and leaves .ses in the temporary folder and an identity in ~/.cache.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
