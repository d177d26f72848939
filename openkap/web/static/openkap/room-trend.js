// The trend over the visit. Its numbers are read from the table behind it, so both always say the same.
"use strict";

(() => {
  const room = globalThis.openkapRoom;
  const holder = document.getElementById("trend");
  if (!room || !room.forecast || !holder || !globalThis.uPlot) return;

  const LINES = [
    { what: "systolic", label: "systolic", dash: [] },
    { what: "diastolic", label: "diastolic", dash: [6, 4] },
    { what: "heart-rate", label: "heart rate", dash: [2, 3] },
    { what: "spo2", label: "SpO\u2082", dash: [] },
  ];
  const columns = new Map();  // epoch second → {what: number}
  const probe = holder.appendChild(document.createElement("i"));
  probe.hidden = true;
  const colour = (name) => {
    probe.style.setProperty("color", `var(${name})`);
    return getComputedStyle(probe).color;
  };
  let plot = null;

  function readTable() {
    for (const row of document.querySelectorAll("#trend-table tbody tr")) {
      const second = Math.round(Date.parse(row.dataset.at) / 1000);
      for (const cell of row.querySelectorAll("[data-what]")) {
        if (cell.dataset.value) put(second, cell.dataset.what, Number(cell.dataset.value));
      }
    }
  }

  function put(second, what, value) {
    if (!Number.isFinite(value)) return;
    if (!columns.has(second)) columns.set(second, {});
    columns.get(second)[what] = value;
  }

  function data() {
    const seconds = [...columns.keys()].sort((a, b) => a - b);
    return [seconds, ...LINES.map((line) => seconds.map((s) => columns.get(s)[line.what] ?? null))];
  }

  // Names stand at the end of their lines; a name that would lie on another moves up. Their middles, from below.
  function names(u) {
    const ratio = devicePixelRatio || 1;
    let below = Infinity;
    return LINES.map((line, i) => {
      const values = u.data[i + 1];
      const last = values.findLastIndex((value) => value !== null && value !== undefined);
      return last < 0 ? null : { text: line.label, y: u.valToPos(values[last], "y", true),
        x: Math.min(u.valToPos(u.data[0][last], "x", true) + 6 * ratio, u.bbox.left + u.bbox.width + 4 * ratio) };
    }).filter(Boolean).sort((a, b) => b.y - a.y).map((end) => {
      below = Math.min(end.y, below - 15 * ratio);
      return { ...end, y: below };
    });
  }

  function label(u) {
    u.ctx.save();
    u.ctx.font = `${13 * (devicePixelRatio || 1)}px system-ui, sans-serif`;
    u.ctx.fillStyle = colour("--room-ink");
    u.ctx.textBaseline = "middle";
    u.ctx.textAlign = "left";
    for (const { text, x, y } of names(u)) u.ctx.fillText(text, x, y);
    u.ctx.restore();
  }

  function ticks(u) {
    u.ctx.save();
    u.ctx.strokeStyle = colour("--room-press");
    u.ctx.fillStyle = colour("--room-press");
    u.ctx.lineWidth = devicePixelRatio || 1;
    u.ctx.textAlign = "left";
    u.ctx.textBaseline = "alphabetic";
    u.ctx.font = `${12 * (devicePixelRatio || 1)}px system-ui, sans-serif`;
    const ahead = u.scales.x.max > room.now() / 1000 + 60;
    const now = ahead ? new Date(room.now()).toISOString() : "";
    const marks = [[room.page.dataset.doseAt, "dose"], [room.page.dataset.endAt, "end"], [now, "now"]]
      .filter(([moment]) => moment)
      .map(([moment, text]) => ({ x: u.valToPos(Date.parse(moment) / 1000, "x", true), text }))
      .filter(({ x }) => x >= u.bbox.left && x <= u.bbox.left + u.bbox.width);
    let free = u.bbox.left;
    marks.forEach(({ x, text }, i) => {
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      // A word stands right of its line, left of it where the next is near, and nowhere where both are taken.
      const wide = u.ctx.measureText(text).width + 8;
      const left = x + wide <= (marks[i + 1]?.x ?? Infinity) ? x + 4 : x + 4 - wide;
      if (left < free) return;
      u.ctx.fillText(text, left, u.bbox.top + u.bbox.height - 5 * (devicePixelRatio || 1));
      free = left + wide;
    });
    u.ctx.restore();
  }

  // From the first reading or the dose, whichever came first, to this moment; ten minutes at least, and an hour
  // ahead while there is a forecast of it.
  function span(u) {
    const [first] = u.data[0];
    const now = Math.round(room.now() / 1000);
    const dose = Date.parse(room.page.dataset.doseAt) / 1000;
    const ahead = Math.min(now + 3600, room.forecast.ends());
    return [Math.min(first ?? now, Number.isFinite(dose) ? dose : now, now - 600), Math.max(now, ahead)];
  }

  const behind = (u) => room.forecast.draw(u, names(u), colour("--room-press"), colour("--room-quiet-ink"));

  function options() {
    const axis = { stroke: colour("--room-quiet-ink"), grid: { stroke: colour("--room-line"), width: 1 },
      ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const zone = room.page.dataset.zone || undefined;
    return {
      width: holder.clientWidth, height: holder.clientHeight || 220, legend: { show: false },
      cursor: { show: false }, padding: [8, 76, 0, 0],
      tzDate: (ts) => (zone ? globalThis.uPlot.tzDate(new Date(ts * 1000), zone) : new Date(ts * 1000)),
      scales: { x: { time: true, range: span }, y: { range: (u, min, max) => [Math.min(40, min ?? 40), Math.max(160, max ?? 160)] } },
      axes: [{ ...axis, values: (u, marks) => marks.map((s) => room.wall(s * 1000).slice(0, 5)) }, { ...axis, size: 40 }],
      series: [{}, ...LINES.map((line, i) => ({ label: line.label, stroke: colour(`--room-line-${i + 1}`),
        width: 2, dash: line.dash, spanGaps: true, points: { show: columns.size < 40, size: 4 } }))],
      hooks: { drawClear: [behind], draw: [ticks, label] },
    };
  }

  function draw() {
    if (!columns.size) return;
    holder.hidden = false;
    if (!plot) plot = new globalThis.uPlot(options(), data(), holder);
    else plot.setData(data());
  }

  let soon = 0;
  room.page.addEventListener("room:reading", ({ detail: { signal, at, value } }) => {
    put(Math.round(Date.parse(at) / 1000), signal, Number(value));
    clearTimeout(soon);
    soon = setTimeout(draw, 500);
  });
  room.page.addEventListener("room:refreshed", () => { readTable(); draw(); });
  new ResizeObserver(() => plot && plot.setSize({ width: holder.clientWidth, height: plot.height })).observe(holder);
  readTable();
  draw();
  setInterval(draw, 30000);
})();
