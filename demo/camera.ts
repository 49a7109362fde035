import { firstFrame } from './scenes.ts';
import type { Scene } from './scenes.ts';

/** A page that has no camera API: old browser, or not a secure address. */
export class NoCameraApiError extends Error {}

/**
 * Opens a camera; asks for permission the first time.
 *
 * @param deviceId which one; undefined: the browser's choice, facing the user where it can
 * @throws NoCameraApiError, or a DOMException as `getUserMedia` does (`NotAllowedError`, `NotFoundError`, ...)
 */
export async function openCamera(deviceId: string | undefined, onEnded: () => void): Promise<Scene> {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCameraApiError('this page has no access to cameras');
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      ...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'user' }),
      width: { ideal: 1280 },
      height: { ideal: 720 },
    },
  });
  const [track] = stream.getVideoTracks();
  const stop = (): void => stream.getTracks().forEach((each) => each.stop());
  try {
    const element = document.createElement('video');
    Object.assign(element, { srcObject: stream, muted: true, playsInline: true, autoplay: true });
    element.setAttribute('aria-label', 'Live picture of the camera');
    await firstFrame(element);
    track.addEventListener('ended', onEnded);
    return {
      element,
      width: element.videoWidth,
      height: element.videoHeight,
      caption: [track.label || 'Camera'],
      name: 'camera',
      mirrored: track.getSettings().facingMode !== 'environment',
      close() {
        track.removeEventListener('ended', onEnded);
        stop();
        element.srcObject = null;
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Fills the picker with the cameras there are; it stays hidden where there is no choice. */
export async function listCameras(select: HTMLSelectElement, field: HTMLElement, current: Scene): Promise<void> {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'videoinput');
  const stream = (current.element as HTMLVideoElement).srcObject as MediaStream | null;
  const used = stream?.getVideoTracks()[0]?.getSettings().deviceId;
  select.replaceChildren(
    ...devices.map((device, index) => {
      const option = new Option(device.label || `Camera ${index + 1}`, device.deviceId);
      option.selected = device.deviceId === used;
      return option;
    }),
  );
  field.hidden = devices.length < 2;
}
