import type { ErrorCode } from 'manypose';
import type { ConvertedCheckpoint } from 'manypose/convert';

/** What the worker says: how far it is, then what came of it. */
export type Message =
  | { readonly kind: 'reading'; readonly loaded: number; readonly total: number }
  | { readonly kind: 'converting' }
  | { readonly kind: 'converted'; readonly checkpoint: ConvertedCheckpoint }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** How far a conversion is: bytes are counted while the file is read. */
export type Progress = Extract<Message, { kind: 'reading' | 'converting' }>;
