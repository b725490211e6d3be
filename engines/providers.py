"""Where a graph may run: THE table of devices that can be asked for.

Choices, help, `daw-bridge doctor` and the guide come from `PROVIDERS`; `engines.ort` opens what a
row says. Options are there so that a device computes in float32 as the CPU does: audio that is
rounded to 10 bits inside a network is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Provider:
    """One of onnxruntime's execution providers.

    `name`: what `--device` calls it. `ort_name`: what onnxruntime calls it. `title` and `place`: it
    and what it computes on, in words. `package`: the Python package of onnxruntime that has it, on
    these `systems`. `needs`: what it takes besides. `tested`: what it was tried with; "": it was
    not. `options`: onnxruntime's; `threads_option`: the one that takes the number of threads.
    `environment`: variables for what has no option. `cuda_libraries`: it needs those of CUDA's
    wheels. `on_cpu`: it computes on the processor's cores. `joins`: runs of several threads are
    joined. `one_run`: a session takes one run at a time. `memory_pattern`: onnxruntime may plan
    memory ahead.
    """

    name: str
    ort_name: str
    title: str
    place: str
    package: str
    systems: str
    needs: str = ""
    tested: str = ""
    options: Options = ()
    threads_option: str = ""
    environment: Options = ()
    cuda_libraries: bool = False
    on_cpu: bool = False
    joins: bool = False
    one_run: bool = False
    memory_pattern: bool = True

    def options_for(self, threads: int) -> dict[str, str]:
        """onnxruntime's options for that many compute threads."""
        counted = {self.threads_option: str(threads)} if self.threads_option else {}
        return dict(self.options) | counted


CPU = Provider(
    "cpu", "CPUExecutionProvider", "CPU", "the CPU", "onnxruntime", "every system",
    tested="Linux, x86-64", on_cpu=True,
)  # fmt: skip
CUDA = Provider(
    "cuda", "CUDAExecutionProvider", "CUDA", "the GPU (CUDA)", "onnxruntime-gpu",
    "Linux and Windows, x86-64", needs="an NVIDIA GPU with a current driver",
    options=(("use_tf32", "0"),), cuda_libraries=True, joins=True,
)  # fmt: skip
COREML = Provider(
    "coreml", "CoreMLExecutionProvider", "CoreML", "the GPU (CoreML)", "onnxruntime", "macOS",
    needs="macOS 12 or later",
    # Its older format, and the Neural Engine, compute in float16.
    options=(("ModelFormat", "MLProgram"), ("MLComputeUnits", "CPUAndGPU")),
)  # fmt: skip
DML = Provider(
    "dml", "DmlExecutionProvider", "DirectML", "the GPU (DirectML)", "onnxruntime-directml",
    "Windows", needs="a GPU with DirectX 12",
    joins=True, one_run=True, memory_pattern=False,
)  # fmt: skip
OPENVINO = Provider(
    "openvino", "OpenVINOExecutionProvider", "OpenVINO", "the CPU (OpenVINO)",
    "onnxruntime-openvino", "Linux and Windows, x86-64", needs="an Intel processor",
    tested="onnxruntime-openvino 1.24.1, Linux, x86-64",
    # GPUs and NPUs would compute in float16.
    options=(("device_type", "CPU"), ("precision", "FP32")), threads_option="num_of_threads",
    on_cpu=True,
)  # fmt: skip
MIGRAPHX = Provider(
    "migraphx", "MIGraphXExecutionProvider", "MIGraphX", "the GPU (MIGraphX)",
    "onnxruntime-migraphx", "Linux, x86-64, Python 3.12 or later",
    needs="an AMD GPU with ROCm and MIGraphX",
    options=(("migraphx_fp16_enable", "0"), ("migraphx_int8_enable", "0")),
)  # fmt: skip
TENSORRT = Provider(
    "tensorrt", "TensorrtExecutionProvider", "TensorRT", "the GPU (TensorRT)", "onnxruntime-gpu",
    "Linux and Windows, x86-64",
    needs="an NVIDIA GPU with a current driver, and TensorRT's libraries",
    options=(("trt_fp16_enable", "0"), ("trt_int8_enable", "0")),
    # It has no option for this.
    environment=(("NVIDIA_TF32_OVERRIDE", "0"),), cuda_libraries=True,
)  # fmt: skip

PROVIDERS = (CPU, CUDA, COREML, DML, OPENVINO, MIGRAPHX, TENSORRT)
AUTO = "auto"
"""CUDA where it works, else the CPU; the session's note says which, and why."""
DEVICES = (AUTO, *(one.name for one in PROVIDERS))

PACKAGES = tuple(dict.fromkeys(one.package for one in PROVIDERS))
"""All are the same Python module: one of them can be installed."""

JOINT = ", "
"""Between the names of several."""

_BY_NAME = {one.name: one for one in PROVIDERS}
_BY_ORT_NAME = {one.ort_name: one for one in PROVIDERS}


def named(device: str) -> Provider | None:
    """The provider of a device's name, None for `auto` and for names that are not in the table."""
    return _BY_NAME.get(device)


def all_of(names: str) -> tuple[str, ...]:
    """onnxruntime's names of what a model runs on: several where files of it run elsewhere."""
    return tuple(names.split(JOINT))


def of_session(ort_name: str) -> Provider | None:
    """The provider that onnxruntime calls so, None for one that is not in the table."""
    return _BY_ORT_NAME.get(ort_name)
