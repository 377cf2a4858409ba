// Looks again every so often, as long as the view is shown and somebody can see it.

export function poll(signal, look, pause) {
  let timer;
  const again = (failedBefore) => {
    if (!signal.aborted) timer = setTimeout(run, failedBefore ? 10_000 : pause());
  };
  const run = async () => {
    if (document.hidden) return again(false);
    try {
      await look();
      again(false);
    } catch (failure) {
      if (failure.name !== "AbortError") again(true);
    }
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  again(false);
}

export function later(wait) {
  let timer;
  return (action) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
}
