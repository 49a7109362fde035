import type { ErrorCode, RuntimeKind } from 'manypose';
import { ManyposeError } from 'manypose';
import { NoCameraApiError } from './camera.ts';
import { BadFileError } from './scenes.ts';
import { RUNTIME_NAMES } from './status.ts';

/** What went wrong, in words that say what to do, and the one thing the page can do about it. */
export interface Problem {
  readonly id: string;
  readonly title: string;
  readonly advice: string;
  readonly action?: 'retry-model' | 'retry-camera' | 'choose-file' | 'choose-checkpoint' | 'use-auto';
}

const UPDATE_BROWSER =
  'Use a current Chrome or Edge (113 or later), Safari (26 or later) or Firefox (141 or later), ' +
  'and switch on hardware acceleration in its settings.';

/** `info`: which runtime was asked for; a runtime asked for by name has no fallback. */
function ofDetector(error: ManyposeError, runtime: 'auto' | RuntimeKind): Problem {
  switch (error.code) {
    case 'download-failed':
      return {
        id: error.code,
        title: 'The model could not be downloaded',
        action: 'retry-model',
        advice: 'Check the connection, then try again. Parts that arrived are not fetched twice where the browser kept them.',
      };
    case 'corrupt-weights':
      return {
        id: error.code,
        title: 'The model arrived damaged',
        action: 'retry-model',
        advice: 'A part of it is not what was published. Try again; if it stays so, a proxy or the server changes the files.',
      };
    case 'invalid-model':
      return {
        id: error.code,
        title: 'This is not a model for this page',
        action: 'retry-model',
        advice: 'The address of the model gives something this version cannot read.',
      };
    case 'no-runtime':
      return runtime === 'auto'
        ? { id: error.code, title: 'This browser cannot run the network', advice: UPDATE_BROWSER, action: 'retry-model' }
        : {
            id: error.code,
            action: 'use-auto',
            title: `${RUNTIME_NAMES[runtime]} is not available here`,
            advice: `Something slower will still work. ${UPDATE_BROWSER}`,
          };
    case 'device-lost':
      return {
        id: error.code,
        title: 'The graphics card stopped answering',
        action: 'retry-model',
        advice: 'Its driver was reset, or the system took it away. Start again; a smaller input size asks less of it.',
      };
    case 'out-of-memory':
      return {
        id: error.code,
        title: 'Not enough graphics memory',
        action: 'retry-model',
        advice: 'Choose a smaller input size, close other pages that draw much, and start again.',
      };
    case 'tainted-image':
    case 'invalid-image':
      return {
        id: error.code,
        title: 'This picture cannot be read',
        advice: 'Choose another photo or video.',
        action: 'choose-file',
      };
    default:
      return {
        id: error.code,
        title: 'Something went wrong',
        advice: 'Start again. If it happens each time, please report it with the line below.',
        action: 'retry-model',
      };
  }
}

/** What keeps a dropped checkpoint from being run. The error's own words say the rest. */
const CHECKPOINT: Partial<Record<ErrorCode, string>> = {
  'invalid-checkpoint': 'It is no checkpoint, or it is damaged. What can be read: files of torch.save, and .safetensors.',
  'unsafe-checkpoint':
    'It asks for more than numbers. Nothing in it was executed. Save the weights alone, with torch.save(model.state_dict(), FILE).',
  'checkpoint-mismatch':
    'It is of another network. This page runs the paper’s networks and its successor’s (DEKR), for COCO and CrowdPose.',
};

/** What is wrong with another model that was to take the place of the one that runs, and goes on running. */
export function problemOfReplacement(error: unknown, runtime: 'auto' | RuntimeKind): Problem {
  const advice = error instanceof ManyposeError ? CHECKPOINT[error.code] : undefined;
  if (error instanceof ManyposeError && advice) {
    return { id: error.code, title: 'This checkpoint cannot be run', advice, action: 'choose-checkpoint' };
  }
  return { ...problemOf(error, runtime), action: 'choose-checkpoint' };
}

/** getUserMedia's DOMExceptions by name. */
const CAMERA: Record<string, Problem> = {
  NotAllowedError: {
    id: 'camera-denied',
    title: 'The camera is blocked for this page',
    action: 'retry-camera',
    advice:
      'Allow it in the browser (the camera or lock sign beside the address), then try again. The picture stays on this device.',
  },
  NotFoundError: {
    id: 'no-camera',
    title: 'No camera found',
    action: 'retry-camera',
    advice: 'Connect one and try again, or open a photo or video.',
  },
  NotReadableError: {
    id: 'camera-busy',
    title: 'The camera is in use',
    action: 'retry-camera',
    advice: 'Another program or page holds it. Close that one, then try again.',
  },
};

/** Turns anything thrown into a problem to show. */
export function problemOf(error: unknown, runtime: 'auto' | RuntimeKind): Problem {
  if (error instanceof ManyposeError) return ofDetector(error, runtime);
  if (error instanceof BadFileError) {
    return {
      id: 'bad-file',
      title: 'This file cannot be opened',
      action: 'choose-file',
      advice: 'Choose a JPEG, PNG, WebP or AVIF picture, or an MP4 or WebM video; or a checkpoint: .pth, .pt or .safetensors.',
    };
  }
  if (error instanceof NoCameraApiError) {
    return {
      id: 'no-camera-api',
      title: 'No camera here',
      advice: 'Browsers give cameras to secure addresses only: open this page by https or on localhost.',
    };
  }
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'OverconstrainedError') return CAMERA.NotFoundError;
  if (name === 'SecurityError') return CAMERA.NotAllowedError;
  if (name === 'AbortError') return CAMERA.NotReadableError;
  return CAMERA[name] ?? { id: 'unknown', title: 'Something went wrong', advice: 'Reload the page.' };
}
