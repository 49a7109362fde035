import type { Layer } from '../../network/network.ts';
import type { Capabilities } from '../capabilities.ts';
import { plainAdaptiveConv } from './adaptive-conv/plain.ts';
import { wideAdaptiveConv } from './adaptive-conv/wide.ts';
import { maximum, mean } from './cellwise.ts';
import { concat } from './concat.ts';
import { plainConv } from './conv/plain.ts';
import { fuse } from './fuse.ts';
import { groupConv } from './group-conv.ts';
import { split } from './split.ts';
import { transposedConv } from './transposed-conv.ts';
import type { AnyVariant, AnyVariants, OperationVariants, Step } from './variant.ts';

/** Every operation's kernels. What is measured to be faster on some hardware joins its operation's `special` ones. */
const VARIANTS: { readonly [Op in Layer['op']]: OperationVariants<Extract<Layer, { op: Op }>> } = {
  conv: { plain: plainConv, special: [] },
  adaptiveConv: { plain: plainAdaptiveConv, special: [wideAdaptiveConv] },
  fuse: { plain: fuse, special: [] },
  concat: { plain: concat, special: [] },
  mean: { plain: mean, special: [] },
  maximum: { plain: maximum, special: [] },
  split: { plain: split, special: [] },
  groupConv: { plain: groupConv, special: [] },
  transposedConv: { plain: transposedConv, special: [] },
};

/** Which variant runs a layer. */
export type Choice = (step: Step<Layer>) => AnyVariant;

/** The first variant that is a good choice for a layer on a device, else the plain one. */
export function chooseFor(capabilities: Capabilities): Choice {
  return (step) => {
    const { plain, special }: AnyVariants = VARIANTS[step.layer.op];
    return special.find((variant) => variant.supports(step, capabilities)) ?? plain;
  };
}

/** Variants by their id, plain ones for operations without one of that id: for tests, which try them all. */
export function choosing(id: string): Choice {
  return ({ layer }) => {
    const { plain, special }: AnyVariants = VARIANTS[layer.op];
    return special.find((variant) => variant.id === id) ?? plain;
  };
}
