// How a screen sounds: one pattern a priority, made before it is needed, played by the audio clock and not by
// timers, which a hidden tab slows to one a minute. Silent unless this screen was told to sound.
"use strict";

(() => {
  const RATE = 8000;
  // Pulses in a burst, their seconds, the pitch, and the seconds until the burst comes again.
  const PATTERNS = {
    high: { pulses: [0, 0.25, 0.5, 0.9, 1.15, 1.8, 2.05, 2.3, 2.7, 2.95], length: 0.15, pitch: 880, every: 6 },
    mid: { pulses: [0, 0.35, 0.7], length: 0.2, pitch: 660, every: 10 },
    low: { pulses: [0, 0.4], length: 0.25, pitch: 440, every: 20 },
    fail: { pulses: [0, 0.6], length: 0.5, pitch: 520, every: 1.2 },
  };
  const buffers = {};
  let context = null;
  let gain = null;
  let loop = null;      // what sounds now
  let playing = "";
  let doom = null;      // the tone that starts by itself when no heartbeat puts it off
  let audible = false;

  function ready() {
    if (context || !globalThis.AudioContext) return context;
    context = new AudioContext();
    gain = context.createGain();
    gain.gain.value = 0;
    gain.connect(context.destination);
    for (const [name, pattern] of Object.entries(PATTERNS)) buffers[name] = made(pattern);
    context.addEventListener("statechange", tell);
    return context;
  }

  function made({ pulses, length, pitch, every }) {
    const buffer = context.createBuffer(1, Math.round(every * RATE), RATE);
    const samples = buffer.getChannelData(0);
    for (const start of pulses) {
      for (let n = 0; n < length * RATE; n += 1) {
        const at = n / RATE;
        const edge = Math.min(1, at / 0.02, (length - at) / 0.02);
        const tone = Math.sin(2 * Math.PI * pitch * at) + 0.4 * Math.sin(4 * Math.PI * pitch * at);
        samples[Math.round(start * RATE) + n] = 0.5 * edge * tone;
      }
    }
    return buffer;
  }

  function source(name, when) {
    const node = context.createBufferSource();
    node.buffer = buffers[name];
    node.loop = true;
    node.connect(gain);
    node.start(when);
    return node;
  }

  function play(level) {
    if (level === playing || !ready()) return;
    if (loop) loop.stop();
    loop = level ? source(level, context.currentTime) : null;
    playing = level;
  }

  // Each heartbeat puts the failure tone off again. A page that is dead, hidden or frozen cannot stop it coming.
  function beat(seconds) {
    if (!ready()) return;
    if (doom) doom.stop();
    doom = source("fail", context.currentTime + seconds);
  }

  function rest() {
    if (doom) doom.stop();
    doom = null;
  }

  function set(sound) {
    audible = sound === "aloud" || sound === "earpiece";
    if (ready()) gain.gain.value = audible ? 1 : 0;
    tell();
  }

  function state() {
    if (!audible) return "off";
    return context && context.state === "running" ? "on" : "blocked";
  }

  // "Once": the pattern of each priority after the other, for the test.
  function test() {
    if (!ready()) return;
    context.resume();
    let when = context.currentTime;
    for (const name of ["low", "mid", "high"]) {
      const node = context.createBufferSource();
      node.buffer = buffers[name];
      node.connect(context.destination);
      node.start(when, 0, 3.2);
      when += name === "high" ? 3.2 : 1.4;
    }
  }

  function tell() {
    document.dispatchEvent(new CustomEvent("sounding:state"));
  }

  async function unlock() {
    if (ready() && context.state !== "running") await context.resume().catch(() => null);
    if (navigator.wakeLock && document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => null);
  }

  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, unlock, { passive: true });
  globalThis.openkapSounding = { play, beat, rest, set, state, test, unlock, get playing() { return playing; } };
})();
