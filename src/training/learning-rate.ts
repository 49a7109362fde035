import { ManyposeError } from '../errors.ts';
import type { KeypointSet } from '../pose.ts';

/** A learning rate that falls in steps. */
export interface LearningRateSchedule {
  readonly rate: number;
  /** Epochs, counted from 0, from which on the rate is a tenth of what it was. */
  readonly milestones: readonly number[];
  /** How many epochs there are. */
  readonly epochs: number;
}

/** The paper's, of its Adam without weight decay (section 4.1; reference section 4). */
export const LEARNING_RATES: Readonly<Record<KeypointSet['id'], LearningRateSchedule>> = {
  coco: { rate: 1e-3, milestones: [90, 120], epochs: 140 },
  crowdpose: { rate: 1e-3, milestones: [200, 260], epochs: 300 },
};

/** @throws ManyposeError `invalid-argument` for an epoch that the schedule does not have. */
export function learningRateAt(epoch: number, { rate, milestones, epochs }: LearningRateSchedule): number {
  if (!(Number.isInteger(epoch) && epoch >= 0 && epoch < epochs)) {
    throw new ManyposeError('invalid-argument', `expected an epoch from 0 to ${epochs - 1}, got ${epoch}`);
  }
  return rate / 10 ** milestones.filter((milestone) => epoch >= milestone).length;
}
