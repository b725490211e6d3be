"""A folder of certificates. That they are needed and used: serving/test_engine.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daw_bridge.errors import BadCertificates
from daw_bridge.remote.certificates import CA, KEY, OWN, Certificates, read_certificates

PEM = "-----BEGIN CERTIFICATE-----\n"


def test_a_folder_of_three_files(tmp_path: Path) -> None:
    for name in (CA, OWN, KEY):
        (tmp_path / name).write_text(PEM + name)
    (tmp_path / KEY).chmod(0o600)
    found = [(PEM + name).encode() for name in (CA, OWN, KEY)]
    assert read_certificates(tmp_path) == Certificates(*found)


@pytest.mark.parametrize("missing", [CA, OWN, KEY])
def test_a_file_that_is_missing_or_is_something_else(missing: str, tmp_path: Path) -> None:
    for name in (CA, OWN, KEY):
        if name != missing:
            (tmp_path / name).write_text(PEM)
    with pytest.raises(BadCertificates, match=missing):
        read_certificates(tmp_path)
    (tmp_path / missing).write_text("no certificate")
    with pytest.raises(BadCertificates, match=missing):
        read_certificates(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    for name in (CA, OWN, KEY):
        (tmp_path / name).write_text(PEM)
    (tmp_path / KEY).chmod(0o644)
    with pytest.raises(BadCertificates, match="others may read"):
        read_certificates(tmp_path)
