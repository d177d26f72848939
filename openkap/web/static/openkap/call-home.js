// The home answers every call, and says in words whether the clinic sees them. It tells the server of a loss too: the
// clinic's own browser may be what is gone.
"use strict";

(() => {
  const call = globalThis.openkapCall;
  if (!call || !document.getElementById("call-me")) return;
  const GONE_MS = 5000;
  let whole = performance.now();  // when the way to the clinic was last whole
  let turned = 0;
  let denied = false;

  async function signal({ turn, description }) {
    const peer = await call.fresh();
    turned += 1;
    const mine = turned;
    whole = performance.now();
    denied = !(await call.camera());
    await peer.setRemoteDescription(description);
    const said = await call.described(peer, await peer.createAnswer());
    if (mine === turned) await call.send({ turn, description: said });
  }

  function look() {
    const { waits, admitted, seen } = call.stands;
    if (call.peer?.connectionState === "connected") whole = performance.now();
    if (seen === "connected" && performance.now() - whole > GONE_MS) call.tell("lost");
    if (denied) call.say("This page may not use the camera. Allow it in the browser, then load the page again.");
    else if (admitted === undefined) call.say("No connection to the clinic yet.");
    else if (!admitted) call.say(waits ? "Waiting until the clinic lets you in." : "The clinic has made a new link. Ask for it.");
    else if (seen === "connected" && call.peer?.connectionState === "connected") call.say("The clinic sees and hears you.");
    else if (seen === "lost") call.say("The clinic does not see you. Keep your telephone free: they call you.");
    else call.say("Let in. Connecting…");
  }

  call.listen({ signal: (message) => signal(message).catch(() => null) });
  call.camera().then((media) => { denied = !media; });
  setInterval(look, 1000);
})();
