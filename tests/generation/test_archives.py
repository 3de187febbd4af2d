"""An archive from somebody's browser: unpacked whole, or refused with nothing outside its folder."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from generation.files import archives
from generation.files.archives import Contents, unpack
from studies.spec import StudyRefused
from tests.generation.archives import clip, two_systems, zipped


def unpacked(data: bytes, into: Path) -> Contents:
    return unpack(io.BytesIO(data), into, name="clips.zip")


def refusal(data: bytes, folder: Path) -> str:
    into = folder / "into"
    into.mkdir()
    with pytest.raises(StudyRefused) as refused:
        unpacked(data, into)
    assert [path for path in folder.rglob("*") if not path.is_relative_to(into)] == []
    return str(refused.value)


def test_an_honest_archive_comes_out_as_it_went_in(tmp_path: Path) -> None:
    files = two_systems() | {"__MACOSX/ours/._a.wav": b"a Mac's", "ours/.DS_Store": b"a Mac's"}
    contents = unpacked(zipped(files), tmp_path)
    assert contents == Contents(6, sum(map(len, two_systems().values())))
    found = {
        str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert found == two_systems()


@pytest.mark.parametrize(
    "name",
    [
        "../a.wav",
        "ours/../../a.wav",
        "/etc/a.wav",
        "..\\a.wav",
        "C:/a.wav",
        "a\x1b.wav",
        f"{'a' * 250}.wav",
        "a/" * 9 + "a.wav",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    said = refusal(zipped({name: clip()}), tmp_path)
    assert "a name that leads elsewhere" in said
    assert not list(tmp_path.rglob("*.wav"))


def test_links_are_refused(tmp_path: Path) -> None:
    data = zipped({"a.wav": clip()}, links={"b.wav": "/etc/passwd", "c.wav": "a.wav"})
    said = refusal(data, tmp_path).splitlines()
    assert [("'b.wav'" in line or "'c.wav'" in line) and "a symbolic link" in line for line in said] == [
        True,
        True,
    ]


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    data = zipped({"a.wav": bytes(64 * 2**20)})
    assert len(data) < 2**17
    assert "bytes that become 67108864" in refusal(data, tmp_path)
    assert not list(tmp_path.rglob("*.wav"))


def test_sizes_and_counts_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped(two_systems())
    for limit, most in (("MOST_FILES", 5), ("MOST_BYTES", 10_000), ("MOST_BYTES_A_FILE", 10_000)):
        with monkeypatch.context() as smaller:
            smaller.setattr(archives, limit, most)
            with pytest.raises(StudyRefused, match=f"at most {most}"):
                unpacked(data, tmp_path)
    assert list(tmp_path.iterdir()) == []


def _with_size(data: bytes, size: int) -> bytes:
    """The same archive, its directory promising another unpacked size of its only file."""
    place = data.index(b"PK\x01\x02") + 24
    return data[:place] + struct.pack("<I", size) + data[place + 4 :]


def test_a_size_that_is_a_lie_is_found_out_while_it_is_unpacked(tmp_path: Path) -> None:
    """The directory promises little, the stream holds much: no more than promised comes out, and the sum is wrong."""
    data = _with_size(zipped({"a.wav": clip()}), 1000)
    assert "a damaged archive" in refusal(data, tmp_path)
    assert all(path.stat().st_size <= 1000 for path in tmp_path.rglob("*.wav"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.wav", clip("FLAC"), "a file named .wav that holds FLAC"),
        ("a.mp3", clip("OGG"), "a file named .mp3 that holds OGG"),
        ("a.ogg", b"<html>not a sound</html>", "no sound that can be read"),
        ("a.wav", b"", "no sound that can be read"),
        ("a.exe", b"MZ", "a file of the kind '.exe'"),
        ("inner.zip", zipped({"a.wav": clip()}), "a file of the kind '.zip'"),
        ("readme", b"hello", "a file of the kind ''"),
    ],
)
def test_a_file_of_another_kind_than_its_name_says_is_refused(
    name: str, data: bytes, said: str, tmp_path: Path
) -> None:
    assert said in refusal(zipped({name: data}), tmp_path)


def test_everything_that_is_wrong_is_listed_at_once(tmp_path: Path) -> None:
    data = zipped(
        {"../a.wav": clip(), "b.exe": b"", "c.wav": clip(), "C.wav": clip(), "d.wav": b"", "d.wav/e.wav": b""}
    )
    said = refusal(data, tmp_path).splitlines()
    assert [line.split("; allowed")[0].split("given ")[1] for line in said] == [
        "a name that leads elsewhere or nowhere",
        "a file of the kind '.exe'",
        "the same name as 'c.wav' but for upper and lower case",
        "a file that is a folder too",
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.wav", clip(seed=1))
        archive.writestr("a.wav", clip(seed=2))
    assert "the same name as 'a.wav'" in refusal(buffer.getvalue(), tmp_path)


def test_encrypted_and_oddly_packed_files_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.wav", clip())
    data = bytearray(buffer.getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    said = refusal(bytes(data), tmp_path)
    assert "an encrypted file" in said
    assert "compression method 12" in said


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all", zipped(two_systems())[:-100], zipped({})])
def test_what_is_no_archive_is_refused(data: bytes, tmp_path: Path) -> None:
    assert "allowed: " in refusal(data, tmp_path)


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.wav": clip()}))
    data[len(data) // 2] ^= 0x10
    assert "a damaged archive" in refusal(bytes(data), tmp_path)


def test_two_spellings_of_one_path_are_one_name(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in ("ours/a.csv", "ours//a.csv"):
            archive.writestr(name, "prompt_id,path\n")
    assert "each name once" in refusal(held.getvalue(), tmp_path)


def raw_names(names: dict[bytes, bytes]) -> bytes:
    """An archive whose names are these bytes, and do not say in which encoding (as Linux's ``zip`` writes them)."""
    stand_ins = {bytes([97 + index]) * len(name): name for index, name in enumerate(names)}
    data = zipped({stand_in.decode(): names[name] for stand_in, name in stand_ins.items()})
    for stand_in, name in stand_ins.items():
        data = data.replace(stand_in, name)
    return data


def test_names_in_utf_8_that_do_not_say_so_are_read_as_meant(tmp_path: Path) -> None:
    unpacked(raw_names({"caf\u00e9.wav".encode(): clip()}), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["caf\u00e9.wav"]


def test_other_names_that_do_not_say_their_encoding_are_those_of_dos(tmp_path: Path) -> None:
    unpacked(raw_names({b"caf\x82.wav": clip()}), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["caf\u00e9.wav"]


def test_backslashes_are_slashes(tmp_path: Path) -> None:
    unpacked(zipped({"ours\\a.wav": clip()}), tmp_path)
    assert (tmp_path / "ours" / "a.wav").read_bytes() == clip()


def test_a_study_file_inside_is_explained(tmp_path: Path) -> None:
    said = refusal(zipped({"study.yaml": b"study: {}", "a.wav": clip()}), tmp_path)
    assert "'study.yaml': given a study file; allowed: it beside the archive, in a field of its own" in said


def test_what_systems_leave_in_folders_is_passed_over(tmp_path: Path) -> None:
    litter = dict.fromkeys(
        ("__MACOSX/._a.wav", "._a.wav", "ours/.DS_Store", "Thumbs.db", "ours/desktop.ini"), b"x"
    )
    assert unpacked(zipped({"a.wav": clip()} | litter), tmp_path).files == 1


def test_two_spellings_of_the_same_accents_are_one_name(tmp_path: Path) -> None:
    said = refusal(zipped({"\u00e4.wav": clip(), "a\u0308.wav": clip(seed=2)}), tmp_path)
    assert "the same name as 'ä.wav' but for accents composed in one and decomposed in the other" in said


def test_an_archive_of_very_many_files_is_refused_without_listing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory's end says how many there are and how long it is; zipfile would read all of it."""
    entry = zipped({"a.csv": b""})
    start, end = entry.index(b"PK\1\2"), entry.index(b"PK\5\6")
    directory = entry[start:end] * 300_000
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65_535, 65_535, len(directory), start, 0)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(StudyRefused, match=r"65535 files; allowed: at most 20000 files"):
        unpacked(entry[:start] + directory + tail, tmp_path)


def test_a_directory_that_is_longer_than_its_count_is_refused_too(tmp_path: Path) -> None:
    entry = zipped({"a.csv": b""})
    start, end = entry.index(b"PK\1\2"), entry.index(b"PK\5\6")
    directory = entry[start:end] * 300_000
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 7, 7, len(directory), start, 0)
    with pytest.raises(StudyRefused, match=r"a directory of \d+ bytes; allowed: at most 20000 files"):
        unpacked(entry[:start] + directory + tail, tmp_path)
