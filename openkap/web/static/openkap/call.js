// What both sides of a call share: the line to the server, one connection after another, and whether pictures come.
// The clinic calls and the home answers. Whatever breaks, the clinic calls again; nothing is mended half way.
"use strict";

(() => {
  const box = document.getElementById("call");
  if (!box) return;
  const GATHER_MS = 2000;
  const them = document.getElementById("call-them");
  const me = document.getElementById("call-me");
  let facing = box.dataset.side === "home" ? "environment" : "user";
  let media = null;

  const call = {
    way: null, stands: {}, peer: null,

    async post(address, fields) {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
      const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields });
      const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
      return Boolean(answer && answer.ok);
    },
    send: (message) => call.post(box.dataset.send, { body: JSON.stringify(message) }),
    tell: (to) => call.post(box.dataset.tell, { to }),
    say(text) {
      const out = document.getElementById("call-state");
      if (out.textContent !== text) out.textContent = text;
    },

    // The camera, or null: a clinician may be seen by nobody and still see.
    async camera() {
      if (media && media.getTracks().every((track) => track.readyState === "live")) return media;
      const wanted = { audio: true, video: { facingMode: facing, width: { ideal: 640 }, frameRate: { ideal: 20 } } };
      media = await navigator.mediaDevices?.getUserMedia(wanted).catch(() => null) || null;
      if (me) me.srcObject = media;
      return media;
    },

    async fresh() {
      call.peer?.close();
      const peer = new RTCPeerConnection(call.way);
      call.peer = peer;
      peer.addEventListener("track", (event) => { them.srcObject = event.streams[0] || new MediaStream([event.track]); });
      const mine = await call.camera();
      for (const track of mine?.getTracks() || []) peer.addTrack(track, mine);
      if (!mine && box.dataset.side === "clinic") for (const kind of ["audio", "video"]) peer.addTransceiver(kind, { direction: "recvonly" });
      return peer;
    },

    // The description with all its ways in it: one message instead of many.
    async described(peer, description) {
      await peer.setLocalDescription(description);
      if (peer.iceGatheringState !== "complete") {
        await new Promise((done) => {
          peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && done());
          setTimeout(done, GATHER_MS);
        });
      }
      return peer.localDescription.toJSON();
    },

    async frames() {
      if (!call.peer) return 0;
      const all = [...(await call.peer.getStats()).values()];
      return all.filter((one) => one.type === "inbound-rtp" && one.kind === "video").reduce((sum, one) => sum + (one.framesDecoded || 0), 0);
    },

    listen(heard) {
      const source = new EventSource(box.dataset.stream);
      source.addEventListener("way", (event) => { call.way = JSON.parse(event.data); });
      source.addEventListener("stands", (event) => { call.stands = JSON.parse(event.data); heard.stands?.(); });
      source.addEventListener("signal", (event) => heard.signal(JSON.parse(JSON.parse(event.data).body)));
      source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED) setTimeout(() => call.listen(heard), 3000);
      });
      addEventListener("pagehide", () => source.close());
    },
  };

  const turn = document.getElementById("call-camera");
  navigator.mediaDevices?.enumerateDevices().then((all) => {
    if (turn) turn.hidden = all.filter((one) => one.kind === "videoinput").length < 2;
  });
  turn?.addEventListener("click", async () => {
    facing = facing === "user" ? "environment" : "user";
    media?.getTracks().forEach((track) => track.stop());
    const mine = await call.camera();
    for (const sender of call.peer?.getSenders() || []) {
      const track = mine?.getTracks().find((one) => one.kind === sender.track?.kind);
      if (track) sender.replaceTrack(track);
    }
  });
  globalThis.openkapCall = call;
})();
