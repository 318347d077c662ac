"""Files of data: what goes in comes out, and what is wrong is said, with the file's name."""

from __future__ import annotations

import io
import json
import os
import pickle
import stat
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphc.diagnostics import Diagnostics
from graphc.files import (
    atomic,
    load_state,
    parse_feed,
    read_array,
    read_arrays,
    save_state,
    state,
    write_array,
    write_arrays,
)
from graphc.files.arrays import read_stream
from graphc.files.tables import parse_table
from graphc.ir.literal import json_value

MATRIX = np.float32([[0.1, np.nan], [np.inf, -3]])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(function, *arguments):
    with pytest.raises(Diagnostics) as error:
        function(*arguments)
    (diagnostic,) = error.value.items
    return diagnostic


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("ending", ["npy", "npz", "safetensors", "json", "csv"])
@pytest.mark.parametrize(
    "array",
    [MATRIX, np.arange(3), np.array([True, False]), np.float64([1e-300, 0.1]), np.asfortranarray(np.eye(3)[:, :2])],
    ids=["matrix", "ints", "bools", "floats", "columns"],
)
def test_arrays_come_back(ending, array):
    write_array(f"a.{ending}", array)
    back = read_array(f"a.{ending}").astype(array.dtype, casting="same_kind")
    assert np.array_equal(back, array, equal_nan=array.dtype.kind == "f")


@pytest.mark.parametrize("ending", ["npz", "safetensors", "json", "csv"])
def test_named_arrays_come_back(ending):
    arrays = {"time": np.arange(3.0), "n": np.arange(3), "a b": np.float64([0.1, 0.2, 0.3])}
    write_arrays(f"a.{ending}", arrays)
    back = read_arrays(f"a.{ending}")
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert back[name].tolist() == array.tolist() == read_array(f"a.{ending}", name).tolist()


def test_scalars_and_empty_arrays():
    for ending in ("npy", "npz", "safetensors", "json"):
        write_array(f"s.{ending}", np.float64(2.5) + np.zeros(()))
        assert read_array(f"s.{ending}").shape == () and read_array(f"s.{ending}") == 2.5
        write_array(f"e.{ending}", np.zeros(0))
        assert read_array(f"e.{ending}").shape == (0,)
    write_array("e.npy", np.zeros((0, 3)))
    assert read_array("e.npy").shape == (0, 3)


def test_what_numpy_wrote():
    np.save("a.npy", MATRIX)
    np.save("f.npy", np.asfortranarray(MATRIX))
    np.save("big.npy", np.arange(3, dtype=">f8"))
    np.savez_compressed("z.npz", x=np.zeros(10000), y=MATRIX)
    assert np.array_equal(read_array("a.npy"), MATRIX, equal_nan=True)
    assert np.array_equal(read_array("f.npy"), MATRIX, equal_nan=True)
    assert read_array("big.npy").tolist() == [0, 1, 2]
    assert np.array_equal(read_arrays("z.npz")["y"], MATRIX, equal_nan=True)
    assert read_array("z.npz", "x").shape == (10000,)


def test_what_is_written_numpy_reads():
    write_arrays("a.npz", {"x": MATRIX, "s": np.array(["a", "bc"], object)})
    with np.load("a.npz") as found:
        assert np.array_equal(found["x"], MATRIX, equal_nan=True)
        assert found["s"].tolist() == ["a", "bc"]


def test_written_files_are_the_same_every_time():
    for ending in ("npz", "safetensors", "json"):
        write_arrays(f"1.{ending}", {"b": MATRIX, "a": np.arange(3)})
        write_arrays(f"2.{ending}", {"b": MATRIX, "a": np.arange(3)})
        with open(f"1.{ending}", "rb") as one, open(f"2.{ending}", "rb") as two:
            assert one.read() == two.read()


# ---------------------------------------------------------------- damaged files


def npy(array, **header):
    """A `.npy` file whose header says other things."""
    stream = io.BytesIO()
    said = {"descr": "<f8", "fortran_order": False, "shape": array.shape, **header}
    np.lib.format.write_array_header_1_0(stream, said)
    return stream.getvalue() + array.tobytes()


ONES = np.ones(4)
DAMAGED = {
    "empty": (b"", "is empty"),
    "other": (b"not an array", "is no .npy file, although its name says so"),
    "huge": (npy(ONES, shape=(10**12,)), "should have 8,000,000,000,000 bytes of data, but has 32"),
    "overflow": (npy(ONES, shape=(2**62, 2**62)), "bytes of data, but has 32"),
    "negative": (npy(ONES, shape=(-4,)), "bytes of data, but has 32"),
    "truncated": (npy(ONES)[:-1], "should have 32 bytes of data, but has 31"),
    "more": (npy(ONES) + b"x", "should have 32 bytes of data, but has 33"),
    "header": (npy(ONES)[:20], "has a damaged header"),
    "code": (b"\x93NUMPY\x01\x00\x14\x00" + b"__import__('os').a()", "has a damaged header"),
    "dates": (npy(ONES, descr="<M8[s]"), "no numbers, booleans or strings"),
    "version": (b"\x93NUMPY\x09\x00" + npy(ONES)[8:], "is in version (9, 0) of NumPy's format"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_npy(case):
    data, says = DAMAGED[case]
    with open("x.npy", "wb") as file:
        file.write(data)
    found = refused(read_array, "x.npy")
    assert found.code == "E0704" and found.message.startswith("x.npy ") and says in found.message


def test_every_truncation_is_noticed():
    for ending in ("npy", "npz", "safetensors"):
        write_array(f"a.{ending}", np.arange(4.0))
        with open(f"a.{ending}", "rb") as file:
            data = file.read()
        for length in range(len(data)):
            with open(f"b.{ending}", "wb") as file:
                file.write(data[:length])
            assert refused(read_array, f"b.{ending}").code in ("E0703", "E0704")


@pytest.mark.parametrize("ending", ["npy", "npz", "safetensors", "json", "csv"])
@given(st.data())
def test_damage_is_refused_or_read(ending, data):
    """Whatever the bytes: an array, or a message."""
    write_array(f"d.{ending}", np.arange(3.0))
    with open(f"d.{ending}", "rb") as file:
        contents = bytearray(file.read())
    for _ in range(data.draw(st.integers(1, 4))):
        contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    with open(f"d.{ending}", "wb") as file:
        file.write(contents)
    try:
        assert isinstance(read_array(f"d.{ending}"), np.ndarray)
    except Diagnostics as error:
        assert error.items[0].code in ("E0703", "E0704", "E0705")


def test_pickles_are_never_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "exploded"),)

    np.save("x.npy", np.array([Bomb(), None]), allow_pickle=True)
    np.savez("x.npz", x=np.array([Bomb(), None]))
    with open("y.npy", "wb") as file:
        pickle.dump(Bomb(), file)
    assert refused(read_array, "x.npy").code == "E0705"
    assert refused(read_array, "x.npz").code == "E0705"
    assert refused(read_array, "y.npy").code == "E0704"
    assert not (tmp_path / "exploded").exists()


def test_archives_that_lie():
    with zipfile.ZipFile("x.npz", "w") as archive:
        archive.writestr("x.npy", npy(ONES))
    with open("x.npz", "rb") as file:
        data = bytearray(file.read())
    place = data.index(npy(ONES)[-8:])
    data[place] ^= 1
    with open("x.npz", "wb") as file:
        file.write(data)
    assert refused(read_array, "x.npz").message == "x.npz:x is damaged"
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 2**31)  # the size that the directory claims
    with open("x.npz", "wb") as file:
        file.write(data)
    assert "claims 2,147,483,648 bytes" in refused(read_array, "x.npz").message


def test_safetensors_of_other_dtypes():
    header = json.dumps({"x": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    with open("x.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + b"\0" * 4)
    assert refused(read_array, "x.safetensors").message == "x.safetensors:x holds BF16 numbers, which aren't known"


def test_a_file_of_another_kind_says_which():
    np.save("x.npy", ONES)
    os.rename("x.npy", "x.npz")
    found = refused(read_array, "x.npz")
    assert (found.code, found.message, found.hint) == ("E0704", "x.npz is a .npy file", "mv x.npz x.npy")
    os.rename("x.npz", "x.data")
    assert read_array("x.data").tolist() == [1, 1, 1, 1]


# ---------------------------------------------------------------- missing files and keys


def test_files_that_are_not_there():
    write_array("lab.csv", ONES)
    found = refused(read_array, "lap.csv")
    assert (found.code, found.message, found.hint) == ("E0701", "there is no file lap.csv", "did you mean lab.csv?")
    found = refused(read_array, "no/such/x.npy")
    assert found.message == "no/such/x.npy can't be read: there is no folder no/such"
    os.mkdir("d.npy")
    assert refused(read_array, "d.npy").message == "d.npy is a folder, not a file"
    assert refused(read_array, "a\0b").code == "E0701"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read():
    write_array("x.npy", ONES)
    os.chmod("x.npy", 0)
    assert refused(read_array, "x.npy").message == "x.npy may not be read by you"


def test_keys():
    with open("lab.csv", "w") as file:
        file.write("time,singal,err\n0,1,2\n3,4,5\n")
    found = refused(read_array, "lab.csv", "signal")
    assert (found.code, found.message) == ("E0703", 'lab.csv has no column "signal"')
    assert found.notes == ("its columns are time, singal, err",) and found.hint == "did you mean singal?"
    write_arrays("a.npz", {"X": ONES, "Y": ONES})
    assert refused(read_array, "a.npz").notes == ("its arrays are X, Y",)
    assert refused(read_array, "a.npz").hint == "choose one: @a.npz:X"
    assert refused(read_array, "a.npz", "x").hint == "did you mean X?"
    write_array("a.npy", ONES)
    assert refused(read_array, "a.npy", "x").code == "E0703"
    assert refused(read_arrays, "a.npy").code == "E0703"
    write_arrays("empty.npz", {})
    assert refused(read_array, "empty.npz").message == "empty.npz holds no arrays"


# ---------------------------------------------------------------- CSV


def table(text, key=None):
    return read_stream(text.encode(), "t.csv", key)


def test_tables():
    text = '\ufefftime; "the signal";n;ok;name\r\n0;1.5;1;true;a\r\n\r\n1;nan;2;False;b\r\n'
    assert table(text, "time").tolist() == [0, 1] and table(text, "time").dtype == np.int64
    assert table(text, "the signal").tolist()[0] == 1.5 and np.isnan(table(text, "the signal")[1])
    assert table(text, "ok").tolist() == [True, False]
    assert table(text, "name").tolist() == ["a", "b"]
    assert table("1,2\n3,4.5\n").tolist() == [[1, 2], [3, 4.5]]
    assert table("1\n2\n").tolist() == [1, 2]
    assert table("a\tb\n1\t2\n").tolist() == [[1, 2]]
    assert table("x\n1e3\n").tolist() == [1000]
    assert table("x\n9223372036854775808\n").dtype == np.uint64
    assert table("x\n18446744073709551616\n").dtype == np.float64


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n3\n", "t.csv:3: 1 cell, where line 1 has 2"),
        ("a,b\n1,2\n\n3,n/a\n", 't.csv:4: "n/a" in column "b" is no number'),
        ("a,b\n1,2\n3,\n", 't.csv:3: column "b" is empty'),
        ("a\ntrue\n1\n", 't.csv:3: "1" in column "a" is neither true nor false'),
        ("1,2\n3,x\n", 't.csv:2: "x" in column 2 is no number'),
        ("a,a\n1,2\n", 't.csv has two columns "a"'),
        (" \n", "t.csv is empty"),
    ],
)
def test_bad_tables(text, says):
    found = refused(lambda: [table(text, key) for key in ("a", "b")] if "a" in text else table(text))
    assert (found.code, found.message) == ("E0704", says)


def test_cells_with_line_breaks():
    words = np.array(["a\nb", "c\r\nd", "e\u2028f", "g\x85h", "i\rj", 'k"l', "m\n"], object)
    write_arrays("words.csv", {"w": words, "n": np.arange(7)})
    assert read_array("words.csv", "w").tolist() == words.tolist()
    assert read_array("words.csv", "n").tolist() == list(range(7))
    text = 'a,b\n"x\ny",1\n"z",bad\n'
    assert refused(table, text.replace("z", "z\n"), "b").message == 't.csv:4: "bad" in column "b" is no number'


def test_words_where_numbers_are_wanted():
    for text, message, hint in (
        ("y\n1\nno\n", 't.csv:3: "no" in column "y" is no number', "write nan for a number that is missing"),
        ("y\nno\n1\n", 't.csv:2: "no" in column "y" is no number', "write nan for a number that is missing"),
        ("x;y\n1;1,5\n2;2,5\n", 't.csv:2: "1,5" in column "y" is no number', "decimals have a point: 1.5"),
        ("x;y\n1;1\n2;2,5\n", 't.csv:3: "2,5" in column "y" is no number', "decimals have a point: 2.5"),
    ):
        with open("t.csv", "w") as file:
            file.write(text)
        found = refused(lambda: parse_feed("@t.csv:y", words=False))
        assert (found.code, found.message, found.hint) == ("E0704", message, hint)


def test_a_table_with_many_columns_is_quick():
    """Linear in the columns: comparing each name with all before it would take minutes."""
    names = [f"column{i}" for i in range(100_000)]
    assert len(parse_table(f"{','.join(names)}\n{','.join('1' * 100_000)}\n".encode(), "t.csv").header) == 100_000


def test_strings_with_an_empty_axis():
    for shape in ((0, 3), (2, 0, 1), (0,), (2, 1)):
        strings = np.full(shape, "a", object)
        with open("s.json", "w") as file:
            json.dump(json_value(strings), file)
        assert read_array("s.json").shape == shape
    with open("s.json", "w") as file:
        json.dump({"dtype": "str", "shape": [3], "data": ["a"]}, file)
    assert refused(read_array, "s.json").code == "E0704"


def test_tables_that_are_no_text():
    assert refused(read_stream, b"\xff\xfe\x00", "t.csv").message == "t.csv is no CSV file: it isn't UTF-8 text"


def test_arrays_that_are_no_tables():
    assert "3 axes" in refused(write_array, "x.csv", np.zeros((2, 2, 2))).message
    assert refused(write_arrays, "x.csv", {"a": ONES, "b": np.ones(3)}).code == "E0706"
    assert not os.path.exists("x.csv")


# ---------------------------------------------------------------- JSON


def test_json():
    assert read_stream(b'[[1, "nan"], [2.5, "-inf"]]', "x").tolist()[1] == [2.5, -np.inf]
    assert read_stream(b"[1, NaN, Infinity]", "x").tolist()[2] == np.inf
    assert read_stream(b'{"x": [1, 2]}', "x").tolist() == [1, 2]
    assert read_stream(b'{"loss": {"dtype": "f32", "shape": [], "data": 17.8}}', "x").dtype == np.float32
    assert read_stream(b'{"dtype": "f32", "shape": [0, 3], "data": []}', "x").shape == (0, 3)
    assert read_stream(b'["a", "nan"]', "x").tolist() == ["a", "nan"]


@pytest.mark.parametrize("text", ["[1, 2", "[[1], [2, 3]]", "[1, null]", '{"a": {"b": 1}}', "[" * 100_000, "[{}]"])
def test_bad_json(text):
    with open("x.json", "w") as file:
        file.write(text)
    assert refused(read_array, "x.json").code == "E0704"


# ---------------------------------------------------------------- writing


def test_a_failed_write_leaves_the_old_file(monkeypatch):
    write_array("x.npy", ONES)

    def full(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        found = refused(write_array, "x.npy", np.zeros(100))
    assert (found.code, found.message) == ("E0706", "x.npy can't be written: no space left on device")
    assert read_array("x.npy").tolist() == [1, 1, 1, 1]
    assert os.listdir() == ["x.npy"]


def test_an_interrupted_write_leaves_nothing(monkeypatch):
    def interrupted(stream):
        stream.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomic.write_file("x.npy", interrupted)
    assert os.listdir() == []


def test_places_that_cannot_be_written():
    os.mkdir("d.npy")
    found = refused(write_array, "no/such/y.npy", ONES)
    assert found.code == "E0706" and found.hint == "mkdir -p no/such"
    assert refused(write_array, "d.npy", ONES).message == "d.npy is a folder, not a file"
    assert refused(write_array, "x.png", ONES).code == "E0706"
    assert refused(write_array, "x", ONES).hint.startswith("name it x.npy")
    assert refused(write_arrays, "x.npy", {"a": ONES, "b": ONES}).hint == "name it x.npz"
    assert refused(write_array, "s.safetensors", np.array(["a"], object)).code == "E0706"
    assert os.listdir() == ["d.npy"]


def test_links_and_permissions_are_kept():
    write_array("real.npy", ONES)
    os.chmod("real.npy", 0o640)
    os.symlink("real.npy", "link.npy")
    write_array("link.npy", np.zeros(2))
    assert os.path.islink("link.npy") and read_array("real.npy").tolist() == [0, 0]
    assert stat.S_IMODE(os.stat("real.npy").st_mode) == 0o640


def test_devices_are_written_as_they_are():
    atomic.write_file("/dev/null", lambda stream: stream.write(b"x") and None)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


# ---------------------------------------------------------------- state

STATE = {"net.W": np.eye(2, dtype=np.float32), "step": np.asarray(3), "empty": np.zeros((0, 2)), "on": np.array(True)}


def same(a, b):
    return a.keys() == b.keys() and all(a[k].dtype == b[k].dtype and np.array_equal(a[k], b[k]) for k in a)


def test_state_comes_back():
    assert load_state("st") == {}
    save_state("a/st", STATE)
    assert same(load_state("a/st"), STATE)
    save_state("a/st", {"w": ONES})
    assert same(load_state("a/st"), {"w": ONES})
    assert sorted(os.listdir("a/st")) == ["manifest.json", "variables.safetensors"]
    with open("a/st/manifest.json") as file:
        assert json.load(file)["variables"] == {"w": {"dtype": "f64", "shape": [4]}}


@pytest.mark.parametrize("crash", range(4))
def test_a_crash_at_any_step_leaves_the_old_or_the_new_state(monkeypatch, crash):
    save_state("st", {"w": ONES})
    steps = iter(range(10))
    replace = os.replace

    def crashing(source, target):
        if next(steps) == crash:
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", crashing)
        try:
            save_state("st", {"w": 2 * ONES})
        except KeyboardInterrupt:
            assert crash < 3
    assert load_state("st")["w"].tolist() == ([1] * 4 if crash < 2 else [2] * 4)
    save_state("st", {"w": 3 * ONES})
    assert load_state("st")["w"].tolist() == [3] * 4


def test_damaged_state_is_refused_by_name():
    save_state("st", STATE)
    with open("st/variables.safetensors", "r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x07")
    found = refused(load_state, "st")
    assert (found.code, found.message) == ("E0704", "st/variables.safetensors is damaged: its checksum is wrong")
    os.remove("st/variables.safetensors")
    assert refused(load_state, "st").message == "st is damaged: variables.safetensors is missing"
    for text in (
        "",
        "[]",
        '{"format": 1}',
        '{"format": 1, "sha256": {"variables.safetensors": "0"}, "variables": [1]}',
    ):
        with open("st/manifest.json", "w") as file:
            file.write(text)
        assert refused(load_state, "st").message.startswith("st/manifest.json is ")
    with open("st/manifest.json", "w") as file:
        file.write('{"format": 9}')
    assert "version 9" in refused(load_state, "st").message
    os.remove("st/manifest.json")
    with open("st/notes.txt", "w"):
        pass
    assert refused(load_state, "st").message == "st is no saved state: it has no manifest.json"


def test_state_places():
    with open("file", "w"):
        pass
    assert refused(save_state, "file", STATE).code == "E0706"
    assert refused(load_state, "file").code == "E0701"
    assert state.FORMAT == 1


# ---------------------------------------------------------------- the text of feeds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[[0, 0], [1, 2]]", [[0, 0], [1, 2]]),
        ("2.0", 2.0),
        (" -3 ", -3),
        ("+1", 1),
        ("true", True),
        ("-inf", float("-inf")),
        ("1e-3", 0.001),
        ("1_000", 1000),
        ("0xff", 255),
        (".5", 0.5),
        ("[]", []),
        ("[[], []]", [[], []]),
        ("[1,\n 2,]", [1, 2]),
        ('"a\\n\\u{e9}]"', "a\né]"),
        ('["a", "b"]', ["a", "b"]),
        (str(2**64), 2**64),
    ],
)
def test_feed_literals(text, value):
    got = parse_feed(text)
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize(
    ("text", "message", "place", "hint"),
    [
        ("[1, 2", "this list isn't closed", "[", "[1, 2]"),
        ("[[1, 2], [3]]", "rows have different lengths", "[3]", None),
        ("[1, [2]]", "numbers stand beside lists", "[2]", None),
        ("[true, 1]", "booleans and numbers don't mix", "1", None),
        ("[1 2]", "a comma is missing before 2", "2", None),
        ("1 2", "unexpected 2", "2", "put several values into a list: [1, 2]"),
        ("[1, , 2]", "this comma follows no item", ",", None),
        ("1,2, 3", "several values are a list, in brackets", ",", "--feed 'x=[1, 2, 3]'"),
        ("1," + "2," * 99, "several values are a list, in brackets", ",", "[1, 2]"),
        (",1", "this comma follows no item", ",", None),
        ("[1]]", "this bracket closes nothing", "]", None),
        ("tru", "tru is no value", "tru", "did you mean true?"),
        ("hello", "hello is no value", "hello", 'a string has quotes: "hello"'),
        ("data.npz:X", "data is no value", "data", "a file has an @ before its name: @data.npz:X"),
        ("2 * 3", "unexpected *", "*", "a literal isn't computed; write its value"),
        ("-true", "- stands before true, which is no number", "true", None),
        ("1e999", "this number is too large for f64", "1e999", "inf"),
        ("9" * 5000, "this number has too many digits", "9" * 5000, None),
        ("[" * 100_000, "lists are nested more than 32 deep", "[", None),
        ('"a\\q"', "\\q is not an escape", '"a\\q"', "\\\\q"),
        ("", "a value is missing", "", "--feed x=1.0"),
    ],
)
def test_bad_feed_literals(text, message, place, hint):
    found = refused(parse_feed, text)
    assert (found.code, found.message, found.primary.span.text, found.hint) == ("E0708", message, place, hint)
    assert found.primary.span.source.name == "--feed x"


@given(
    st.recursive(st.integers() | st.floats(allow_nan=False), lambda inner: st.lists(inner, max_size=3), max_leaves=9)
)
def test_feed_literals_are_rectangular_or_refused(value):
    try:
        array = np.array(value, dtype=object if value == [] else None)
        rectangular = array.ndim <= 32
    except ValueError:
        rectangular = False
    try:
        assert parse_feed(repr(value)) == value
        assert rectangular
    except Diagnostics as error:
        assert error.items[0].code == "E0708" and not rectangular


def test_feeds_from_files():
    write_arrays("a.npz", {"X": ONES, "a:b": np.zeros(2)})
    write_array("odd:name.npy", np.arange(2))
    assert parse_feed("@a.npz:X").tolist() == [1, 1, 1, 1]
    assert parse_feed("@odd:name.npy").tolist() == [0, 1]
    assert refused(parse_feed, "@b.npz:X").message == "there is no file b.npz"
    assert refused(parse_feed, "@").code == "E0701"


@pytest.mark.parametrize("ending", ["npy", "npz", "csv", "json", "safetensors"])
def test_feeds_from_the_standard_input(ending):
    write_array(f"x.{ending}", np.arange(3))
    with open(f"x.{ending}", "rb") as file:
        assert parse_feed("@-", stdin=file).tolist() == [0, 1, 2]


def test_numbers_from_the_standard_input():
    assert parse_feed("@-", stdin=io.BytesIO(b"2.5\n")).shape == ()
    assert parse_feed("@-:b", stdin=io.BytesIO(b"a,b\n1,2\n")).tolist() == [2]
