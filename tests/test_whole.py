"""A file that a program writes is whole, or as it was before."""

import json
import resource
import signal
import subprocess
import sys

import pytest

from abm.cli import main
from abm.whole import whole, write_whole


def test_what_went_well_is_there_under_its_name_alone(tmp_path):
    write_whole(tmp_path / "page.md", "Euphrates – الفرات\n")
    with whole(tmp_path / "table.csv") as temporary:
        temporary.write_text("a,b\n")
        assert not (tmp_path / "table.csv").exists()

    assert (tmp_path / "page.md").read_text("utf-8") == "Euphrates – الفرات\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["page.md", "table.csv"]


def written_half(file, error):
    """Write a part of a file, then fail."""
    with whole(file) as temporary:
        temporary.write_text("ne")
        raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_went_wrong_half_way_leaves_the_old_file(tmp_path, error):
    file = tmp_path / "page.md"
    file.write_text("old")

    with pytest.raises(error):
        written_half(file, error)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_named_by_the_file_that_was_asked_for(tmp_path):
    file = tmp_path / "nowhere" / "page.md"

    with pytest.raises(FileNotFoundError) as error:
        write_whole(file, "text")

    assert error.value.filename == str(file)


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path):
    file, link = tmp_path / "page.md", tmp_path / "latest.md"
    file.write_text("old")
    link.symlink_to(file)
    write_whole(link, "new")

    assert link.is_symlink()
    assert file.read_text() == "new"
    assert sorted(tmp_path.iterdir()) == [link, file]


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path):
    link = tmp_path / "nothing"
    link.symlink_to("/dev/null")
    write_whole(link, "gone")

    assert link.is_symlink()
    assert link.is_char_device()
    assert list(tmp_path.iterdir()) == [link]


WRITER = """
import sys
from pathlib import Path
from abm.whole import whole
with whole(Path(sys.argv[1])) as temporary:
    temporary.write_text("new")
    print("half", flush=True)
    sys.stdin.read()
"""


def test_a_killed_program_leaves_the_old_file(tmp_path):
    file = tmp_path / "page.md"
    file.write_text("old")
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"half\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert file.read_text() == "old"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path):
    file = tmp_path / "page.md"
    file.write_text("old")
    code = "import sys; from pathlib import Path; from abm.whole import write_whole\n"
    code += "write_whole(Path(sys.argv[1]), 'x' * 100_000)"
    process = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)),
    )

    assert "File too large" in process.stderr
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_an_export_that_fails_leaves_what_was_exported_before(tmp_path):
    run, names = tmp_path / "run", ["geojson", "geotiff", "png"]
    assert main(["run", "two_valleys", "--days", "3", "--out", str(run)]) == 0
    files = [tmp_path / f"out.{name}" for name in names]
    for file in files:
        file.write_text("before")
    command = ["export", str(run)]
    for name, file in zip(names, files, strict=True):
        command += [f"--{name}", str(file)]

    assert main([*command, "--day", "99"]) == 2
    assert [file.read_text() for file in files] == ["before"] * 3
    assert main([*command, "--day", "2"]) == 0
    assert json.loads(files[0].read_text())["features"]
    assert files[1].read_bytes()[:4] in (b"II*\0", b"MM\0*")
    assert files[2].read_bytes()[:4] == b"\x89PNG"
    assert sorted(tmp_path.iterdir()) == sorted([*files, run])
