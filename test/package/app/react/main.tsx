import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createDetector } from 'manypose';
import type { Detector, Pose } from 'manypose';

// StrictMode mounts twice: the first detector is disposed while it loads or looks.
function Poses() {
  const [poses, setPoses] = useState<Pose[]>();
  useEffect(() => {
    const controller = new AbortController();
    let detector: Detector | undefined;
    async function look(): Promise<void> {
      const image = document.querySelector<HTMLImageElement>('#photo')!;
      await image.decode();
      detector = await createDetector({ runtime: 'webgpu', signal: controller.signal });
      const found = await detector.estimatePoses(image);
      if (!controller.signal.aborted) setPoses(found);
    }
    look().catch((error: unknown) => {
      if (!controller.signal.aborted) document.title = String(error);
    });
    return () => {
      controller.abort();
      detector?.dispose();
    };
  }, []);
  useEffect(() => {
    if (poses) document.title = `${poses.length} people on webgpu`;
  }, [poses]);
  return <img id="photo" src="./skiers.jpg" alt="Five skiers" />;
}

createRoot(document.querySelector('#root')!).render(<StrictMode><Poses /></StrictMode>);
