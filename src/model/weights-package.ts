/** The npm package of the weights that are used where no model is named. */
export const WEIGHTS_PACKAGE = '@manypose/coco-w32';
/** The folder that `manypose copy` makes of it, beside the page. */
export const WEIGHTS_FOLDER = 'models/coco_w32/';
