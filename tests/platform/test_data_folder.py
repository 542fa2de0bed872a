"""The data folder belongs to one server at a time."""

from pathlib import Path

import pytest

from arcano.platform.data_folder import DataFolder, DataFolderInUseError


def test_a_second_server_is_told_who_has_the_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")

    with pytest.raises(DataFolderInUseError, match=r"process \d+"):
        DataFolder(tmp_path / "data")
    folder.release()


def test_a_folder_let_go_can_be_taken_again(tmp_path: Path) -> None:
    DataFolder(tmp_path / "data").release()

    DataFolder(tmp_path / "data").release()
