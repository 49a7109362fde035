/**
 * Runs one piece of work at a time and keeps only the newest of those asked for meanwhile: a slow
 * network then skips frames and does not fall behind.
 */
export function latestWins(work: () => Promise<void>): { request(): void } {
  let busy = false;
  let again = false;
  const run = async (): Promise<void> => {
    busy = true;
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      busy = false;
    }
  };
  return {
    request() {
      if (busy) again = true;
      else void run();
    },
  };
}

/**
 * Calls back for each new frame of a playing video, once after each seek and once when it pauses; not while the page
 * is hidden.
 *
 * @returns a function that ends it
 */
export function onVideoFrames(video: HTMLVideoElement, callback: () => void): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const visible = (): void => {
    if (!document.hidden && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) callback();
  };
  // Both ways of hearing about frames end by themselves once the signal is set.
  if ('requestVideoFrameCallback' in video) {
    const next = (): void => {
      if (signal.aborted) return;
      visible();
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  } else {
    let shownTime = -1;
    const next = (): void => {
      if (signal.aborted) return;
      const { currentTime } = video as HTMLVideoElement;
      if (currentTime !== shownTime) visible();
      shownTime = currentTime;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }
  document.addEventListener('visibilitychange', visible, { signal });
  // The last frame may have been looked at already, as one of a video that plays.
  video.addEventListener('pause', visible, { signal });
  return () => ended.abort();
}

/** Waits for the next frame of a video that plays or is about to; where frames cannot be heard of, for long enough. */
export async function nextFrame(video: HTMLVideoElement): Promise<void> {
  // Until then there are frames, but nothing to be drawn of them.
  if (video.paused) await new Promise((resolve) => video.addEventListener('playing', resolve, { once: true }));
  await new Promise<unknown>((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(resolve);
    else setTimeout(resolve, 100);
  });
}
