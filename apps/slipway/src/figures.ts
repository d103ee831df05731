interface Figure {
  readonly value: number | null;
}

/** A figure, or that there is none: null is never 0. */
export const figure = ({ value }: Figure, unit: string, digits = 3): string =>
  value === null ? 'no data' : `${value.toFixed(digits)} ${unit}`;

export const share = ({ value }: Figure): string => (value === null ? 'no data' : percent(value));

export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

interface Span {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly asOf: string;
}

/** What figures are of, and when they were known. */
export const span = ({ from, to, zone, asOf }: Span): string =>
  `${day(from)} to ${day(to)} ${zone}, as of ${asOf}`;

const day = (instant: string): string => instant.replace(/T00:00:00(\.000)?Z$/, '');
