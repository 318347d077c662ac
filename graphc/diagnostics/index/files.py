"""E07xx: files, and what is read from them."""

from __future__ import annotations

from graphc.diagnostics.index.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "E0701",
        "unreadable",
        "a file can't be read",
        explanation="""
            It doesn't exist, is a folder, or may not be read. The message says which, and names a file with a
            similar name if there is one.
        """,
        bad="""
            $ graphc check no/such/folder/poly.g
        """,
        repaired=r"""
            $ printf 'output y = 1.0\n' > poly.g && graphc check poly.g
        """,
    ),
    entry(
        "E0702",
        "not-utf8",
        "a program isn't UTF-8",
        explanation="""
            Programs are UTF-8 text. Convert one that was written in another encoding.
        """,
        bad=r"""
            $ printf '# \351t\351\noutput y = 1.0\n' | graphc check -
        """,
        repaired=r"""
            $ printf '# \351t\351\noutput y = 1.0\n' | iconv -f latin1 -t utf-8 | graphc check -
        """,
    ),
    entry(
        "E0703",
        "no-such-column",
        "a data file has no such column or key",
        explanation="""
            --feed x=@data.csv:time takes a column of a CSV file by its heading, x=@data.npz:key an array of
            an archive. The message lists those there are.
        """,
        bad=r"""
            $ printf 'time,signal\n0,1\n1,3\n' > lab.csv
            $ echo 'input t: f64[n]; output s = sum(t)' | graphc run - --feed t=@lab.csv:Time
        """,
        repaired=r"""
            $ printf 'time,signal\n0,1\n1,3\n' > lab.csv
            $ echo 'input t: f64[n]; output s = sum(t)' | graphc run - --feed t=@lab.csv:time
        """,
    ),
    entry(
        "E0704",
        "damaged-file",
        "a file is damaged, or of another kind",
        explanation="""
            Its contents aren't what its name says, it ends too early, or its checksum is wrong. Copy or save
            it again.
        """,
        bad="""
            $ printf 'not an array' > x.npy
            $ echo 'input x: f64[n]; output s = sum(x)' | graphc run - --feed x=@x.npy
        """,
        repaired="""
            $ python3 -c 'import numpy; numpy.save("x.npy", numpy.ones(3))'
            $ echo 'input x: f64[n]; output s = sum(x)' | graphc run - --feed x=@x.npy
        """,
    ),
    entry(
        "E0705",
        "needs-pickle",
        "a file holds Python objects",
        explanation="""
            Reading them could run any code that the file brings, so they are never read. Save a plain array
            of numbers or strings instead: all rows of one length, no None.
        """,
        bad="""
            $ python3 -c 'import numpy; numpy.save("x.npy", numpy.array([1.0, None]))'
            $ echo 'input x: f64[n]; output s = sum(x)' | graphc run - --feed x=@x.npy
        """,
        repaired="""
            $ python3 -c 'import numpy; numpy.save("x.npy", numpy.array([1.0, 0.0]))'
            $ echo 'input x: f64[n]; output s = sum(x)' | graphc run - --feed x=@x.npy
        """,
    ),
    entry(
        "E0706",
        "unwritable",
        "a file can't be written",
        explanation="""
            The folder doesn't exist, the disk is full, or writing isn't allowed there. What was there before
            is unchanged.
        """,
        bad="""
            $ echo 'output y = [1.0, 2.0]' | graphc run - --out y=no/such/folder/y.npy
        """,
        repaired="""
            $ echo 'output y = [1.0, 2.0]' | graphc run - --out y=y.npy
        """,
    ),
    entry(
        "E0707",
        "which-program",
        "no program is given, and none can be guessed",
        explanation="""
            Without a file name, the only .g file of the folder is taken. Here are none or several.
        """,
        bad="""
            $ mkdir -p empty && cd empty && graphc check
        """,
        repaired="""
            $ echo 'output y = 1.0' | graphc check -
        """,
    ),
    entry(
        "E0708",
        "bad-literal",
        "the value of a feed can't be read",
        explanation="""
            After --feed x= stands a number, true or false, a "string", a list such as [[1, 2], [3, 4]], or a
            file: @data.npy. Put quotes around it, or the shell takes brackets and spaces for its own.
        """,
        bad="""
            $ echo 'input x: f32[n]; output s = sum(x)' | graphc run - --feed 'x=[1, 2'
        """,
        repaired="""
            $ echo 'input x: f32[n]; output s = sum(x)' | graphc run - --feed 'x=[1, 2]'
        """,
    ),
    entry(
        "E0709",
        "no-saved-program",
        "a folder holds no saved program",
        explanation="""
            A saved program is a folder NAME.gm with program.g, variables.safetensors and manifest.json, as
            graphc save makes it. This one has no manifest.
        """,
        bad="""
            $ mkdir model.gm
            $ graphc run model.gm
        """,
        repaired="""
            $ echo 'var w: f32 = 1.0; export fn f(x: f32) = w * x' > model.g
            $ graphc save model.g model.gm
            $ graphc run model.gm --feed x=2.0
        """,
    ),
    entry(
        "E0710",
        "unknown-format",
        "a saved program is of another format",
        explanation="""
            Its manifest names a format that this version of graphc doesn't know. Save it again with this
            version, or run it with the one that saved it, which the message names if the manifest does.
        """,
        bad="""
            $ echo 'var w: f32 = 1.0; export fn f(x: f32) = w * x' > model.g
            $ graphc save model.g model.gm
            $ sed 's/"format": 1/"format": 99/' model.gm/manifest.json > m && mv m model.gm/manifest.json
            $ graphc run model.gm --feed x=2.0
        """,
        repaired="""
            $ echo 'var w: f32 = 1.0; export fn f(x: f32) = w * x' > model.g
            $ graphc save model.g model.gm
            $ graphc run model.gm --feed x=2.0
        """,
    ),
    entry(
        "E0711",
        "outside-folder",
        "a saved program names what it may not hold",
        explanation="""
            All its files are inside its folder, are programs or the variables, and are no links. So it can
            be copied as it is, and running it reads nothing else of your disk.
        """,
        bad="""
            $ echo 'var w: f32 = 1.0; export fn f(x: f32) = w * x' > model.g
            $ graphc save model.g model.gm
            $ sed 's|"program.g"|"../model.g"|' model.gm/manifest.json > m && mv m model.gm/manifest.json
            $ graphc run model.gm --feed x=2.0
        """,
        repaired="""
            $ echo 'var w: f32 = 1.0; export fn f(x: f32) = w * x' > model.g
            $ graphc save model.g model.gm
            $ graphc run model.gm --feed x=2.0
        """,
    ),
    entry(
        "E0712",
        "missing-part",
        "a saved program lacks a file",
        explanation="""
            Its manifest lists a file that isn't there. Copy the folder again, with all that it holds.
        """,
        bad="""
            $ echo 'var w: f32 = 1.0; export fn f(x: f32) = w * x' > model.g
            $ graphc save model.g model.gm
            $ rm model.gm/variables.safetensors
            $ graphc run model.gm --feed x=2.0
        """,
        repaired="""
            $ echo 'var w: f32 = 1.0; export fn f(x: f32) = w * x' > model.g
            $ graphc save model.g model.gm
            $ cp -r model.gm copy.gm
            $ graphc run copy.gm --feed x=2.0
        """,
    ),
    entry(
        "E0713",
        "other-variables",
        "saved variables are not those of the program",
        explanation="""
            Each has the dtype and the shape of its declaration. The state is that of another program, or the
            program has changed since.
        """,
        bad="""
            $ echo 'var w: f32[2] = [1.0, 2.0]; w *= 2' | graphc run - --state st
            $ echo 'var w: f32[3] = [1.0, 2.0, 3.0]; output y = sum(w)' > model.g
            $ graphc save model.g model.gm --state st
        """,
        repaired="""
            $ echo 'var w: f32[2] = [1.0, 2.0]; w *= 2' | graphc run - --state st
            $ echo 'var w: f32[2] = [1.0, 2.0]; output y = sum(w)' > model.g
            $ graphc save model.g model.gm --state st
        """,
    ),
    entry(
        "E0714",
        "import-outside",
        "this may not be imported",
        explanation="""
            A program imports files called NAME.g that are in its own folder or below it, so that running a
            program that somebody gave you reads nothing else of your disk. --allow-import DIR adds a folder,
            and graphc.load(path, allow_import=[DIR]) does. Links are followed first.
        """,
        bad="""
            $ echo 'fn double(x) = 2 * x' > scale.g
            $ mkdir -p project && echo 'import "../scale.g"; output y = scale.double(1.0)' > project/main.g
            $ graphc run project/main.g
        """,
        repaired="""
            $ echo 'fn double(x) = 2 * x' > scale.g
            $ mkdir -p project && echo 'import "../scale.g"; output y = scale.double(1.0)' > project/main.g
            $ graphc run project/main.g --allow-import .
        """,
    ),
    entry(
        "E0715",
        "other-training",
        "the checkpoint is of another training",
        explanation="""
            A training goes on to the bits that it would have had without a break. So the program, the data and
            the figure that is watched are those it was begun with; comments and spaces may differ.
        """,
        bad="""
            $ echo '{"x": [1, 2, 3]}' > data.json
            $ echo 'input x: f32[n]; var w: f32 = 0.0; output loss = mean((w - x) ** 2)' > model.g
            $ graphc train model.g --data data.json --state st
            $ echo 'input x: f32[n]; var w: f32 = 0.0; output loss = mean(abs(w - x))' > model.g
            $ graphc train model.g --data data.json --state st --resume
        """,
        repaired="""
            $ echo '{"x": [1, 2, 3]}' > data.json
            $ echo 'input x: f32[n]; var w: f32 = 0.0; output loss = mean((w - x) ** 2)' > model.g
            $ graphc train model.g --data data.json --state st
            $ graphc train model.g --data data.json --state st --resume --epochs 20
        """,
    ),
)
