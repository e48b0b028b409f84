/** Colours of chart lines, distinguishable for people with colour vision deficiencies; dashes help as well. */
export const CHART_LINES = {
  light: ['#b3261e', '#0b62a8', '#1b6e3c', '#8a5a00', '#6a3fa0', '#3d4148'],
  dark: ['#ff8a7a', '#6fb7f0', '#6fd598', '#f0bd5c', '#c3a3f2', '#c9ccd2'],
} as const;

/** Dashes of the lines, in the same order. */
export const CHART_DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [], [8, 4], [2, 3]];

/** Colours of the axes of charts. */
export const CHART_AXES = {
  light: { text: '#5b5e64', grid: '#dedbd5' },
  dark: { text: '#a8abb2', grid: '#383b41' },
} as const;
