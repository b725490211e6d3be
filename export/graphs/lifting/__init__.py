"""Third-party separators as graphs between two transforms, without a change to their files.

`pairs` carries complex values, `taps` stands where the network calls its STFT, `swaps` writes out
what ONNX lacks, `witness` asks the package's own network what is right. `packages/` holds one file
per package.
"""
