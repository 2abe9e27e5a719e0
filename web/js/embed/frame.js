/** embed.html: the API in a frame, for pages whose security policy forbids scripts of others. */
import { Insitu } from "../../insitu.js";
import { Frame } from "./frame-protocol.js";

const query = new URLSearchParams(location.search);
const frame = new Frame({
  parentOrigin: query.get("parent"),
  open: (onProgress) => {
    const pack = query.get("pack");
    const threshold = query.get("threshold");
    return Insitu.open({
      ...(pack === null ? {} : { pack }),
      ...(threshold === null ? {} : { threshold: Number(threshold) }),
      engines: Number(query.get("engines") ?? 1) || 1,
      onProgress,
    });
  },
});

addEventListener("message", (event) => {
  if (event.source !== null && event.source === parent && parent !== window) frame.receive(event, parent);
});
