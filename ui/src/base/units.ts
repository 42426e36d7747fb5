// Frames, seconds and pixels never mix by accident: each is a number with a brand.

declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Position on the sample clock: frames since the stream began. Exact below 2^53 (285 years at 1 MHz). */
export type Frame = Branded<'frame'>;
/** A duration or position in seconds. */
export type Seconds = Branded<'seconds'>;
/** CSS pixels, or device pixels where a name says so. */
export type Px = Branded<'px'>;

export const frame = (n: number): Frame => n as Frame;
export const seconds = (n: number): Seconds => n as Seconds;
export const px = (n: number): Px => n as Px;
