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

  function draw(u, ink, quiet) {
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
    name(u, x, y, quiet);
    ctx.restore();
  }

  // Where the readings end, a word of their own stands beside each.
  function free(u, from, foot, ratio) {
    return u.data.slice(1).every((values) => {
      const last = values.findLastIndex((value) => value !== null && value !== undefined);
      if (last < 0) return true;
      const word = u.valToPos(u.data[0][last], "x", true) + 80 * ratio;
      return word < from || Math.abs(u.valToPos(values[last], "y", true) - foot) > 24 * ratio;
    });
  }

  // At the right, where no reading is yet: above what of the band lies under it, or else where there is room.
  function name(u, x, y, quiet) {
    const ratio = devicePixelRatio || 1;
    const peak = rows.reduce((most, row) => (row.median > most.median ? row : most));
    const text = `forecast, peak ${peak.median} ng/mL`;
    u.ctx.globalAlpha = 1;
    u.ctx.fillStyle = quiet;
    u.ctx.font = `${12 * ratio}px system-ui, sans-serif`;
    u.ctx.textAlign = "right";
    const right = u.bbox.left + u.bbox.width - 4 * ratio;
    const left = right - u.ctx.measureText(text).width;
    const under = rows.filter((row) => x(row) >= left && x(row) <= right).map((row) => row.models[1]);
    const feet = [y(Math.max(0, ...under)) - 6 * ratio, u.bbox.top + 14 * ratio];
    for (let foot = u.bbox.top + 30 * ratio; foot < u.bbox.top + u.bbox.height - 24 * ratio; foot += 8 * ratio) feet.push(foot);
    u.ctx.fillText(text, right, feet.find((foot) => free(u, left, foot, ratio)) ?? feet[0]);
  }

  room.forecast = { draw, ends: () => (rows.length ? rows[rows.length - 1].second : 0) };
  room.page.addEventListener("room:refreshed", read);
  read();
})();
