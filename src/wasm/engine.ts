/** Numbers that go to a place in memory. */
export interface Write {
  readonly address: number;
  readonly data: Float32Array | Int32Array;
}

/** Floats at a place in memory. */
export interface Read {
  readonly address: number;
  readonly length: number;
}

/** One piece of work: what to write, the calls to run, what to read. */
export interface Work {
  /** Size that the memory must have. */
  readonly bytes: number;
  readonly writes: readonly Write[];
  /** Address of the first call; one of the writes brings them. */
  readonly calls: number;
  readonly count: number;
  readonly reads: readonly Read[];
}

/** Something that runs the kernels over one memory. */
export interface Engine {
  readonly threads: number;
  /** What else there is to say about where it runs: ", no worker". */
  readonly place: string;
  /**
   * Called again only when the promise has settled.
   *
   * @returns copies of what is read.
   * @throws ManyposeError `out-of-memory`, after which it can go on; any other error loses it.
   */
  execute(work: Work): Promise<Float32Array[]>;
  isLost(): boolean;
  dispose(): void;
}
