"""Files people hand in for a task."""

import os
import time
from pathlib import Path

import pytest

from core.tasks.uploads import KEPT, UploadGone, delete_old_uploads, keep_upload, read_upload


def test_a_file_is_found_under_its_key_however_often_it_is_handed_in(tmp_path: Path) -> None:
    key = keep_upload(tmp_path, b"logo")

    assert keep_upload(tmp_path, b"logo") == key
    assert read_upload(tmp_path, key) == b"logo"


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 64, "g" * 64])
def test_what_is_no_key_of_a_file_is_gone(tmp_path: Path, key: str) -> None:
    keep_upload(tmp_path, b"logo")

    with pytest.raises(UploadGone):
        read_upload(tmp_path, key)


def test_old_ones_are_deleted(tmp_path: Path) -> None:
    old, fresh = keep_upload(tmp_path, b"old"), keep_upload(tmp_path, b"fresh")
    long_ago = time.time() - KEPT.total_seconds() - 1
    os.utime(tmp_path / "uploads" / old, (long_ago, long_ago))

    assert delete_old_uploads(tmp_path) == 1
    assert read_upload(tmp_path, fresh) == b"fresh"
    with pytest.raises(UploadGone):
        read_upload(tmp_path, old)
