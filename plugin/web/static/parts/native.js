// Whether the platform has this segment among its own, and the button for it.
import { get, post, remove } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { platform } from "../lib/platform.js";
import { action, card, toast } from "./states.js";

export function native(id, signal) {
  const body = h("div", { class: "stack" });
  const path = `/segments/${id}/native`;
  const draw = ({ can, says, query }) => {
    const make = async () => {
      draw(await post(path));
      toast(`It is among ${platform.title}'s segments now.`);
    };
    const take = async () => {
      await remove(path);
      draw(await get(path));
      toast(`It is taken off ${platform.title}'s segments.`);
    };
    show(body, [
      h("p", {}, says),
      query ? h("p", { class: "quiet" }, h("code", {}, query)) : null,
      can ? h("div", { class: "row" }, can === "make"
        ? action(`Also as a ${platform.title} segment`, make, { key: "native" })
        : action(`Remove from ${platform.title}'s segments`, take, { key: "native" })) : null,
    ].filter(Boolean));
  };
  const look = () => get(path, signal).then(draw, (failure) => { if (failure.name !== "AbortError") show(body, [h("p", {}, failure.message)]); });
  look();
  return { look, card: card(`In ${platform.title}`, body) };
}
