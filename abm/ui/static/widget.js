// The two ways in: as an anywidget on the live page, or from the data in a replay file.

function render({ model, el }) {
  const host = {
    meta: model.get("meta"),
    replay: false,
    initial: { ...model.get("initial") },
    send: (what) => model.send(what),
    // By message, not by trait: a change of a trait that is lost on the way blocks all later ones.
    set: (name, value) => model.send({ type: "set", name, value }),
    listen: (receive) => model.on("msg:custom", (what, buffers) => receive(what, buffers)),
  };
  return start(el, host);
}

async function replay(el, data) {
  const raw = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
  const whole = await new Response(stream).json();
  const host = {
    meta: whole.meta, replay: true, initial: { speed: 1, panel: "now", tick: 0 },
    set: () => {},
    listen: (receive) => { host.receive = receive; },
    send: (what) => {
      if (what.type === "hello") {
        whole.chunks.forEach((chunk, i) => host.receive({ type: "chunk", story: i ? null : whole.story }, [Uint8Array.from(atob(chunk), (c) => c.charCodeAt(0))]));
        host.receive({ type: "done" });
      } else if (what.type === "ask") host.receive({ type: "answer", id: what.id, data: what.what === "flown" ? whole.flown[`${what.asset}:${what.tick}`] || null : whole.decisions[what.mission] || null });
    },
  };
  return start(el, host);
}
