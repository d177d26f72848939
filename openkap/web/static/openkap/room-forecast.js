// The forecast behind the readings: two faint bands and a line, on a scale of their own and on the readings' clock.
// Its numbers are read from the table in the page, so the picture and the words always say the same.
"use strict";

(() => {
  const room = globalThis.openkapRoom;
  if (!room) return;
  const HEAD = 1.25;  // room above the band for its name
  let rows = [];

  const numbers = (row, what) => [...row.querySelectorAll(`[data-${what}]`)].map((cell) => Number(cell.textContent));

  function read() {
    rows = [...document.querySelectorAll("#forecast-table tbody tr")].map((row) => ({
      second: Date.parse(row.dataset.at) / 1000,
      median: numbers(row, "median")[0], people: numbers(row, "people"), models: numbers(row, "models"),
    }));
  }

  function draw(u, taken, ink, quiet) {
    if (!rows.length) return;
    const { ctx, bbox } = u;
    const top = HEAD * Math.max(...rows.map((row) => row.models[1]));
    const x = (row) => u.valToPos(row.second, "x", true);
    const y = (value) => bbox.top + bbox.height * (1 - value / top);
    const band = (name, strength) => {
      ctx.beginPath();
      for (const row of rows) ctx.lineTo(x(row), y(row[name][1]));
      for (const row of [...rows].reverse()) ctx.lineTo(x(row), y(row[name][0]));
      ctx.globalAlpha = strength;
      ctx.fillStyle = ink;
      ctx.fill();
    };
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    band("models", 0.1);
    band("people", 0.14);
    ctx.beginPath();
    for (const row of rows) ctx.lineTo(x(row), y(row.median));
    ctx.globalAlpha = 0.55;
    ctx.strokeStyle = ink;
    ctx.lineWidth = devicePixelRatio || 1;
    ctx.stroke();
    name(u, taken, x, y, quiet);
    ctx.restore();
  }

  // `taken`: the words that stand where the readings end, with the middles of their lines.
  function free(u, taken, from, foot, ratio) {
    return taken.every(({ text, x, y }) =>
      x + 1.2 * u.ctx.measureText(text).width < from || Math.abs(y - (foot - 4 * ratio)) > 13 * ratio);
  }

  // At the right, where no reading is yet: above what of the band lies under it, or else where there is room. On a
  // phone the peak may find none; it is said in the words below too.
  function name(u, taken, x, y, quiet) {
    const ratio = devicePixelRatio || 1;
    const { left, top, width, height } = u.bbox;
    const peak = Math.max(...rows.map((row) => row.median));
    u.ctx.globalAlpha = 1;
    u.ctx.fillStyle = quiet;
    u.ctx.font = `${12 * ratio}px system-ui, sans-serif`;
    u.ctx.textAlign = "right";
    u.ctx.textBaseline = "alphabetic";  // the axes of the drawing before leave theirs
    const right = left + width - 4 * ratio;
    for (const text of [`forecast, peak ${peak} ng/mL`, "forecast"]) {
      const from = right - u.ctx.measureText(text).width;
      const under = rows.filter((row) => x(row) >= from && x(row) <= right).map((row) => row.models[1]);
      const feet = [y(Math.max(0, ...under)) - 6 * ratio];
      for (let foot = top + 10 * ratio; foot < top + height - 20 * ratio; foot += 2 * ratio) feet.push(foot);
      const foot = feet.find((one) => free(u, taken, from, one, ratio));
      if (foot !== undefined) return u.ctx.fillText(text, right, foot);
    }
  }

  room.forecast = { draw, ends: () => (rows.length ? rows[rows.length - 1].second : 0) };
  room.page.addEventListener("room:refreshed", read);
  read();
})();
