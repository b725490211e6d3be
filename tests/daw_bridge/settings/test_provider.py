"""Devices in words."""

from daw_bridge.settings.provider import place


def test_a_device_has_a_word_and_an_unknown_one_its_name() -> None:
    assert place("CPUExecutionProvider") == "the CPU"
    assert place("CUDAExecutionProvider") == "the GPU (CUDA)"
    assert place("OpenVINOExecutionProvider") == "the CPU (OpenVINO)"
    assert place("XnnpackExecutionProvider") == "XnnpackExecutionProvider"


def test_files_that_run_on_several_have_all_their_words() -> None:
    assert place("CUDAExecutionProvider, CPUExecutionProvider") == "the GPU (CUDA), the CPU"
