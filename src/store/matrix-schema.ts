import { z } from 'zod';
import { CELL_STATES, CONTROLS, MATRIX_FORMAT, type Matrix } from '../core/matrix.ts';
import { headerSchema } from './schemas.ts';

const text = z.string();

const cell = z
  .object({
    options: headerSchema.shape.options,
    round: z.int().min(0),
    control: z.enum(CONTROLS).nullable(),
    state: z.enum(CELL_STATES),
    reason: text.nullable(),
    file: text.nullable(),
  })
  .refine(({ state, file }) => (state === 'done') === (file !== null), {
    message: 'a cell that is done, and no other, names its result',
  });

/** A saved matrix. */
export const matrixSchema = z.object({
  format: z.literal(MATRIX_FORMAT),
  kind: z.literal('matrix'),
  tool: z.object({ version: text, node: text }),
  started_at: text,
  repeat: z.int().min(1),
  history: z.boolean(),
  expectations: z.array(text),
  cells: z.array(cell).min(1),
}) satisfies z.ZodType<Matrix>;
