/** Adam's settings (Kingma & Ba 2015), PyTorch's by default; no weight decay. */
export interface AdamSettings {
  readonly rate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Moves arrays of numbers against their gradients. */
export interface Adam {
  /** Moves every parameter once; gradients lie as the parameters do. */
  step(gradients: readonly ArrayLike<number>[], settings: AdamSettings): void;
}

type Numbers = Float32Array | Float64Array;

/** @param parameters are changed in place. */
export function createAdam(parameters: readonly Numbers[]): Adam {
  const first = parameters.map(({ length }) => new Float64Array(length));
  const second = parameters.map(({ length }) => new Float64Array(length));
  let steps = 0;
  return {
    step(gradients, { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }) {
      steps++;
      const size = rate / (1 - beta1 ** steps);
      const spread = 1 / Math.sqrt(1 - beta2 ** steps);
      parameters.forEach((values, p) => {
        const gradient = gradients[p];
        const m = first[p];
        const v = second[p];
        for (let i = 0; i < values.length; i++) {
          const g = gradient[i];
          m[i] = beta1 * m[i] + (1 - beta1) * g;
          v[i] = beta2 * v[i] + (1 - beta2) * g * g;
          values[i] -= (size * m[i]) / (Math.sqrt(v[i]) * spread + epsilon);
        }
      });
    },
  };
}
