/** A tag that was put into production: what it is called, the commit it names and when that was. */
export interface Release {
  readonly tag: string;
  readonly commit: string;
  /** Epoch seconds: the tagger's date of an annotated tag, else the committer's date of the commit. */
  readonly time: number;
}

/** A word that, right behind a number, makes a version a pre-release (SemVer, PEP 440, Maven and habit). */
const EARLY = '(?:a|b|c|m|rc|cr|ea|alpha|beta|pre|preview|dev|snapshot|nightly|canary|next|milestone)';
const LATE = /^-(?:final|ga|release|lts|(?:post|sp|patch|p)\d*)(?:[.-]|$)/i;
const NUMBERED = /(?:^|[-_@]|(?:^|[^a-z])v)\d+(?:\.\d+)+(.*)$/i;
const DIRECTLY_EARLY = new RegExp(`^[._]?${EARLY}[._-]?\\d*$`, 'i');
const WORD_AFTER_NUMBER = /\d[-_.]?(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|milestone)(?![a-z])/i;

/**
 * Whether a tag names a version before its release: `1.0.0-rc.1` (SemVer 9: whatever follows a hyphen), `1.0b2`
 * (PEP 440), `v5-beta`. Build metadata (`+…`) and words such as `-final`, `.RELEASE` or `-lts` do not make it one.
 */
export function isPreRelease(tag: string): boolean {
  const name = tag.slice(tag.lastIndexOf('/') + 1).replace(/\+.*$/, '');
  const suffix = NUMBERED.exec(name)?.[1];
  if (suffix === undefined) return WORD_AFTER_NUMBER.test(name);
  return suffix.startsWith('-') ? !LATE.test(suffix) : DIRECTLY_EARLY.test(suffix);
}

/** Latest moment that is written with four digits of the year. */
const LAST_SECOND = 253_402_300_799;

/** Whether a git timestamp is a time that anyone could have meant. */
export function isTime(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND;
}
