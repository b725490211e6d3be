"""Devices in words."""

from daw_bridge.settings.provider import place


def test_a_device_has_a_word_and_an_unknown_one_its_name() -> None:
    assert place("CPUExecutionProvider") == "the CPU"
    assert place("CUDAExecutionProvider") == "the GPU (CUDA)"
    assert place("OpenVINOExecutionProvider") == "the CPU (OpenVINO)"
    assert place("XnnpackExecutionProvider") == "XnnpackExecutionProvider"
