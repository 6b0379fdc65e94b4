// Saving what is seen: a picture of the map, or the play as a video.

const PATIENCE_MS = 20_000; // how long a video is waited for when its time is up

function makeSave({ maps, view, state, seek, meta, announce, message, tick, play }) {
  function compose(canvas) {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(view.width * ratio);
    canvas.height = Math.round(view.height * ratio);
    const g = canvas.getContext("2d");
    const map = maps[0];
    g.drawImage(map.canvas.map, 0, 0);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    const theme = THEME[state.dark ? "dark" : "light"];
    g.font = `600 16px ${FONT}`;
    g.textBaseline = "alphabetic";
    write(g, `${meta.title} · ${moment(meta, tick()).text}`, 14, 26, theme.ink, theme.halo);
    g.font = `10.5px ${FONT}`;
    write(g, meta.credits, 14, view.height - 10, theme.soft, theme.halo);
    return g;
  }
  function download(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    announce(`Saved ${name}`);
  }
  async function video(what) {
    const type = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"].find((each) => window.MediaRecorder?.isTypeSupported(each));
    if (!type) { message("This browser can't record video. The replay file plays the run in any browser.", "error"); return; }
    const canvas = document.createElement("canvas");
    compose(canvas);
    const stream = canvas.captureStream(25);
    const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 4e6 });
    const parts = [];
    recorder.ondataavailable = (event) => { if (event.data.size) parts.push(event.data); };
    const done = new Promise((resolve) => { recorder.onstop = resolve; });
    const until = performance.now() + (what.seconds || 10) * 1000;
    recorder.start(500);
    play(true);
    message("Recording …", "note");
    // A slow machine may have no picture encoded when the time is up: wait for the first.
    const asked = () => performance.now() < until && state.playing;
    const empty = () => !parts.length && performance.now() < until + PATIENCE_MS;
    const frame = () => { compose(canvas); if (asked() || empty()) requestAnimationFrame(frame); else recorder.stop(); };
    requestAnimationFrame(frame);
    await done;
    if (!parts.length) { message("Nothing could be recorded: this machine is too busy. The replay file plays the run in any browser.", "error"); return; }
    message("");
    download(new Blob(parts, { type: "video/webm" }), `${what.name}.webm`);
  }
  return function save(what) {
    if (what.what === "png") {
      const canvas = document.createElement("canvas");
      compose(canvas);
      canvas.toBlob((blob) => download(blob, `${what.name}.png`), "image/png");
    } else if (what.what === "webm") video(what);
    void seek;
  };
}
