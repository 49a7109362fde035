'use client';

import { useEffect } from 'react';
import { createDetector } from 'manypose';

export function Poses() {
  useEffect(() => {
    const controller = new AbortController();
    async function look(): Promise<void> {
      const image = document.querySelector<HTMLImageElement>('#photo')!;
      await image.decode();
      const detector = await createDetector({ runtime: 'webgpu', signal: controller.signal });
      const poses = await detector.estimatePoses(image);
      document.title = `${poses.length} people on ${detector.info.runtime}`;
    }
    look().catch((error: unknown) => {
      if (!controller.signal.aborted) document.title = String(error);
    });
    return () => controller.abort();
  }, []);
  return <img id="photo" src="/skiers.jpg" alt="Five skiers" />;
}
