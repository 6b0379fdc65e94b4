"""The player without a browser: chunks decoded under node as Python decodes them."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import playwright
import pytest

from abm.record import chunks
from abm.record.chunks import decode
from abm.ui.module import module

DRIVER = """
import { readFileSync } from "node:fs";
import { Player, Story, View, differing, differenceInWords } from "./module.mjs";
const input = JSON.parse(readFileSync("input.json"));
const player = new Player(input.layout);
for (const chunk of input.chunks) player.add(new Uint8Array(Buffer.from(chunk, "base64")));
const sum = (values) => values.reduce((total, value) => (total * 31 + value) % 1000003, 7);
const frames = input.ticks.map((tick) => {
  const f = player.get(tick);
  return [f.tick, sum([...f.holder]), sum([...f.contested]), sum([...f.formations.u8]),
    sum([...f.sites.u8]), f.air.n, f.convoys.n, f.incidents.n];
});
player.cut(10);
const story = new Story();
story.add({ events: [{ tick: 3 }, { tick: 12 }], days: [{ day: 0, s: [0] }, { day: 1, s: [2] }] });
story.cut(5, 0);
const whole = new Player(input.layout);
for (const chunk of input.chunks) whole.add(new Uint8Array(Buffer.from(chunk, "base64")));
const moved = (tick, change) => {
  const f = whole.get(tick);
  const u8 = f.formations.u8.slice();
  const holder = f.holder.slice();
  change(u8, holder, f.formations.size);
  return differing(f, { holder, formations: { u8 } }, whole.at);
};
const differences = [
  moved(4, () => {}),
  moved(4, (u8, holder, size) => { u8[whole.at.formations.mission] ^= 1; u8[size + whole.at.formations.x] ^= 1; }),
  moved(4, (u8, holder) => { holder[0] ^= 1; holder[7] ^= 1; }),
].map((each) => [each.cells, each.formations, differenceInWords(each)]);
let refused = "";
try { new Player(input.layout).add(new Uint8Array(64)); } catch (error) { refused = error.message; }
console.log(JSON.stringify({ total: player.total, frames, events: story.events.length,
  days: story.days.length, refused, differences, done: player.done }));
"""

NODE = shutil.which("node") or str(Path(playwright.__file__).parent / "driver" / "node")
"""This machine's, or the one that Playwright brings."""


@pytest.fixture(scope="module")
def played(tmp_path_factory, saved):
    folder = tmp_path_factory.mktemp("player")
    encoded = saved.recorder.all_chunks()
    ticks = [0, 1, 5, 31, 32]
    given = {
        "layout": chunks.layout(),
        "chunks": [base64.b64encode(each).decode() for each in encoded],
        "ticks": ticks,
    }
    (folder / "module.mjs").write_text(module())
    (folder / "driver.mjs").write_text(DRIVER)
    (folder / "input.json").write_text(json.dumps(given))
    done = subprocess.run(
        [NODE, "driver.mjs"], cwd=folder, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), ticks, encoded


def checksum(values):
    total = 7
    for value in values:
        total = (total * 31 + int(value)) % 1000003
    return total


def test_every_frame_is_what_the_recorder_saw(played):
    found, ticks, encoded = played
    frames = [frame for chunk in encoded for frame in decode(chunk)]

    for got, tick in zip(found["frames"], ticks, strict=True):
        frame = frames[tick]
        formations = np.frombuffer(frame.formations.tobytes(), np.uint8)
        sites = np.frombuffer(frame.sites.tobytes(), np.uint8)
        assert got == [
            tick,
            checksum(frame.holder),
            checksum(frame.contested_cells),
            checksum(formations),
            checksum(sites),
            len(frame.air),
            len(frame.convoys),
            len(frame.incidents),
        ]


def test_what_comes_after_a_branch_is_forgotten(played):
    found, _, _ = played
    assert (found["total"], found["events"], found["days"]) == (11, 1, 1)


def test_bytes_that_are_no_chunk_are_refused(played):
    found, _, _ = played
    assert found["refused"] == "not a chunk of frames"


def test_what_differs_from_the_run_before_is_counted_and_said(played):
    same, moved, lost = played[0]["differences"]

    assert same == [0, 0, "Nothing differs from before the change on this day"]
    # the first formation differs by the number of its mission only: that is nothing
    assert moved == [
        0,
        1,
        "No ground differs from before the change; 1 formation does",
    ]
    assert lost == [
        2,
        0,
        "2 cells of ground differ from before the change, no formation does",
    ]
