"""Arrays as the protocol carries them."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.errors import BadMessage
from daw_bridge.remote.tensors import (
    inputs_of,
    outputs_of,
    parameters_of,
    request_of,
    response_of,
)

ARRAYS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array([[1, -2]], np.int64),
    "c": np.array([True, False]),
    "d": np.array(2.5, np.float64),
    "e": np.zeros((0, 4), np.float32),
    "f": np.arange(6, dtype=np.float32).reshape(2, 3).T,
}


def test_there_and_back() -> None:
    request = request_of("song", ARRAYS, ["x"], {"one": "two"})
    request.ParseFromString(request.SerializeToString())
    for found in (inputs_of(request), outputs_of(response_of(request, ARRAYS))):
        assert found.keys() == ARRAYS.keys()
        for name, array in ARRAYS.items():
            assert found[name].dtype == array.dtype and np.array_equal(found[name], array)
    assert parameters_of(request) == {"one": "two"}
    assert [one.name for one in request.outputs] == ["x"]


def test_damaged_tensors_are_refused() -> None:
    def damaged(**changes: object) -> None:
        request = request_of("song", {"a": ARRAYS["a"]})
        head = request.inputs[0]
        for name, value in changes.items():
            if name == "shape":
                head.shape[:] = value
            elif name == "raw":
                request.raw_input_contents[:] = value
            else:
                setattr(head, name, value)
        with pytest.raises(BadMessage):
            inputs_of(request)

    damaged(shape=[2, 4])
    damaged(shape=[-2, -3])
    damaged(shape=[2**40, 2**40])
    damaged(shape=[1] * 8 + [2, 3])
    damaged(datatype="FP16")
    damaged(raw=[])
    damaged(datatype="BOOL", shape=[24], raw=[bytes([2] * 24)])
    damaged(raw=[b"", b""])
    twice = request_of("song", {"a": ARRAYS["a"]})
    twice.MergeFrom(request_of("song", {"a": ARRAYS["a"]}))
    with pytest.raises(BadMessage, match="two tensors"):
        inputs_of(twice)


def test_what_is_wrong_is_told_in_few_words() -> None:
    request = request_of("song", {"a" * 10**6: ARRAYS["a"]})
    request.inputs[0].datatype = "T" * 10**6
    with pytest.raises(BadMessage) as caught:
        inputs_of(request)
    assert len(str(caught.value)) < 400
