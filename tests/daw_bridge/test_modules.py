"""Each module of daw_bridge has a test file of its own, or a neighbour whose tests are its own.

Neighbours were chosen by measuring which test file runs most of a module's lines.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import daw_bridge

FOLDER = Path(daw_bridge.__file__).parent
HERE = Path(__file__).parent
NEIGHBOURS = {
    # A command is tested as a user gives it, with what does its work.
    "cli/benchmark": "cli/test_bench.py",
    "cli/peak_memory": "cli/test_bench.py",
    "cli/demo_run": "cli/test_demo.py",
    "cli/diagnosis": "cli/test_doctor.py",
    "cli/model_card": "cli/test_models.py",
    "cli/model_check": "cli/test_models.py",
    "cli/models/actions/list": "cli/test_models.py",
    "cli/models/actions/info": "cli/test_models.py",
    "cli/models/actions/verify": "cli/test_models.py",
    "cli/models/actions/remove": "cli/models/actions/test_add.py",
    "cli/models/actions/ensemble": "cli/models/test_combining.py",
    "cli/models/actions/stack": "cli/models/test_combining.py",
    "cli/models/keeping": "cli/models/actions/test_adopt.py",
    "cli/catalogue/room": "cli/catalogue/test_adding.py",
    "cli/models/adopting": "cli/models/actions/test_adopt.py",
    "cli/separate_files": "cli/test_separate.py",
    "cli/generate_files": "cli/test_generate.py",
    "cli/reports": "cli/test_separate.py",
    "cli/ping/routes": "cli/test_ping.py",
    "cli/flags": "server/test_server.py",
    "cli/commands/keys": "wire/test_keys.py",
    "cli/docs": "../test_docs.py",
    # What meets JACK is tested with JACK.
    "cli/ping/jack": "ports/jack/test_serve.py",
    "ports/jack/callback": "ports/jack/test_client.py",
    "ports/device/stream": "ports/device/test_port.py",
    # A buffer and what it lacks are one story.
    "ports/reastream/loss": "ports/reastream/test_jitter.py",
    # Records without a method: whatever carries them checks them.
    # Tags are read where they are carried.
    "files/audio/tags": "files/test_carried.py",
    # Five tracks are read back with their names.
    "files/audio/stem_box": "files/test_bundle.py",
    # Files are tested by what is written.
    "files/writers": "files/test_written_files.py",
    # What is planned is run.
    "files/plan": "files/test_separation.py",
    "files/generated/plan": "files/generated/test_running.py",
    # A hash is read from a record and compared.
    "files/digest": "files/test_resume.py",
    "files/types": "files/test_runner.py",
    "files/pools/options": "cli/test_separate_jobs.py",
    # One door: what is behind it is seen by who reads through it.
    "files/audio/decoder": "files/audio/test_reader.py",
    "files/audio/measure": "files/audio/test_reader.py",
    "files/audio/refusals": "files/audio/test_reader.py",
    "files/audio/survey": "files/audio/test_reader.py",
    "live/port_status": "server/streams/test_info.py",
    "wire/requests": "wire/test_zmq_requests.py",
    "wire/replies": "wire/test_zmq_replies.py",
    "wire/job_replies": "wire/test_zmq_replies.py",
    "wire/kept_replies": "wire/test_zmq_replies.py",
    "wire/health": "wire/test_zmq_replies.py",
    "cli/wire_page": "wire/test_documents.py",
    "cli/limits": "wire/test_documents.py",
    "server/session/syncs": "server/session/test_values.py",
    "server/session/job_control": "server/session/test_jobs.py",
    "server/sockets/bound": "server/sockets/test_query.py",
    "server/sockets/transports": "server/sockets/test_query.py",
    "server/session/config": "server/session/test_session.py",
    "server/session/events": "server/session/test_session.py",
    # A stream's parameters and changes, as the session's answers show them.
    "server/session/streams": "server/session/test_values.py",
    "server/session/state": "server/session/test_values.py",
    "settings/parameter": "settings/test_parameters.py",
    # What is written for Triton is read back.
    "cli/models/actions/triton": "remote/test_triton.py",
    # Certificates are made for engines, which ask for them.
    "cli/commands/certs": "remote/test_issuing.py",
    # A stream's model is its method with a deadline.
    "remote/live_method": "remote/test_live.py",
    # What an engine says of a model is what a client of the protocol reads.
    "remote/described": "remote/serving/test_servicer.py",
}
MODULES = [
    path.relative_to(FOLDER).with_suffix("").as_posix()
    for path in sorted(FOLDER.rglob("*.py"))
    if path.name not in ("__init__.py", "__main__.py")
]


def own_tests(module: str) -> Path:
    """Where a module's own tests lie; a command's among those of cli."""
    path = Path(module.replace("cli/commands/", "cli/"))
    return HERE / path.parent / f"test_{path.name}.py"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_tests(module: str) -> None:
    own = own_tests(module)
    tests = HERE / NEIGHBOURS[module] if module in NEIGHBOURS else own
    assert "\ndef test_" in tests.read_text(encoding="utf-8")
    assert own.is_file() != (module in NEIGHBOURS)


def test_neighbours_are_of_modules_that_there_are() -> None:
    assert set(NEIGHBOURS) <= set(MODULES)
