/** The page's element of an id, checked once at start: a typo fails on load and not on a click. */
function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return found;
}

export const page = {
  stage: element('stage', HTMLElement),
  frame: element('frame', HTMLElement),
  caption: element('caption', HTMLElement),
  samples: element('samples', HTMLElement),
  fallback: element('fallback', HTMLElement),
  loading: element('loading', HTMLElement),
  loadingLabel: element('loading-label', HTMLElement),
  loadingDetail: element('loading-detail', HTMLElement),
  progress: element('progress', HTMLProgressElement),
  problem: element('problem', HTMLElement),
  problemTitle: element('problem-title', HTMLElement),
  problemAdvice: element('problem-advice', HTMLElement),
  problemDetail: element('problem-detail', HTMLElement),
  problemAction: element('problem-action', HTMLButtonElement),
  problemClose: element('problem-close', HTMLButtonElement),
  runtime: element('runtime', HTMLElement),
  runtimeName: element('runtime-name', HTMLElement),
  reason: element('reason', HTMLElement),
  openFile: element('open-file', HTMLButtonElement),
  file: element('file', HTMLInputElement),
  camera: element('camera', HTMLButtonElement),
  cameraChoice: element('camera-choice', HTMLElement),
  cameraDevice: element('camera-device', HTMLSelectElement),
  people: element('people', HTMLElement),
  total: element('total', HTMLElement),
  network: element('network', HTMLElement),
  decode: element('decode', HTMLElement),
  save: element('save', HTMLButtonElement),
  size: element('size', HTMLSelectElement),
  minimum: element('minimum', HTMLInputElement),
  minimumValue: element('minimum-value', HTMLElement),
  flip: element('flip', HTMLInputElement),
  scales: element('scales', HTMLSelectElement),
  runtimeChoice: element('runtime-choice', HTMLSelectElement),
  announcer: element('announcer', HTMLElement),
};
