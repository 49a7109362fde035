import { COCO } from 'manypose';
import { Poses } from './poses';

// Rendered in Node: importing manypose there has to be harmless.
export default function Page() {
  return <main><p>{COCO.names.length} keypoints</p><Poses /></main>;
}
